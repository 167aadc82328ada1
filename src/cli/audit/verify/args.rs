//! The arguments of `idswap verify`.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::cli::arguments::{BlockArgs, MapArgs};
use crate::cli::terminal::EXIT_CODES;

const EXAMPLES: &str = "\
Examples:
  Is new just what the map makes of export?
    idswap verify export new --map ids.csv
  The same for a run that set lines aside:
    idswap verify export new --map ids.csv --rejects new.rejects
  Is what was exported after the import still sound? Records may be new, and edited:
    idswap verify export again --map ids.csv --allow-added --allow-edited
  A verdict for programs:
    idswap verify export new --map ids.csv --report verdict.json

Records are compared byte by byte as long as their order is the same, else value by value. At the
fields that the rules declare, IDs of the map must have become their targets; nothing else may
differ. No code of idswap rewrite takes part in the judgement.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    /// The export before: a folder of tables or a ZIP of one, a .jsonl file (.gz and .zst too), or - for standard input
    pub(crate) before: PathBuf,
    /// The export after: what a run wrote, or a later export
    pub(crate) after: PathBuf,
    #[command(flatten)]
    pub(crate) map: MapArgs,
    /// The rules file: which fields hold IDs [default: the four ticket fields]
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) rules: Option<PathBuf>,
    /// The table in single files or on standard input [default: the file's name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) table: Option<String>,
    /// The folder of lines that a run set aside: those may be missing
    #[arg(long, value_name = "DIR", help_heading = "Input")]
    pub(crate) rejects: Option<PathBuf>,
    /// Let the export after have new records
    #[arg(long, help_heading = "Decisions")]
    pub(crate) allow_added: bool,
    /// Allow other values outside of the declared fields, as after later edits
    #[arg(long, help_heading = "Decisions")]
    pub(crate) allow_edited: bool,
    /// Where the verdict goes as JSON, - for standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    /// How many findings to print; all of them are counted
    #[arg(long, value_name = "N", default_value_t = 20, help_heading = "Output")]
    pub(crate) limit: u64,
    /// The time in the verdict, by RFC 3339 [default: SOURCE_DATE_EPOCH, else now]
    #[arg(long, value_name = "TIME", help_heading = "Output")]
    pub(crate) timestamp: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) block: BlockArgs,
}
