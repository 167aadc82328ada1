//! Packed tables: gzip (RFC 1952), Zstandard (RFC 8878), and the deflated
//! entries of a ZIP (RFC 1951).

mod fault;
mod page;
mod pages;
mod unpack;

use std::path::Path;

pub use fault::PackFault;
pub(super) use pages::{Packed, Pages};
pub(super) use unpack::{Checked, Unpacked};

/// How a table is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
    /// An entry of a ZIP.
    Deflate,
}

impl Packing {
    /// How a file of this name is packed, if it is.
    pub(super) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// The name of a table's file without the ending of how it is packed.
pub(super) fn unpacked_name(file: &str) -> &str {
    file.strip_suffix(".gz").or_else(|| file.strip_suffix(".zst")).unwrap_or(file)
}
