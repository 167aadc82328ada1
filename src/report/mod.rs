//! Reports: what a run did. Tallies add up to a report, and a report leads to a
//! verdict. Reports can be read again, merged, checked against the files that
//! they name, and drawn.
//!
//! Its modules, each of which imports only those before it:
//!
//! - `model`: the report as JSON, and its counts one by one
//! - `tally`: the counts of a run
//! - `warnings`: the warnings, derived from counts
//! - `build`: makes a report from tallies
//! - `verdict`: reasons against an import, and inconsistencies
//! - `check`: compares files with a report
//! - `merge`: merges the reports of shards
//! - `html`: draws a report
//!
//! Where to add what:
//!
//! - a count of values: `tally/tally.rs`, `model/report.rs`, `model/counts.rs`
//! - a warning: `warnings`; if it is about a table, `merge/tally.rs` reads its
//!   count back from the reports of shards
//! - a check before the import: `verdict/inconsistencies.rs` if it needs only
//!   the report, otherwise `check.rs`
//! - a section of the page: a file in `html`, called from `html/page.rs`

mod build;
mod check;
pub mod html;
mod merge;
mod model;
pub(crate) mod tally;
mod verdict;
mod warnings;
mod words;

pub(crate) use build::{Facts, TableFacts, build, failed};
pub use check::{Change, Check, CheckedFile, FileStatus, NamedFile, Role, Unknown};
pub use merge::{Merge, MergeFault, Mismatch};
pub use model::{
    COMMAND, ConditionReport, Counted, ErrorReport, FieldReport, FileReport, IdsReport, Kind,
    MapReport, PartReport, Report, ReportFault, RuleReport, RulesReport, SCHEMA_VERSION, Share,
    Summary, TableReport, Tool, Warning,
};
pub(crate) use tally::{
    FirstSeen, ImportTally, Occurrences, PatchTally, TableTally, Tally, Unmapped,
};
pub use verdict::{Inconsistency, Reason, Verdict};
pub(crate) use warnings::{MapWarning, map_warnings, of_batch, of_patches};
pub(crate) use words::{count, counted, plural};
