//! The arguments of `idswap diff`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::place_args::{BlockArgs, path};
use crate::cli::EXIT_CODES;
use crate::cli::map_args::ColumnArgs;
use crate::rules::Path;

const EXAMPLES: &str = "\
Examples:
  What differs, and what of it the map explains:
    idswap diff export new --map ids.csv
  Only how much of it:
    idswap diff export new --map ids.csv --stat
  Everything that the map does not explain, for programs:
    idswap diff export new --map ids.csv --format jsonl | jq -c 'select(.class != \"mapped\")'
  Two exports of another service, whose records are known by their email addresses:
    idswap diff old.jsonl new.jsonl --key email --ignore updated_at

Classes: mapped (as the map says), changed, formatting (the same value in other bytes), added,
removed. The exit code is 1 where there is any difference.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(in crate::cli) struct Args {
    /// The export before: a folder of tables or a ZIP of one, a .jsonl file (.gz and .zst too), or - for standard input
    pub(super) before: PathBuf,
    /// The export after
    pub(super) after: PathBuf,
    /// The ID map, CSV, JSON or JSONL; repeatable, later files add to earlier ones
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(super) map: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) columns: ColumnArgs,
    /// The table in single files or on standard input [default: the file's name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(super) table: Option<String>,
    /// The member by which records are known, where their order differs
    #[arg(long, value_name = "PATH", default_value = "_id", value_parser = path, help_heading = "Input")]
    pub(super) key: Path,
    /// A place whose differences are no matter, as in updated_at or meta.*.seen; repeatable
    #[arg(long, value_name = "PATH", value_parser = path, help_heading = "Input")]
    pub(super) ignore: Vec<Path>,
    /// How to print differences
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(super) format: Format,
    /// How many differences to print; all of them are counted [default: all]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) limit: Option<u64>,
    /// Print only how many there are, by table, path and class
    #[arg(long, conflicts_with_all = ["limit", "format"], help_heading = "Output")]
    pub(super) stat: bool,
    #[command(flatten)]
    pub(super) block: BlockArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Jsonl,
}
