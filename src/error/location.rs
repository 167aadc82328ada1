//! Where an error was found.

use std::fmt;
use std::path::{Path, PathBuf};

use super::text::printable_path;

/// A place in a file. Lines and columns count from 1, columns in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, as it was opened.
    pub file: PathBuf,
    /// The line or record, if the error has one.
    pub row: Option<Row>,
    /// The column within it, in bytes.
    pub column: Option<u64>,
}

/// A line of a file, or a record whose line number is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The line number, from 1.
    Line(u64),
    /// The byte offset at which the record begins, from 0.
    Offset(u64),
}

impl Location {
    /// A place in a line, `at` bytes after its start.
    pub fn in_line(file: &Path, line: u64, at: usize) -> Self {
        Self { file: file.to_owned(), row: Some(Row::Line(line)), column: Some(at as u64 + 1) }
    }

    /// A place in the record that begins at `offset`, `at` bytes after its start.
    pub fn in_record(file: &Path, offset: u64, at: usize) -> Self {
        Self { file: file.to_owned(), row: Some(Row::Offset(offset)), column: Some(at as u64 + 1) }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable_path(&self.file))?;
        match self.row {
            Some(Row::Line(line)) => write!(f, ":{line}")?,
            Some(Row::Offset(offset)) => write!(f, ":+{offset}")?,
            None => {}
        }
        self.column.map_or(Ok(()), |column| write!(f, ":{column}"))
    }
}
