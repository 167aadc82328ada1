//! The subcommands of `idswap report`.

use super::{check, html, merge, show};
use crate::cli::terminal::{Exit, Terminal};
use crate::error::Result;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print reports for people, or as a CSV of their counts
    Show(show::Args),
    /// Tell whether a run's output may be imported: the gate before an import
    Check(check::Args),
    /// Combine the reports of all shards of a file, to standard output
    Merge(merge::Args),
    /// Draw a report as one page for a browser
    Html(html::Args),
}

pub(crate) fn run(command: &Command, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    match command {
        Command::Show(args) => show::run(args),
        Command::Check(args) => check::run(args, threads, terminal),
        Command::Merge(args) => merge::run(args, terminal),
        Command::Html(args) => html::run(args, terminal),
    }
}
