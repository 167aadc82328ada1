//! The options that name the ID map and its columns.

use std::path::PathBuf;

use crate::cli::terminal::ShellCommand;
use crate::idmap::Reading;
use crate::storage::Digest;

/// The map of a command that reads an export.
#[derive(Debug, clap::Args)]
pub(crate) struct MapArgs {
    /// The ID map, CSV, JSON or JSONL; repeatable, later files add to earlier ones
    #[arg(long, value_name = "FILE", required = true, help_heading = "Input")]
    pub(crate) map: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
}

/// How the files of a map are read.
#[derive(Debug, clap::Args)]
pub(crate) struct ColumnArgs {
    /// The column of source IDs, in the map files that have it [default: by well-known names]
    #[arg(long, value_name = "NAME", requires = "to", help_heading = "Input")]
    pub(crate) from: Option<String>,
    /// The column of target IDs, in the same files
    #[arg(long, value_name = "NAME", requires = "from", help_heading = "Input")]
    pub(crate) to: Option<String>,
    /// Treat the first row of two-column CSV maps as data, unless it has well-known names
    #[arg(long, help_heading = "Input")]
    pub(crate) no_header: bool,
    /// Let targets be sources of other rows; each value is still mapped once
    #[arg(long, help_heading = "Input")]
    pub(crate) allow_chains: bool,
}

impl MapArgs {
    /// The request to read this map.
    pub(crate) fn reading(&self, digest: Digest) -> Reading {
        self.columns.reading(self.map.clone(), digest)
    }

    /// Adds these arguments to a command.
    pub(crate) fn add_to(&self, command: ShellCommand) -> ShellCommand {
        self.columns.add_to(command.options("--map", &self.map))
    }
}

impl ColumnArgs {
    /// The request to read a map from these files.
    pub(crate) fn reading(&self, paths: Vec<PathBuf>, digest: Digest) -> Reading {
        Reading {
            paths,
            columns: self.from.clone().zip(self.to.clone()),
            no_header: self.no_header,
            chains: self.allow_chains,
            digest,
        }
    }

    /// Adds these arguments to a command.
    pub(crate) fn add_to(&self, command: ShellCommand) -> ShellCommand {
        command
            .options("--from", &self.from)
            .options("--to", &self.to)
            .flag("--no-header", self.no_header)
            .flag("--allow-chains", self.allow_chains)
    }
}
