//! The place of a row in a file.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::printable_path;

/// The file and the line of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// The file, as it was opened.
    pub file: PathBuf,
    /// The line on which the row begins, from 1.
    pub line: u64,
}

impl RowPlace {
    pub(crate) fn new(file: &Path, line: u64) -> Self {
        Self { file: file.to_owned(), line }
    }

    /// Returns the place in words, without its file if `other` is in the same.
    pub(crate) fn beside(&self, other: &Self) -> String {
        match self.file == other.file {
            true => format!("line {}", self.line),
            false => self.to_string(),
        }
    }
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", printable_path(&self.file), self.line)
    }
}
