//! Counts that commute: each thread counts for itself, and tallies are merged.

mod import;
mod occurrences;
mod patches;
mod samples;
mod tally;
mod unmapped;

pub use import::ImportTally;
pub use occurrences::Occurrences;
pub(crate) use patches::PatchTally;
pub(crate) use samples::Samples;
pub(crate) use tally::{FieldTally, FirstSeen};
pub use tally::{TableTally, Tally};
pub(crate) use unmapped::Unmapped;
