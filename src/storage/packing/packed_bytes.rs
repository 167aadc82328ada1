//! Packed bytes that can be an entry of an archive.

use std::io::Read;

/// The packed bytes of a file, and what an archive says about them.
pub(crate) struct PackedBytes {
    pub(crate) bytes: Box<dyn Read + Send>,
    /// Whether the bytes are deflated rather than stored.
    pub(crate) is_deflated: bool,
    /// The CRC-32 of the unpacked bytes.
    pub(crate) crc: u32,
    /// The number of unpacked bytes.
    pub(crate) size: u64,
}
