//! Counts that commute: each thread counts for itself, and tallies are merged.

mod import;
mod noted;
mod patches;
mod samples;
mod tally;
mod unmapped;

pub use import::ImportTally;
pub use noted::Noted;
pub use patches::PatchTally;
pub use samples::Samples;
pub use tally::{FieldTally, Sighting, TableTally, Tally};
pub use unmapped::Unmapped;
