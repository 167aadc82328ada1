//! One block of records to its output: finding, deciding, splicing.

mod checks;
mod collide;
mod decide;
mod locate;
mod outcome;
mod rewriter;

pub use checks::Checks;
pub(crate) use outcome::Invalid;
pub use outcome::Outcome;
pub(crate) use outcome::{Edit, Reject};
pub use rewriter::Rewriter;
