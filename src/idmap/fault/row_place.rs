//! Where a row of a map is.

use std::path::PathBuf;

/// A file of the map and the lines of it that take part in a fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// The map file, as it was opened.
    pub file: PathBuf,
    /// The line on which the row begins, from 1.
    pub line: u64,
}
