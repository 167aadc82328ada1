//! The map files that the subcommands read and write.

use crate::cli::map_args::ColumnArgs;
use crate::cli::terminal::quote;
use crate::error::{Error, RequestFault, Result};
use crate::idmap::Reading;
use crate::storage::Digest;
use std::path::{Path, PathBuf};

/// The map of a command that reads one.
#[derive(Debug, clap::Args)]
pub(crate) struct MapFiles {
    /// The ID map, CSV, JSON or JSONL; later files add to earlier ones
    #[arg(value_name = "MAP", required = true)]
    pub(crate) maps: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
}

impl MapFiles {
    /// How the map is read.
    pub(crate) fn reading(&self, digest: Digest) -> Reading {
        self.columns.reading(self.maps.clone(), digest)
    }
}

/// Refuses a name under which the CSV that is written would be read as
/// something else.
pub(crate) fn check_ending(out: &Path) -> Result<()> {
    let ending = out.extension().unwrap_or_default().to_ascii_lowercase();
    match ending.to_str() {
        Some("json" | "jsonl" | "ndjson" | "gz" | "zst" | "zip") => {
            let what = "is not the name of a CSV file, and that is what would be written";
            Err(Error::at(out, RequestFault { what, advice: "Let its name end in .csv." }))
        }
        _ => Ok(()),
    }
}

/// The command that looks at a map.
pub(crate) fn check_command(map: &Path, allow_chains: bool) -> String {
    let chains = if allow_chains { " --allow-chains" } else { "" };
    format!("idswap map check {}{chains}", quote(map))
}
