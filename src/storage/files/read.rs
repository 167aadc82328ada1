//! Reads files and streams to their end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::unchanged::FileState;
use crate::error::{Error, Result};

/// Reads a whole file; `action` says what failed, as in "cannot read".
pub(crate) fn read_whole(path: &Path, action: &'static str) -> Result<Vec<u8>> {
    let cannot_read = |error| Error::io(action, path, error);
    let mut file = File::open(path).map_err(cannot_read)?;
    let state = FileState::of(&file, path, action)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(cannot_read)?;
    state.check(&file)?;
    Ok(bytes)
}

/// Hands the rest of a stream to `take`, in chunks of at most `size` bytes.
pub(crate) fn read_chunks(
    stream: &mut dyn Read,
    size: usize,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut chunk = vec![0; size];
    loop {
        match uninterrupted(|| stream.read(&mut chunk))? {
            0 => return Ok(()),
            count => take(&chunk[..count])?,
        }
    }
}

/// Repeats a read that a signal interrupts.
pub(crate) fn uninterrupted(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
