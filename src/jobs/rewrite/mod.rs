//! The main job: what happens to each value, and the run over all tables.
//!
//! A [`Rewriter`] is pure: bytes, plan and map in, bytes and counts out. Only
//! `run` knows files and threads.

mod block;
mod fault;
mod log;
mod patches;
mod request;
mod run;

pub use block::{Checks, Decider, Decision, Edit, Outcome, Reject, Rewriter, Updated};
pub use fault::{InvalidRecord, KeysOfLegacy, UnmappedIds};
pub use request::{OnInvalid, OnUnmapped, Options, PATCH_BATCH, Request};
