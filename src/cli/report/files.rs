//! The reports that the subcommands read.

use crate::error::Result;
use crate::report::Report;
use std::path::PathBuf;

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
