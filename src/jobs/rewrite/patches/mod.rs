//! Patches: the argument objects of update mutations, in batches, for a live
//! deployment that cannot be replaced by an import.

mod batches;
mod entry;
mod names;
mod patches;
mod whole_numbers;

pub(crate) use names::is_file_of_patches;
pub(crate) use patches::{Entries, Patches};
