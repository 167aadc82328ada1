//! The map files of a command that reads a map.

use std::path::PathBuf;

use crate::cli::arguments::ColumnArgs;
use crate::idmap::Reading;
use crate::storage::Digest;

/// The map files, as positional arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct MapFiles {
    /// The ID map, CSV, JSON or JSONL; later files add to earlier ones
    #[arg(value_name = "MAP", required = true)]
    pub(crate) maps: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
}

impl MapFiles {
    /// The request to read this map.
    pub(crate) fn reading(&self, digest: Digest) -> Reading {
        self.columns.reading(self.maps.clone(), digest)
    }
}
