//! Counts that commute: threads count on their own, and tallies are merged.

mod import;
mod samples;
mod tally;
mod unmapped;

pub use import::ImportTally;
pub use samples::Samples;
pub use tally::{FieldTally, Noted, Sighting, TableTally, Tally};
pub use unmapped::Unmapped;
