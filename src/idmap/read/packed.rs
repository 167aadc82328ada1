//! Files that are compressed, which no reader of maps and lists takes.

use std::path::Path;

use crate::idmap::fault::{MapFault, RowPlace};

/// How files begin that are made by gzip (RFC 1952), Zstandard (RFC 8878) and
/// ZIP; none of these is the begin of text.
const BEGINS: [&[u8]; 4] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06"];

/// What is wrong with a file that begins so, if it is compressed.
pub(crate) fn packed(bytes: &[u8], path: &Path) -> Option<MapFault> {
    let is_packed = BEGINS.iter().any(|begin| bytes.starts_with(begin));
    is_packed.then(|| MapFault::Packed(RowPlace { file: path.to_owned(), line: 1 }))
}
