//! `idswap map check`.

use super::files::MapFiles;
use crate::cli::terminal::{EXIT_CODES, Exit, ShellCommand, Terminal, more_lines, print};
use crate::error::{Result, excerpt, printable_path};
use crate::idmap::{self, IdMap, LoadedMap, MapFaults, MapFile, SharedTarget};
use crate::pipeline;
use crate::report::{MapWarning, count, counted, map_warnings};
use crate::storage::Digest;

const EXAMPLES: &str = "\
Examples:
  Look at a map before it is used:
    idswap map check ids.csv
  A map and what was filled in later, together:
    idswap map check ids.csv open.csv

Faults of the map are listed as a run would list them, and the exit code is 1.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    #[command(flatten)]
    files: MapFiles,
}

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let pool = pipeline::pool(threads)?;
    let map = match idmap::read(&args.files.reading(Digest::default()), &pool) {
        Err(error) if error.fault::<MapFaults>().is_some() => {
            terminal.error(&error);
            return Ok(Exit::Attention);
        }
        read => read?,
    };
    if !terminal.quiet {
        print(description(&map).join("\n") + "\n")?;
    }
    let scan = ShellCommand::new("idswap scan EXPORT").options("--map", &args.files.maps);
    terminal.next(args.files.columns.add_to(scan));
    Ok(Exit::Well)
}

/// The map's files, counts and warnings, line by line.
fn description(LoadedMap { map, files }: &LoadedMap) -> Vec<String> {
    let mut lines: Vec<_> = files.iter().flat_map(file).collect();
    let health = map.health;
    let target = map.forms.target.map_or("without a common form", |form| form.spelled());
    for (what, value) in [
        ("entries", count(health.entries)),
        ("undecided", count(health.undecided)),
        ("repeated rows", count(health.duplicates)),
        ("shared targets", count(health.many_to_one)),
        ("odd targets", count(health.odd_targets)),
        ("source IDs", map.forms.source.spelled().to_owned()),
        ("target IDs", target.to_owned()),
    ] {
        lines.push(format!("  {what:<16}{value}"));
    }
    for (kind, warning) in map_warnings(map) {
        let places = places(map, kind);
        let more = more_lines(warning.count, places.len());
        lines.push(format!("warning: {}:", warning.message));
        lines.extend(places.into_iter().map(|place| format!("  {place}")));
        lines.extend(more);
    }
    lines
}

/// A file, and how it was read.
fn file(file: &MapFile) -> Vec<String> {
    let digest = file.digest.as_ref().map(|digest| format!(", {digest}")).unwrap_or_default();
    let path = printable_path(&file.path);
    let (rows, bytes) = (counted(file.rows, "row"), counted(file.bytes, "byte"));
    let taken = file.taken.as_ref().map(|taken| format!("  {taken}"));
    std::iter::once(format!("{path}: {rows}, {bytes}{digest}")).chain(taken).collect()
}

/// The places that a warning is about, one line each.
fn places(map: &IdMap, kind: MapWarning) -> Vec<String> {
    let findings = &map.findings;
    match kind {
        MapWarning::DuplicateRows => findings
            .duplicates
            .iter()
            .map(|again| format!("{} repeats {}", again.place, again.first))
            .collect(),
        MapWarning::ManyToOne => findings.shared.iter().map(shared_target).collect(),
        MapWarning::OddTargets => findings
            .odd
            .iter()
            .map(|odd| format!("{}: {}", odd.place, excerpt(&odd.target)))
            .collect(),
    }
}

fn shared_target(SharedTarget { target, rows, places }: &SharedTarget) -> String {
    let shown: Vec<_> = places.iter().map(ToString::to_string).collect();
    let more = match rows - places.len() as u64 {
        0 => String::new(),
        more => format!(" and {} more", count(more)),
    };
    format!("{}: {}{more}", excerpt(target), shown.join(", "))
}
