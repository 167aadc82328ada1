//! One block of records to its output: finding, deciding, splicing.

mod collisions;
mod decision;
mod field_search;
mod import_checks;
mod outcome;
mod rewriter;

pub use import_checks::Checks;
pub use outcome::Outcome;
pub(crate) use outcome::{Edit, Invalid, Reject};
pub use rewriter::Rewriter;
