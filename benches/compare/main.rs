//! What idswap costs, beside what else there is: `cargo bench --bench compare`.
//!
//! Prints Markdown tables. Every figure is a ratio: all commands of a table
//! run in turn, round after round, each is divided by the first one's time in
//! the same round, and the median over the rounds is shown. So the figures
//! mean something on a machine that is not quite quiet, and on another one.
//! Times are whole processes, from start to end; outputs are removed, and
//! compared with idswap's, outside of them. A peak of memory counts from what
//! this program itself held when it started the command, some 3 MiB.
//!
//! `cargo bench --bench compare -- --help` lists what can be chosen.

#[path = "../export/mod.rs"]
mod export;
mod running;
mod tables;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use running::step::Step;
use running::workplace::Workplace;
use tables::{audit, growth, job, map, packed, peers, rules, shapes, shards, start};

/// Measures idswap against cp and against other tools
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench --bench compare --")]
struct Args {
    /// The size of the export, in millions of bytes
    #[arg(long, default_value_t = 450.0, value_parser = size)]
    megabytes: f64,
    /// How many rounds are measured, after one to warm up (at most 3 for other tools and maps)
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Where to work [default: /dev/shm if it is a tmpfs with room, else the temporary folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Where to work on a disk [default: the target folder]
    #[arg(long, value_name = "DIR", default_value = env!("CARGO_TARGET_TMPDIR"), hide_default_value = true)]
    disk: PathBuf,
    /// The parts to measure [default: all]
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    only: Vec<Part>,
    /// The size of the export that other tools are given
    #[arg(long, default_value_t = 45.0, value_parser = size)]
    peers_megabytes: f64,
    /// The sizes of the maps to load
    #[arg(long, value_name = "ROWS", value_delimiter = ',', default_values_t = [1_000_000, 10_000_000])]
    map_rows: Vec<u64>,
    /// What cargo says when it is to measure, not to test
    #[arg(long, hide = true, global = true)]
    bench: bool,
    #[command(subcommand)]
    step: Option<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The main job, beside a copy
    Job,
    /// Other records, other maps
    Shapes,
    /// Many paths
    Rules,
    /// Judging a run, beside the run
    Audit,
    /// Snapshots: ZIPs read and written
    Packed,
    /// More of the same
    Growth,
    /// One file in parts, a process each
    Shards,
    /// On a disk, flushed
    Disk,
    /// What else could do it
    Peers,
    /// Loading large maps
    Map,
    /// Starting
    Start,
}

/// Less would measure nothing but starting.
fn size(given: &str) -> Result<f64, String> {
    match given.parse() {
        Ok(size) if size >= 0.1 => Ok(size),
        Ok(_) => Err("at least 0.1".to_owned()),
        Err(error) => Err(format!("{error}")),
    }
}

impl Part {
    fn run(self, place: &Workplace, args: &Args) -> io::Result<()> {
        match self {
            Self::Job => job::whole(place, args.megabytes),
            Self::Shapes => shapes::all(place, args.megabytes),
            Self::Rules => rules::twenty(place, args.megabytes),
            Self::Audit => audit::whole(place, args.megabytes),
            Self::Packed => packed::snapshots(place, args.megabytes),
            Self::Growth => growth::sizes(place, args.megabytes),
            Self::Shards => shards::all(place, args.megabytes, &args.map_rows),
            Self::Disk => job::on_disk(&place.at(&args.disk)?, args.megabytes),
            Self::Peers => peers::all(place, args.peers_megabytes),
            Self::Map => map::loads(place, &args.map_rows),
            Self::Start => start::empty(place),
        }
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> io::Result<()> {
    if let Some(step) = &args.step {
        return step.run();
    }
    if !args.bench {
        // `cargo test --benches` comes here: nothing to test, and no time to lose.
        eprintln!("measured with: cargo bench --bench compare");
        return Ok(());
    }
    let rows = args.map_rows.iter().max().copied().unwrap_or_default();
    let place = Workplace::new(args.folder.as_deref(), (args.megabytes, rows), args.runs)?;
    let all = Part::value_variants();
    let parts = if args.only.is_empty() { all } else { &args.only };
    place.describe();
    parts.iter().try_for_each(|part| {
        place.clear()?;
        part.run(&place, args)
    })
}
