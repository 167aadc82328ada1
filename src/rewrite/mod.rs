//! The main job: what happens to each value, and the run over all tables.
//!
//! A [`Rewriter`] is pure: bytes, plan and map in, bytes and counts out. The run
//! and its tables alone know files and threads.

mod block;
mod checks;
mod collide;
mod decide;
mod job;
mod locate;
mod log;
mod outcome;
mod patches;
mod request;
mod run;
mod schemas;
mod table;

pub use block::Rewriter;
pub use checks::Checks;
pub use decide::{Decider, Decision};
pub use outcome::{Edit, Outcome, Reject, Updated};
pub use request::{OnInvalid, OnUnmapped, Options, PATCH_BATCH, Request};
