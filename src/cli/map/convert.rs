//! `idswap map convert`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{MapFiles, check_command, check_ending};
use crate::cli::terminal::{EXIT_CODES, Exit, Terminal, signals, written_to};
use crate::error::Result;
use crate::idmap::{self, Direction, Health};
use crate::pipeline;
use crate::report::{count, counted};
use crate::storage::{Claims, Digest, LoneFile, Stage};

const EXAMPLES: &str = "\
Examples:
  Several maps as one plain source_id,target_id CSV:
    idswap map convert ids.csv open.csv --out all.csv
  The map back, for data that a run has rewritten and others have changed since:
    idswap map convert ids.csv --invert --out back.csv

What a run did is taken back without loss by idswap undo and the run's change log.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    #[command(flatten)]
    files: MapFiles,
    /// Swap sources and targets; refused where that would lose something
    #[arg(long, help_heading = "Output")]
    invert: bool,
    /// Where the CSV goes, - for standard output
    #[arg(long, value_name = "FILE", default_value = "-", help_heading = "Output")]
    out: PathBuf,
    /// Replace an existing file, once the new one is complete
    #[arg(long, help_heading = "Output")]
    force: bool,
}

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = Arc::new(Stage::default());
    signals::watch(&stage, *terminal)?;
    let claims = Claims::default().files(&args.files.maps)?;
    check_ending(&args.out)?;
    let out = LoneFile::new("--out", &args.out, args.force, claims)?;
    let pool = pipeline::pool(threads)?;
    let map = idmap::read(&args.files.reading(Digest::None), &pool)?.map;
    let direction = if args.invert { Direction::Inverted } else { Direction::Same };
    if args.invert {
        pool.install(|| map.check_invertible())?;
    }
    map.check_writable()?;
    out.write(&stage, |out| map.write(out, direction))?;
    terminal.headline(summary(&map.health, args));
    if args.out != Path::new("-") {
        terminal.say(format_args!(
            "next: {}",
            check_command(&args.out, args.files.columns.allow_chains)
        ));
    }
    Ok(Exit::Well)
}

fn summary(health: &Health, args: &Args) -> String {
    let done = written_to(&args.out);
    let noun = if health.entries == 1 { "entry" } else { "entries" };
    let entries = format!("{} {noun}", count(health.entries));
    let open = counted(health.undecided, "undecided source");
    match args.invert {
        true => format!("{entries} turned around, {open} left out ({done})"),
        false => format!("{entries}, {open} ({done})"),
    }
}
