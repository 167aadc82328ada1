//! The arguments of `idswap scan`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::arguments::MapArgs;
use crate::cli::terminal::EXIT_CODES;

const EXAMPLES: &str = "\
Examples:
  Which fields hold IDs of the map, and which of them do the rules cover?
    idswap scan export --map ids.csv
  Draft rules for all of them, to be reviewed and passed as --rules:
    idswap scan export --map ids.csv --rules-out rules.toml
  Look whether rules forget anything:
    idswap scan export --map ids.csv --rules rules.toml
  The same for programs:
    idswap scan export --map ids.csv --format json | jq '.places[] | select(.covered | not)'

A place is a table and a path; elements of arrays are one place, and so are members whose names are
IDs. IDs within longer text are never rewritten, and listed for information only. The exit code is 1 if IDs
of the map occur as whole values or member names at a place that no rule covers.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    /// A folder of tables or a ZIP of one, a .jsonl file (.gz and .zst too), or - for standard input
    pub(crate) export: PathBuf,
    #[command(flatten)]
    pub(crate) map: MapArgs,
    /// The rules file: which fields hold IDs [default: the four ticket fields]
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) rules: Option<PathBuf>,
    /// The table in a single file or on standard input [default: the file's name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) table: Option<String>,
    /// How to print the places
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: Format,
    /// Write a rules file that covers what was found, to be reviewed
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) rules_out: Option<PathBuf>,
    /// Replace an existing rules file
    #[arg(long, requires = "rules_out", help_heading = "Output")]
    pub(crate) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}
