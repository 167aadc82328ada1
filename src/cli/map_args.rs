//! The arguments that say what the ID map is.

use std::path::{Path, PathBuf};

use super::terminal::option;
use crate::idmap::Reading;
use crate::storage::Digest;

/// The map of a command that works on an export.
#[derive(Debug, clap::Args)]
pub(crate) struct MapArgs {
    /// The ID map, CSV, JSON or JSONL; repeatable, later files add to earlier ones
    #[arg(long, value_name = "FILE", required = true, help_heading = "Input")]
    pub(crate) map: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
}

/// How the files of a map are read, wherever they are named.
#[derive(Debug, clap::Args)]
pub(crate) struct ColumnArgs {
    /// The column of source IDs, in the map files that have it [default: by well-known names]
    #[arg(long, value_name = "NAME", requires = "to", help_heading = "Input")]
    pub(crate) from: Option<String>,
    /// The column of target IDs, in the same files
    #[arg(long, value_name = "NAME", requires = "from", help_heading = "Input")]
    pub(crate) to: Option<String>,
    /// Take the first row of two-column CSV maps for data, unless it has well-known names
    #[arg(long, help_heading = "Input")]
    pub(crate) no_header: bool,
    /// Let targets be sources of other rows; each value is still mapped once
    #[arg(long, help_heading = "Input")]
    pub(crate) allow_chains: bool,
}

/// The files of a map as words of a command.
pub(crate) fn map_words(maps: &[impl AsRef<Path>]) -> Vec<String> {
    maps.iter().flat_map(|map| option("--map", map)).collect()
}

impl MapArgs {
    /// How the map is to be read.
    pub(crate) fn reading(&self, digest: Digest) -> Reading {
        self.columns.reading(self.map.clone(), digest)
    }

    /// These arguments as words of a command.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = map_words(&self.map);
        words.extend(self.columns.words());
        words
    }
}

impl ColumnArgs {
    /// How a map of these files is to be read.
    pub(crate) fn reading(&self, paths: Vec<PathBuf>, digest: Digest) -> Reading {
        Reading {
            paths,
            columns: self.from.clone().zip(self.to.clone()),
            no_header: self.no_header,
            chains: self.allow_chains,
            digest,
        }
    }

    /// These arguments as words of a command.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (word, name) in [("--from", &self.from), ("--to", &self.to)] {
            if let Some(name) = name {
                words.extend(option(word, name));
            }
        }
        for (given, option) in
            [(self.no_header, "--no-header"), (self.allow_chains, "--allow-chains")]
        {
            if given {
                words.push(option.to_owned());
            }
        }
        words
    }
}
