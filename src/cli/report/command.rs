//! The subcommands of `idswap report`.

use super::{check, html, merge, show};
use std::path::PathBuf;

use crate::cli::terminal::{Exit, Terminal};
use crate::error::Result;
use crate::report::Report;

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

/// The reports of a command that reads several.
#[derive(Debug, clap::Args)]
pub(crate) struct Reports {
    /// The report of a run, - for standard input
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
}

impl Reports {
    /// All of them, each with its path.
    pub(crate) fn read(&self) -> Result<Vec<(&PathBuf, Report)>> {
        self.reports.iter().map(|path| Ok((path, Report::read(path)?))).collect()
    }
}
