//! Compressed files, which are not read as maps or lists.

use std::path::Path;

use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;

/// The first bytes of files made by gzip (RFC 1952), Zstandard (RFC 8878) and
/// ZIP; no text begins with them.
const SIGNATURES: [&[u8]; 4] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06"];

/// Returns a fault if a file that begins with `bytes` is compressed.
pub(crate) fn compressed_fault(bytes: &[u8], path: &Path) -> Option<MapFault> {
    let is_compressed = SIGNATURES.iter().any(|signature| bytes.starts_with(signature));
    is_compressed.then(|| MapFault::Compressed(RowPlace::new(path, 1)))
}
