//! Runs `idswap undo`.

use std::path::Path;

use super::args::Args;
use super::summary;
use crate::cli::terminal::{Exit, Progress, ShellCommand, Terminal, signal_safe_stage};
use crate::error::Result;
use crate::jobs::undo::{Options, Request};
use crate::storage::Target;

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = signal_safe_stage(terminal)?;
    let request = Request::new(options(args, threads))?;
    let undone = Progress::during(terminal, |progress| request.run(&stage, progress))?;
    summary::print(&undone, &request, terminal);
    if let Some(diff) = diff_command(args) {
        terminal.next(diff);
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
        block_size: args.block.block_size,
        threads,
        ..Options::new(&args.export, &args.changes, &args.out)
    }
}

/// The command that shows what was put back. It would report the tables that
/// `--only-changed` left out as missing.
fn diff_command(args: &Args) -> Option<ShellCommand> {
    let is_path = args.export != Path::new("-") && Target::of(&args.out).place().is_some();
    (is_path && !args.only_changed).then(|| {
        let diff = ShellCommand::new("idswap diff").value(&args.export).value(&args.out);
        diff.options("--table", &args.table).words("--stat")
    })
}
