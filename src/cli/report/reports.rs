//! The reports of a command that reads several.

use std::path::PathBuf;

use crate::error::Result;
use crate::report::Report;

/// The reports, as positional arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Reports {
    /// The report of a run, - for standard input
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
}

impl Reports {
    /// Reads all of them, and returns each with its path.
    pub(crate) fn read(&self) -> Result<Vec<(&PathBuf, Report)>> {
        self.reports.iter().map(|path| Ok((path, Report::read(path)?))).collect()
    }
}
