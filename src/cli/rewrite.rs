//! `idswap rewrite`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use jiff::Timestamp;

use super::exit::Exit;
use super::progress::Progress;
use super::terminal::Terminal;
use super::{next, signals, summary};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Result};
use crate::export::Stage;
use crate::rewrite::{OnInvalid, OnUnmapped, Options, Request};
use crate::rules::Plan;

const EXAMPLES: &str = "\
Examples:
  Look first, write nothing:
    idswap rewrite export --map ids.csv --dry-run
  Rewrite a folder of tables (NAME.jsonl or NAME/documents.jsonl):
    idswap rewrite export --map ids.csv --out new
  List the IDs that the map lacks, fill in their targets, and run again with both:
    idswap rewrite export --map ids.csv --dry-run --unmapped open.csv
    idswap rewrite export --map ids.csv --map open.csv --out new
  One table in a pipe:
    zcat tickets.jsonl.gz | idswap rewrite - --table tickets --map ids.csv --out - | gzip > new.gz

Without rules of its own, a run rewrites tickets.requester_id, tickets.assigned_to,
ticketComments.author_id and ticketStatusHistory.changed_by.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A folder of tables, a .jsonl file, or - for standard input
    pub(super) export: PathBuf,
    /// The ID map, CSV with a header; repeatable, later files add to earlier ones
    #[arg(long, value_name = "FILE", required = true)]
    pub(super) map: Vec<PathBuf>,
    /// Where the output goes: a folder for a folder, else a file or -
    #[arg(long, value_name = "PATH", required_unless_present = "dry_run")]
    pub(super) out: Option<PathBuf>,
    /// The table in a single file or on standard input [default: the file's name]
    #[arg(long, value_name = "NAME")]
    pub(super) table: Option<String>,
    /// Do all the work and report, but write no transformed data
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Where the report goes, - for standard output [default: OUT.report.json]
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// List unmapped IDs as a CSV to fill in and pass as a further --map
    #[arg(long, value_name = "FILE")]
    pub(super) unmapped: Option<PathBuf>,
    /// Write a change log, one JSON line a mapped value
    #[arg(long, value_name = "FILE")]
    pub(super) changes: Option<PathBuf>,
    /// What to do about IDs that the map lacks: leave and report them, or write nothing
    #[arg(long, value_name = "WHAT", default_value = "keep")]
    pub(super) on_unmapped: Unmapped,
    /// What to do about lines that are no record: write nothing, or set them aside in OUT.rejects
    #[arg(long, value_name = "WHAT", default_value = "fail")]
    pub(super) on_invalid: Invalid,
    /// Pass tables without rules through, byte for byte
    #[arg(long)]
    pub(super) all_tables: bool,
    /// Let targets be sources of other rows; each value is still mapped once
    #[arg(long)]
    pub(super) allow_chains: bool,
    /// Let every warning need attention
    #[arg(long)]
    pub(super) strict: bool,
    /// Exit with 0 where it would be 1
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Replace existing output, once the new one is complete
    #[arg(long)]
    pub(super) force: bool,
    /// The digest of all files in the report
    #[arg(long, value_name = "KIND", default_value = "blake3")]
    pub(super) digest: DigestKind,
    /// The time in the report, by RFC 3339 [default: SOURCE_DATE_EPOCH, else now]
    #[arg(long, value_name = "TIME")]
    pub(super) timestamp: Option<Timestamp>,
    /// Bytes that a thread works on at a time; never changes a result
    #[arg(long, value_name = "BYTES", default_value_t = 256 << 10, value_parser = block_size)]
    pub(super) block_size: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Unmapped {
    Keep,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Invalid {
    Fail,
    Reject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DigestKind {
    Blake3,
    Sha256,
    None,
}

fn block_size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes) if (1..=1 << 30).contains(&bytes) => Ok(bytes),
        _ => Err("give a number of bytes from 1 to 1073741824".to_owned()),
    }
}

pub(super) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let stage = Arc::new(Stage::default());
    signals::watch(&stage, *terminal)?;
    let request = Request::new(options(args, threads)?)?;
    let progress = Progress::new(terminal);
    let done = request.run(&stage, &progress);
    drop(progress);
    let report = done?;
    summary::print(&report, &request, terminal);
    if let Some(next) = next::after_rewrite(args, &report) {
        terminal.say(format_args!("next: {next}"));
    }
    Ok(match report.attention && !args.exit_zero {
        true => Exit::Attention,
        false => Exit::Well,
    })
}

fn options(args: &Args, threads: Option<usize>) -> Result<Options> {
    Ok(Options {
        export: args.export.clone(),
        table: args.table.clone(),
        maps: args.map.clone(),
        allow_chains: args.allow_chains,
        plan: Plan::tickets(),
        out: args.out.clone(),
        report: args.report.clone(),
        unmapped: args.unmapped.clone(),
        changes: args.changes.clone(),
        dry_run: args.dry_run,
        on_unmapped: match args.on_unmapped {
            Unmapped::Keep => OnUnmapped::Keep,
            Unmapped::Fail => OnUnmapped::Fail,
        },
        on_invalid: match args.on_invalid {
            Invalid::Fail => OnInvalid::Fail,
            Invalid::Reject => OnInvalid::Reject,
        },
        all_tables: args.all_tables,
        strict: args.strict,
        force: args.force,
        digest: match args.digest {
            DigestKind::Blake3 => Digest::Blake3,
            DigestKind::Sha256 => Digest::Sha256,
            DigestKind::None => Digest::None,
        },
        timestamp: timestamp(args.timestamp)?,
        block_size: args.block_size,
        threads,
    })
}

/// The time in the report: as given, else that of SOURCE_DATE_EPOCH, else now.
fn timestamp(given: Option<Timestamp>) -> Result<String> {
    if let Some(time) = given {
        return Ok(time.to_string());
    }
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        let now = Timestamp::now();
        return Ok(Timestamp::from_second(now.as_second()).unwrap_or(now).to_string());
    };
    let seconds = epoch.to_str().and_then(|text| text.parse().ok());
    match seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()) {
        Some(time) => Ok(time.to_string()),
        None => Err(Error::new(ErrorKind::Request {
            what: "SOURCE_DATE_EPOCH is no time in seconds since 1970",
            advice: "Unset it, or set it to a number such as 1700000000.",
        })),
    }
}
