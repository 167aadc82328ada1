//! The subcommands of `idswap map`.

use super::{check, convert, join};
use crate::cli::terminal::{Exit, Terminal};
use crate::error::Result;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print what a map holds, and all warnings that a run would give
    Check(check::Args),
    /// Write a map as one plain CSV, or its inverse
    Convert(convert::Args),
    /// Make a map from two lists of users
    Join(join::Args),
}

pub(crate) fn run(command: &Command, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    match command {
        Command::Check(args) => check::run(args, threads, terminal),
        Command::Convert(args) => convert::run(args, threads, terminal),
        Command::Join(args) => join::run(args, terminal),
    }
}
