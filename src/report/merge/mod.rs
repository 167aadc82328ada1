//! Merges the reports of all shards of a file into the report of one run.

mod fault;
mod frame;
mod merge;
mod mismatch;
mod shard_report;
mod tally;

pub use fault::MergeFault;
pub use merge::Merge;
pub use mismatch::Mismatch;
