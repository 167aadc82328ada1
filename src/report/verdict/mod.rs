//! Whether the output of a run may be imported, and what prevents it.

mod inconsistencies;
mod parts;
mod reasons;
mod verdict;

pub use inconsistencies::Inconsistency;
pub(crate) use parts::first_gap;
pub use reasons::Reason;
pub use verdict::Verdict;
