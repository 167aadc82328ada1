//! `idswap report merge`.

use std::path::{Path, PathBuf};

use crate::cli::report_text;
use crate::cli::terminal::{EXIT_CODES, Exit, ShellCommand, Terminal, print};
use crate::error::Result;
use crate::report::{Merge, PartReport, Report, count, counted};

const EXAMPLES: &str = "\
Examples:
  One report of the four shards of a file, in any order:
    idswap report merge part-*.report.json > new.report.json
  And whether what they wrote may be imported:
    idswap report check new.report.json

The report is that of one run over the whole file, with what each shard read and wrote as its parts;
only the number of unused map entries is missing: no shard can know it. Exits with 0 whatever the report
says: idswap report check is the gate.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    /// The report of each shard, - for standard input
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit> {
    let mut merge = Merge::default();
    for path in &args.reports {
        merge.add(path, Report::read(path)?)?;
    }
    let merged = merge.finish()?;
    print(merged.to_json())?;
    terminal.headline(report_text::headline(&merged, &done(&merged)));
    terminal.rows(&report_text::fields(&merged));
    report_text::print_warnings(&merged, terminal);
    if let Some(next) = next(&merged) {
        terminal.next(next);
    }
    Ok(Exit::Well)
}

/// What was merged.
fn done(merged: &Report) -> String {
    let shards = counted(parts(merged).count() as u64, "shard");
    let refused = parts(merged).filter(|part| part.output.is_none()).count() as u64;
    match (merged.dry_run, refused) {
        (true, _) => format!("merged of {shards}, dry run, no data written"),
        (false, 0) => format!("merged of {shards}"),
        (false, refused) => {
            format!("merged of {shards}, {} of which refused the data", count(refused))
        }
    }
}

fn parts(merged: &Report) -> impl Iterator<Item = &PartReport> {
    merged.tables.iter().flatten().flat_map(|(_, table)| &table.parts)
}

/// The command that verifies the joined outputs, unless a shard has none.
fn next(merged: &Report) -> Option<String> {
    if parts(merged).any(|part| part.output.is_none()) {
        return None;
    }
    let (name, table) = merged.tables.iter().flatten().next()?;
    let input = Path::new(&table.parts.first()?.input.path);
    let is_named = input.file_stem().is_some_and(|stem| stem == name.as_str());
    let has_rules = !merged.rules.is_built_in();
    let has_rejects = table.rejected > 0;
    let verify = ShellCommand::new("idswap verify")
        .value(input)
        .words("JOINED")
        .options("--table", (!is_named).then_some(name))
        .options("--map", merged.map.files.iter().map(|file| &file.path))
        .options("--rules", has_rules.then_some(&merged.rules.source))
        .flag("--rejects JOINED.rejects", has_rejects);
    let rejects = if has_rejects { " and the rejects" } else { "" };
    Some(format!("join the outputs{rejects} in the order of the shards, then {verify}"))
}
