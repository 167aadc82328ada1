//! The warnings of a report.

mod build;
pub(crate) mod import;
mod patches;
pub(crate) mod run;

pub use patches::{of_batch, of_patches};
pub use run::{MapWarning, map_warnings};
