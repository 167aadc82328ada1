//! The request of a run: checked once and then trusted.

mod options;
mod request;
mod schemas;

pub use options::{OnInvalid, OnUnmapped, Options, PATCH_BATCH};
pub(crate) use request::REASONS;
pub use request::Request;
