//! A file or a stream that is open for reading.

use std::fs::File;
use std::io::{self, Read};

use crate::storage::files::spool;

/// An open table or another open file of an export.
pub(crate) enum OpenInput {
    /// A file that can be read at any offset.
    File(File),
    /// Anything else, read once.
    Stream(Box<dyn Read + Send>),
}

impl OpenInput {
    /// Its bytes from the beginning to the end.
    pub(crate) fn into_stream(self) -> Box<dyn Read + Send> {
        match self {
            Self::File(file) => Box::new(file),
            Self::Stream(stream) => stream,
        }
    }

    /// Returns the file, or a temporary copy of the stream, to be read at any offset.
    pub(crate) fn into_file(self) -> io::Result<File> {
        match self {
            Self::File(file) => Ok(file),
            Self::Stream(mut stream) => spool(&mut stream, tempfile::tempfile()?),
        }
    }

    /// Copies all of it; the system can copy from file to file on its own.
    pub(crate) fn copy_to(self, output: &mut File) -> io::Result<()> {
        match self {
            Self::File(mut file) => io::copy(&mut file, output),
            Self::Stream(mut stream) => io::copy(&mut stream, output),
        }
        .map(drop)
    }
}
