//! The options of a run.

use crate::idmap::Reading;
use crate::pipeline::{self, Shard};
use crate::rules::Plan;
use crate::storage::Digest;
use std::path::PathBuf;

/// What to do about unmapped IDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnmapped {
    /// Leave them and report them.
    #[default]
    Keep,
    /// Write no output.
    Fail,
}

/// What to do about invalid lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInvalid {
    /// Write no output.
    #[default]
    Fail,
    /// Set them aside and go on.
    Reject,
}

/// The default number of records in one argument of an update mutation.
pub const PATCH_BATCH: usize = 100;

/// What a run is asked to do, unchecked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The export.
    pub export: PathBuf,
    /// The name of the table in a single file or on standard input.
    pub table: Option<String>,
    /// The map. The digests of all files are of its kind.
    pub map: Reading,
    /// The rules.
    pub plan: Plan,
    /// The file that the rules were read from.
    pub rules: Option<PathBuf>,
    /// Where the output goes.
    pub out: Option<PathBuf>,
    /// Where the report goes.
    pub report: Option<PathBuf>,
    /// Where the list of unmapped IDs goes.
    pub unmapped: Option<PathBuf>,
    /// Where the change log goes.
    pub changes: Option<PathBuf>,
    /// The folder for the arguments of update mutations.
    pub patches: Option<PathBuf>,
    /// The number of records in one argument, at most 4096.
    pub patch_batch: usize,
    /// Whether to write no data.
    pub dry_run: bool,
    /// What to do about unmapped IDs.
    pub on_unmapped: OnUnmapped,
    /// What to do about invalid lines.
    pub on_invalid: OnInvalid,
    /// Whether tables without rules are copied.
    pub all_tables: bool,
    /// Whether every warning needs attention.
    pub strict: bool,
    /// Whether existing outputs may be replaced.
    pub force: bool,
    /// The digest to take of files.
    pub digest: Digest,
    /// The time in the report, by RFC 3339.
    pub timestamp: String,
    /// The part of a single file to rewrite, if not all of it.
    pub shard: Option<Shard>,
    /// The size of a block, in bytes.
    pub block_size: usize,
    /// The number of threads; `None` means all cores.
    pub threads: Option<usize>,
}

impl Options {
    /// Options with all defaults: the built-in rules, and nothing written but
    /// `out`.
    pub fn new(export: impl Into<PathBuf>, map: impl Into<PathBuf>) -> Self {
        Self {
            export: export.into(),
            table: None,
            map: Reading { paths: vec![map.into()], ..Reading::default() },
            plan: Plan::tickets(),
            rules: None,
            out: None,
            report: None,
            unmapped: None,
            changes: None,
            patches: None,
            patch_batch: PATCH_BATCH,
            dry_run: false,
            on_unmapped: OnUnmapped::default(),
            on_invalid: OnInvalid::default(),
            all_tables: false,
            strict: false,
            force: false,
            digest: Digest::default(),
            timestamp: "1970-01-01T00:00:00Z".to_owned(),
            shard: None,
            block_size: pipeline::BLOCK_SIZE,
            threads: None,
        }
    }

    /// How to read the map.
    pub(crate) fn reading(&self) -> Reading {
        Reading { digest: self.digest, ..self.map.clone() }
    }
}
