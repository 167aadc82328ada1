//! Finds a table by the path that messages and reports give it.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::Path;

use crate::storage::archive::{Archive, is_zip};
use crate::storage::packing::{Packing, Unpacker};

/// What is at the path of a table.
pub(crate) enum Found {
    /// A file or folder that is not packed.
    Plain(Metadata),
    /// The unpacked bytes of a packed table.
    Packed(Box<dyn Read + Send>),
}

/// Finds a table by a path such as `tickets.jsonl.gz` or
/// `export.zip/tickets/documents.jsonl`.
pub(crate) fn find(path: &Path) -> io::Result<Found> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return in_archive(path),
        found => found?,
    };
    match Packing::of(path).filter(|_| metadata.is_file()) {
        Some(packing) => {
            let unpacker = Unpacker::new(fs::File::open(path)?, packing);
            Ok(Found::Packed(Box::new(unpacker)))
        }
        None => Ok(Found::Plain(metadata)),
    }
}

fn in_archive(path: &Path) -> io::Result<Found> {
    let is_archive = |path: &&Path| is_zip(path) && path.is_file();
    let archive = path.ancestors().find(is_archive).ok_or(io::ErrorKind::NotFound)?;
    let name = path.strip_prefix(archive).unwrap_or(path).to_string_lossy();
    let stream = Archive::open(archive)?.read(&name)?;
    Ok(Found::Packed(match Packing::of(path) {
        Some(packing) => Box::new(Unpacker::new(stream, packing)),
        None => stream,
    }))
}
