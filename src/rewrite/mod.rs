//! The main job: what happens to each value, and the run over all tables.
//!
//! [`block`] is pure: bytes, plan and map in, bytes and counts out. [`job`]
//! alone knows files and threads.

mod block;
mod carry;
mod decide;
mod job;
mod log;
mod request;
mod table_list;

pub use block::{BLOCK_START_MARK, Edit, Outcome, Reject, Rewriter};
pub use decide::{Decision, decide};
pub use job::Watch;
pub use request::{OnInvalid, OnUnmapped, Options, Request};
