//! What was asked for, checked once and then trusted.

mod request;
mod schemas;

pub(crate) use request::REASONS;
pub use request::{OnInvalid, OnUnmapped, Options, PATCH_BATCH, Request};
