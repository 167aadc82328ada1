//! Data on standard output.

use std::io::{self, Write};

use super::exit::Exit;
use crate::error::{Error, Result};

/// Writes to standard output.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<Exit> {
    let written = io::stdout().write_all(text.as_ref());
    written.map_err(|error| Error::io("cannot write", "-", error))?;
    Ok(Exit::Well)
}
