//! The report of one shard.

use crate::report::model::PartReport;
use crate::report::tally::{PatchTally, TableTally};
use std::path::PathBuf;

/// What differs between the reports of shards.
#[derive(Debug)]
pub(crate) struct ShardReport {
    pub(crate) path: PathBuf,
    pub(crate) timestamp: String,
    pub(crate) part: PartReport,
    pub(crate) tally: TableTally,
    pub(crate) patches: PatchTally,
    pub(crate) strict: bool,
    pub(crate) attention: bool,
}
