//! Standard output, and the exit codes that every help text ends with.

use super::exit;
use crate::error::{Error, Result};
use std::io;

pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 all well; 1 finished, but something needs attention; 2 usage, rules or map;
3 bad data, no output; 4 I/O, no output; 130, 143, 129 interrupted, no output.";

pub(crate) fn print(text: &[u8]) -> Result<exit::Exit> {
    let written = io::Write::write_all(&mut io::stdout(), text);
    written.map_err(|error| Error::io("cannot write", "-", error))?;
    Ok(exit::Exit::Well)
}
