//! Lines that are written by table and joined at the end.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use super::target::Target;
use crate::error::{Error, Result};
use crate::storage::output::parent;

/// A file without a name, for lines that are joined at the end.
///
/// # Errors
/// Where there is no room for it.
pub(crate) fn piece(wanted_for: &Target) -> Result<BufWriter<File>> {
    nameless(wanted_for).map(BufWriter::new)
}

/// A file without a name. It lies on the disk of what it is for: the system's
/// temporary folder may be memory.
///
/// # Errors
/// Where there is no room for it.
pub(crate) fn nameless(wanted_for: &Target) -> Result<File> {
    let file = match wanted_for.place() {
        Some(path) => tempfile::tempfile_in(parent(path)),
        None => tempfile::tempfile(),
    };
    file.map_err(|error| Error::io("cannot write", wanted_for.given(), error))
}

/// Appends a finished piece to what it belongs to.
///
/// # Errors
/// Where it cannot be copied.
pub(crate) fn append(piece: &mut BufWriter<File>, out: &mut File) -> io::Result<()> {
    piece.flush()?;
    let file = piece.get_mut();
    file.rewind()?;
    io::copy(file, out).map(drop)
}
