//! `idswap map convert`.

use std::path::{Path, PathBuf};

use super::files::MapFiles;
use super::output::{self, check_command};
use crate::cli::terminal::{EXIT_CODES, Exit, Terminal, count_as, signal_safe_stage, written_to};
use crate::error::Result;
use crate::idmap::{self, Direction, MapCounts};
use crate::pipeline;
use crate::report::counted;
use crate::storage::Digest;

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
    let stage = signal_safe_stage(terminal)?;
    let out = output::open(&args.out, args.force, &args.files.maps)?;
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
        terminal.next(check_command(&args.out, args.files.columns.allow_chains));
    }
    Ok(Exit::Well)
}

fn summary(health: &MapCounts, args: &Args) -> String {
    let done = written_to(&args.out);
    let entries = count_as(health.entries, "entry", "entries");
    let open = counted(health.undecided, "undecided source");
    match args.invert {
        true => format!("{entries} turned around, {open} left out ({done})"),
        false => format!("{entries}, {open} ({done})"),
    }
}
