//! The names of the files in a folder of patches.

use std::path::Path;

/// The ending of the files of batches, after the name of the table.
pub(crate) const ENDING: &str = ".patches.jsonl";

/// The list of records that a mutation cannot change as the run did.
pub(crate) const LEFT_OUT: &str = "left-out.jsonl";

/// Whether a run can have written a file with this path into a folder of
/// patches.
pub(crate) fn is_file_of_patches(relative: &Path) -> bool {
    let name = relative.file_name().unwrap_or_default().to_string_lossy();
    relative == Path::new(LEFT_OUT) || name.len() > ENDING.len() && name.ends_with(ENDING)
}
