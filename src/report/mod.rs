//! What a run did: tallies add up to a report, and the report to a verdict.
//! Reports are read again, merged, checked against the files they name, and
//! drawn.

mod build;
mod check;
mod distinct;
mod doubts;
mod exact;
mod fault;
pub mod html;
mod import;
mod import_warnings;
mod kinds;
mod merge;
mod model;
mod parts;
mod patch_warnings;
mod read;
mod reasons;
mod samples;
mod tally;
mod unmapped;
mod verdict;
mod warnings;
pub(crate) mod words;

pub use build::{Facts, TableFacts, build, failed};
pub use check::{Change, Check, Checked, Named, Role, State, Unknown};
pub use doubts::Doubt;
pub use fault::ReportFault;
pub use import::ImportTally;
pub use kinds::{Counted, Kind, Share};
pub use merge::{Merge, MergeFault, Strange};
pub use model::*;
pub use patch_warnings::{PatchTally, of_batch, of_patches};
pub use reasons::Reason;
pub use samples::Samples;
pub use tally::{FieldTally, Noted, Sighting, TableTally, Tally};
pub use unmapped::Unmapped;
pub use verdict::Verdict;
pub use warnings::{MapWarning, of_rows as map_warnings};
