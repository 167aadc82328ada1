//! Runs `idswap undo`.

use super::summary;
use std::path::Path;
use std::sync::Arc;

use super::args::Args;

use crate::cli::terminal::{Exit, Progress, Terminal, quote, signals};
use crate::error::Result;
use crate::jobs::undo::{Options, Request};
use crate::storage::{Stage, Target};

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = Arc::new(Stage::default());
    signals::watch(&stage, *terminal)?;
    let request = Request::new(options(args, threads))?;
    let undone = Progress::during(terminal, |progress| request.run(&stage, progress))?;
    summary::print(&undone, &request, terminal);
    if let Some(next) = next(args) {
        terminal.say(format_args!("next: {next}"));
    }
    Ok(Exit::with(undone.sum().drifted > 0))
}

fn options(args: &Args, threads: Option<usize>) -> Options {
    Options {
        table: args.table.clone(),
        rejects: args.rejects.clone(),
        drifted: args.drifted.clone(),
        only_changed: args.only_changed,
        force: args.force,
        block_size: args.block_size,
        threads,
        ..Options::new(&args.export, &args.changes, &args.out)
    }
}

/// The next command: compare before and after.
fn next(args: &Args) -> Option<String> {
    let is_path = args.export != Path::new("-") && Target::of(&args.out).place().is_some();
    let table = args.table.iter().map(|table| format!(" --table {}", quote(Path::new(table))));
    // A comparison would report the tables that were left out.
    (is_path && !args.only_changed).then(|| {
        let (export, out) = (quote(&args.export), quote(&args.out));
        format!("idswap diff {export} {out}{} --stat", table.collect::<String>())
    })
}
