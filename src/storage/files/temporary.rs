//! Temporary files without a name: the system removes them once they are
//! closed.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};

use super::path::parent;
use super::target::Target;
use crate::error::{Error, Result};

/// Creates a temporary file on the disk of `output`: the system's temporary
/// folder may be in memory.
pub(crate) fn temporary_file(output: &Target) -> Result<File> {
    let file = match output.place() {
        Some(path) => tempfile::tempfile_in(parent(path)),
        None => tempfile::tempfile(),
    };
    file.map_err(|error| Error::io("cannot write", output.given(), error))
}

/// Creates a temporary file on the disk of `output`, with a buffer, for lines
/// that [`append`] adds to the output at the end.
pub(crate) fn piece(output: &Target) -> Result<BufWriter<File>> {
    temporary_file(output).map(BufWriter::new)
}

/// Appends all that was written to `piece` to `output`.
pub(crate) fn append(piece: &mut BufWriter<File>, output: &mut File) -> io::Result<()> {
    piece.flush()?;
    let file = piece.get_mut();
    file.rewind()?;
    io::copy(file, output).map(drop)
}

/// Copies a stream to an empty file, which can be read at any offset.
pub(crate) fn spool(stream: &mut (impl Read + ?Sized), mut file: File) -> io::Result<File> {
    io::copy(stream, &mut file)?;
    Ok(file)
}
