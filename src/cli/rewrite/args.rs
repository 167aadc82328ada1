//! The arguments of `idswap rewrite`.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::Timestamp;

use crate::cli::arguments::{BlockArgs, MapArgs, shard};
use crate::cli::terminal::EXIT_CODES;
use crate::jobs::rewrite::PATCH_BATCH;
use crate::pipeline::Shard;

const EXAMPLES: &str = "\
Examples:
  Look first, write nothing:
    idswap rewrite export --map ids.csv --dry-run
  Rewrite a folder of tables (NAME.jsonl or NAME/documents.jsonl):
    idswap rewrite export --map ids.csv --out new
  List the IDs that the map lacks, fill in their targets, and run again with both:
    idswap rewrite export --map ids.csv --dry-run --unmapped open.csv
    idswap rewrite export --map ids.csv --map open.csv --out new
  A Convex snapshot, and the way back; the summary ends with the import command:
    idswap rewrite snapshot.zip --map ids.csv --out new.zip --changes changes.jsonl
  One table in a pipe (after set -o pipefail, or the shell hides a failure):
    zcat tickets.jsonl.gz | idswap rewrite - --table tickets --map ids.csv --out - | gzip > new.gz
  Patch a live deployment in place of an import (docs/patches.md has the mutations):
    idswap rewrite export --map ids.csv --out new --patches patches
    while read -r line; do npx convex run tickets:updateUserIds \"$line\" < /dev/null || break
    done < patches/tickets.patches.jsonl
  One machine's part of a large file, safe to try again (docs/scale-out.md):
    idswap rewrite tickets.jsonl --map ids.csv --shard 3/8 --out part-3.jsonl --force

Without --rules, a run rewrites tickets.requester_id, tickets.assigned_to,
ticketComments.author_id and ticketStatusHistory.changed_by.

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
    /// Where the output goes: a folder or a .zip for several tables, else a file (.gz and .zst are packed) or -
    #[arg(long, value_name = "PATH", required_unless_present = "dry_run", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// The table in a single file or on standard input [default: the file's name]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) table: Option<String>,
    /// Only part I of N of one uncompressed file: the records that begin in its share of the bytes
    #[arg(long, value_name = "I/N", value_parser = shard, help_heading = "Input")]
    pub(crate) shard: Option<Shard>,
    /// Do all the work and report, but write no transformed data
    #[arg(long, help_heading = "Output")]
    pub(crate) dry_run: bool,
    /// Where the report goes, - for standard output [default: OUT.report.json]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    /// List unmapped IDs as a CSV to fill in and pass as a further --map
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) unmapped: Option<PathBuf>,
    /// Write a change log, one JSON line a mapped value
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) changes: Option<PathBuf>,
    /// Write the arguments of update mutations, to patch a live deployment
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) patches: Option<PathBuf>,
    /// Records in one such argument, at most 4096
    #[arg(long, value_name = "N", default_value_t = PATCH_BATCH, requires = "patches", help_heading = "Output")]
    pub(crate) patch_batch: usize,
    /// What to do about IDs that the map lacks: leave and report them, or write nothing
    #[arg(long, value_name = "WHAT", default_value = "keep", help_heading = "Decisions")]
    pub(crate) on_unmapped: Unmapped,
    /// What to do about lines that are not records: write nothing, or set them aside in OUT.rejects
    #[arg(long, value_name = "WHAT", default_value = "fail", help_heading = "Decisions")]
    pub(crate) on_invalid: Invalid,
    /// Pass tables without rules through, byte for byte
    #[arg(long, help_heading = "Output")]
    pub(crate) all_tables: bool,
    /// Let every warning need attention
    #[arg(long, help_heading = "Decisions")]
    pub(crate) strict: bool,
    /// Exit with 0 where it would be 1
    #[arg(long, help_heading = "Decisions")]
    pub(crate) exit_zero: bool,
    /// Replace existing output, once the new one is complete
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
    /// The digest of all files in the report
    #[arg(long, value_name = "KIND", default_value = "blake3", help_heading = "Output")]
    pub(crate) digest: DigestKind,
    /// The time in the report, by RFC 3339 [default: SOURCE_DATE_EPOCH, else now]
    #[arg(long, value_name = "TIME", help_heading = "Output")]
    pub(crate) timestamp: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) block: BlockArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unmapped {
    Keep,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Invalid {
    Fail,
    Reject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DigestKind {
    Blake3,
    Sha256,
    None,
}
