//! The run of an undo over all tables.

mod block;
mod drift;
mod job;
mod run;
mod table;
mod undone;

pub use drift::{DriftedValue, MOST_SHOWN};
pub use undone::{TableCounts, UndoSummary};
