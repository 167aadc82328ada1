//! What a live deployment needs in place of an import: the argument objects of
//! its update mutations, batch by batch.

mod batches;
mod entry;
mod names;
mod patches;
mod whole;

pub(crate) use names::is_file_of_patches;
pub(crate) use patches::{Entries, Patches};
