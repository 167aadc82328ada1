//! What a report warns of.

pub(crate) mod import;
mod patches;
pub(crate) mod run;

pub use patches::{PatchTally, of_batch, of_patches};
pub use run::{MapWarning, map_warnings};
