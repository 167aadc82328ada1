//! Reads a file as a whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::unchanged::Steady;
use crate::error::{Error, Result};

/// The bytes of a file; `action` is what fails where it cannot be read.
///
/// # Errors
/// It cannot be read, or changes meanwhile.
pub(crate) fn read_whole(path: &Path, action: &'static str) -> Result<Vec<u8>> {
    let cannot_read = |error| Error::io(action, path, error);
    let mut file = File::open(path).map_err(cannot_read)?;
    let steady = Steady::of(&file, path, action)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(cannot_read)?;
    steady.check(&file)?;
    Ok(bytes)
}
