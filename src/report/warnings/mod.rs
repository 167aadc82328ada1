//! The warnings of a report.

mod build;
pub(crate) mod import;
mod patches;
pub(crate) mod run;

pub(crate) use patches::{of_batch, of_patches};
pub(crate) use run::{MapWarning, map_warnings};
