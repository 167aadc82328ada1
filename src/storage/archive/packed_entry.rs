//! An entry of an archive in its packed form.

use std::io::{self, Read, Seek};

use crate::storage::packing::PackedFile;

/// A packed file, as it is in an archive.
pub(crate) struct PackedEntry {
    pub(crate) bytes: Box<dyn Read + Send>,
    /// Whether the bytes are deflated rather than stored.
    pub(crate) is_deflated: bool,
    /// The CRC-32 of the unpacked bytes.
    pub(crate) crc: u32,
    /// The number of unpacked bytes.
    pub(crate) size: u64,
}

impl PackedEntry {
    /// Makes an entry of a file that was packed with deflate.
    pub(crate) fn deflated(mut packed: PackedFile) -> io::Result<Self> {
        packed.file.rewind()?;
        let PackedFile { file, crc, size } = packed;
        Ok(Self { bytes: Box::new(file), is_deflated: true, crc, size })
    }
}
