//! One block of records to its output: finding, deciding, splicing.

mod checks;
mod collide;
mod decide;
mod locate;
mod outcome;
mod rewriter;

pub use checks::Checks;
pub use decide::{Decider, Decision};
pub(crate) use outcome::Invalid;
pub use outcome::{Edit, Outcome, Reject, Updated};
pub use rewriter::Rewriter;
