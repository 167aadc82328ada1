//! The main job: what happens to each value, and the run over all tables.
//!
//! The rewriter of a block is pure: bytes, plan and map in, bytes and counts out. Only
//! `run` knows files and threads.

pub(crate) mod block;
mod fault;
mod log;
mod patches;
mod request;
mod run;

pub use fault::{InvalidRecord, KeysOfLegacy, UnmappedIds};
pub use request::{OnInvalid, OnUnmapped, Options, PATCH_BATCH, Request};
