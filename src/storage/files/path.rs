//! Finds the folder of a path, the same path without links, and the open descriptor
//! that it names.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The folder of a path.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Resolves links and dots. A path that does not exist is resolved by its
/// folder.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf> {
    if let Ok(resolved) = path.canonicalize() {
        return Ok(resolved);
    }
    let parent = parent(path);
    let folder =
        parent.canonicalize().map_err(|error| Error::io("cannot use the folder", parent, error))?;
    match path.file_name() {
        Some(name) => Ok(folder.join(name)),
        None => Ok(folder),
    }
}

/// Resolves links and dots in the part of a path that exists.
pub(crate) fn resolve_existing(path: &Path) -> PathBuf {
    match (path.canonicalize(), path.file_name()) {
        (Ok(resolved), _) => resolved,
        (Err(_), Some(name)) => resolve_existing(parent(path)).join(name),
        (Err(_), None) => path.to_owned(),
    }
}

/// The number of the open descriptor that a path names, such as 1 for
/// `/dev/stdout`. Each process has its own file behind such a path.
pub(crate) fn descriptor_number(path: &Path) -> Option<u32> {
    match path.to_str()? {
        "/dev/stdin" => Some(0),
        "/dev/stdout" => Some(1),
        "/dev/stderr" => Some(2),
        path => {
            let number = path.strip_prefix("/dev/fd/").or(path.strip_prefix("/proc/self/fd/"))?;
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse().ok().filter(|_| is_number)
        }
    }
}
