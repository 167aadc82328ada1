//! The arguments of `idswap diff`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::arguments::{BlockArgs, ColumnArgs, path};
use crate::cli::terminal::EXIT_CODES;
use crate::rules::Path;

const EXAMPLES: &str = "\
Examples:
  FindingKind differs, and what of it the map explains:
    idswap diff export new --map ids.csv
  Only how much of it:
    idswap diff export new --map ids.csv --stat
  Everything that the map does not explain, for programs:
    idswap diff export new --map ids.csv --format jsonl | jq -c 'select(.class != \"mapped\")'
  Two exports of another service, whose records are identified by their email addresses:
    idswap diff old.jsonl new.jsonl --key email --ignore updated_at

Classes: mapped (as the map says), changed, formatting (the same value in other bytes), added,
removed. The exit code is 1 where there is any difference.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    /// The export before: a folder of tables or a ZIP of one, a .jsonl file (.gz and .zst too), or - for standard input
    pub(crate) before: PathBuf,
    /// The export after
    pub(crate) after: PathBuf,
    /// The ID map, CSV, JSON or JSONL; repeatable, later files add to earlier ones
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) map: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    /// The table in single files or on standard input [default: the file's name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) table: Option<String>,
    /// The member that identifies records, if their order differs
    #[arg(long, value_name = "PATH", default_value = "_id", value_parser = path, help_heading = "Input")]
    pub(crate) key: Path,
    /// A place whose differences are ignored, as in updated_at or meta.*.seen; repeatable
    #[arg(long, value_name = "PATH", value_parser = path, help_heading = "Input")]
    pub(crate) ignore: Vec<Path>,
    /// How to print differences
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: Format,
    /// How many differences to print; all of them are counted [default: all]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(crate) limit: Option<u64>,
    /// Print only how many there are, by table, path and class
    #[arg(long, conflicts_with_all = ["limit", "format"], help_heading = "Output")]
    pub(crate) stat: bool,
    #[command(flatten)]
    pub(crate) block: BlockArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Jsonl,
}
