//! What a live deployment needs in place of an import: the argument objects of
//! its update mutations, batch by batch.

mod batches;
mod entry;
mod patches;
mod whole;

pub(crate) use patches::{Entries, Patches, is_file_of_patches};
