//! The run of an undo over all tables.

mod drift;
mod job;
mod run;
mod table;

pub use drift::{Drift, SHOWN};
pub use run::{TableCounts, Undone};
