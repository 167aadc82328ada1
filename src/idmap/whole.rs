//! Reads a file as a whole.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};

/// The bytes of a file; `action` is what fails where it cannot be read.
///
/// # Errors
/// It cannot be read, or changes meanwhile.
pub(super) fn read_whole(path: &Path, action: &'static str) -> Result<Vec<u8>> {
    let cannot_read = |error| Error::io(action, path, error);
    let mut file = File::open(path).map_err(cannot_read)?;
    let before = file.metadata().map_err(cannot_read)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(cannot_read)?;
    let after = file.metadata().map_err(cannot_read)?;
    match before.is_file() && state(&before) != state(&after) {
        true => Err(Error::at(path, ErrorKind::Changed)),
        false => Ok(bytes),
    }
}

fn state(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}
