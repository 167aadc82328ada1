//! The formats of packed tables.

use std::path::Path;

/// How a table is packed.
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
    /// How a file of this name is packed, if it is.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// The name of a table's file without the ending of how it is packed.
pub(crate) fn unpacked_name(file: &str) -> &str {
    file.strip_suffix(".gz").or_else(|| file.strip_suffix(".zst")).unwrap_or(file)
}
