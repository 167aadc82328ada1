//! Lists of users.

use std::path::{Path, PathBuf};

use crate::idmap::file::RowPlace;

/// A row of a list of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListRow {
    /// The ID and the address, as they are in the file: numbers as they are
    /// written, empty if null or absent.
    pub cells: [String; 2],
    /// The line on which the row begins, from 1.
    pub line: u64,
}

/// A list of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List {
    /// Its file, as it was opened.
    pub path: PathBuf,
    /// Its rows, in their order.
    pub rows: Vec<ListRow>,
}

impl List {
    /// Returns the place of a row.
    pub(crate) fn place(&self, row: &ListRow) -> RowPlace {
        RowPlace::new(&self.path, row.line)
    }
}

/// A list to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListRequest<'a> {
    /// Its file: CSV, a JSON array or JSONL, by its extension.
    pub path: &'a Path,
    /// The names that the column of IDs and that of addresses may have, the
    /// best first.
    pub columns: [&'a [&'a str]; 2],
}
