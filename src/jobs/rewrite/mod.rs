//! The main job: what happens to each value, and the run over all tables.
//!
//! `request` checks what was asked for, `run` does it over all tables, with files
//! and threads. `block` is pure: bytes, plan and map in, bytes and counts out. It
//! finds fields (`field_search`), decides (`decision`, `collisions`) and splices
//! (`rewriter`). `log` and `patches` are written beside the output.

pub(crate) mod block;
mod fault;
mod log;
mod patches;
mod request;
mod run;

pub use fault::{InvalidRecord, KeysOfLegacy, UnmappedIds};
pub use request::{OnInvalid, OnUnmapped, Options, PATCH_BATCH, Request};
