//! What a run did: tallies add up to a report, and the report to a verdict.

mod build;
mod model;
mod tally;
mod unmapped;
mod warnings;

pub use build::{Facts, TableFacts, build, failed};
pub use model::*;
pub use tally::{FieldTally, Noted, Sighting, TableTally, Tally};
pub use unmapped::Unmapped;
pub use warnings::{MapWarning, of_rows as map_warnings};
