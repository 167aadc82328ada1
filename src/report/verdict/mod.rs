//! Whether the output of a run may be imported, and what prevents it.

mod inconsistencies;
mod reasons;
mod verdict;
mod whole_file;

pub use inconsistencies::Inconsistency;
pub use reasons::Reason;
pub use verdict::Verdict;
pub(crate) use whole_file::first_gap;
