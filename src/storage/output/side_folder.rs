//! A folder of side files, which an earlier run may have written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// What below a folder no run can have written: anything but files for which
/// `is_ours` holds, by their paths in the folder, and the folders around them.
/// Replacing the folder would remove it for good.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn foreign_file(
    folder: &Path,
    is_ours: impl Fn(&Path) -> bool,
) -> Result<Option<PathBuf>> {
    let mut open = vec![PathBuf::new()];
    let mut foreign = Vec::new();
    while let Some(inner) = open.pop() {
        let path = folder.join(&inner);
        let cannot_read = |error| Error::io("cannot read", &path, error);
        let mut is_empty = true;
        for entry in fs::read_dir(&path).map_err(cannot_read)? {
            let entry = entry.map_err(cannot_read)?;
            let (relative, kind) =
                (inner.join(entry.file_name()), entry.file_type().map_err(cannot_read)?);
            is_empty = false;
            if kind.is_dir() {
                open.push(relative);
            } else if !kind.is_file() || !is_ours(&relative) {
                foreign.push(relative);
            }
        }
        // Folders are made for files.
        foreign.extend((is_empty && inner != Path::new("")).then_some(inner));
    }
    Ok(foreign.into_iter().min())
}
