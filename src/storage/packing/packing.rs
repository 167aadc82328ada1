//! The formats of packed tables, and the file extensions that name them.

use std::path::Path;

/// The format of a packed table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
    /// An entry of a ZIP.
    Deflate,
}

impl Packing {
    /// The format that the extension of a file names.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// The name of a table's file without the extension of a packed one.
pub(crate) fn unpacked_name(file: &str) -> &str {
    file.strip_suffix(".gz").or_else(|| file.strip_suffix(".zst")).unwrap_or(file)
}
