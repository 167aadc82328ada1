//! Rows to map: checks all rows and collects every fault before it refuses.
//!
//! [`RowBatch`] checks each row on its own, `CrossChecks` rows against each
//! other, and `FindingRows` collects what only warrants a warning.

mod builder;
mod cross_checks;
mod finding_rows;
mod row_batch;
mod row_counts;

pub use builder::MapBuilder;
pub(crate) use row_batch::{RowBatch, RowOrigin};
