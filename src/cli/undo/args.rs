//! The arguments of `idswap undo`.

use std::path::PathBuf;

use crate::cli::arguments::BlockArgs;
use crate::cli::terminal::EXIT_CODES;

const EXAMPLES: &str = "\
Examples:
  Take back what a run did, in its own output: this gives its input again:
    idswap undo new --changes changes.jsonl --out back
  Take it back in a later export, keep all edits made since, and list what cannot be taken back:
    idswap undo today --changes changes.jsonl --out back --drifted drifted.jsonl
  Only the tables that the run changed, to be imported with --replace:
    idswap undo today --changes changes.jsonl --out back --only-changed
  One table in a pipe (after set -o pipefail, or the shell hides a failure):
    zcat tickets.jsonl.gz | idswap undo - --table tickets --changes changes.jsonl --out - | gzip > back.gz

A record is found by its _id, or by its line where it has none. A value that is no longer the one that
the run wrote is left alone and listed, and the exit code is 1.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    /// A folder of tables or a ZIP of one, a .jsonl file (.gz and .zst too), or - for standard input
    pub(crate) export: PathBuf,
    /// The change log that the run wrote with --changes, - for standard input
    #[arg(long, value_name = "LOG", help_heading = "Input")]
    pub(crate) changes: PathBuf,
    /// Where the output goes: a folder for a folder, else a file or -
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(crate) out: PathBuf,
    /// The table in a single file or on standard input [default: the file's name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) table: Option<String>,
    /// The lines that the run set aside (OUT.rejects): those after them stand further up in EXPORT
    #[arg(long, value_name = "DIR", help_heading = "Input")]
    pub(crate) rejects: Option<PathBuf>,
    /// List the values that are left alone, one JSON line each
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) drifted: Option<PathBuf>,
    /// Leave out the tables that the log does not name
    #[arg(long, help_heading = "Output")]
    pub(crate) only_changed: bool,
    /// Replace existing output, once the new one is complete
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) block: BlockArgs,
}
