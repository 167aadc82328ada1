//! What lists the rows of a map: their places, and which of them count.

use std::path::PathBuf;

use super::row_lines::{RowLines, UndecidedLines};
use super::rows::Rows;
use crate::idmap::file::RowPlace;

/// Everything that is needed to list a map's rows in their order, besides what
/// lookups need. A row is undecided if it has no target, else decided.
#[derive(Debug, Default)]
pub(crate) struct MapListing {
    pub(crate) files: Vec<PathBuf>,
    /// The lines of decided rows.
    pub(crate) lines: RowLines,
    /// Decided rows whose source occurs in an earlier one, sorted.
    pub(crate) repeated: Vec<u32>,
    /// Undecided rows, and their lines.
    pub(crate) undecided: Rows,
    pub(crate) undecided_lines: UndecidedLines,
    /// Those undecided rows whose source occurs in no earlier one and in no
    /// decided row, sorted.
    pub(crate) open: Vec<u32>,
}

impl MapListing {
    /// Returns the place of a decided row.
    pub(crate) fn place(&self, row: u32) -> RowPlace {
        self.lines.place(row, &self.files)
    }

    /// Returns the place of an undecided row.
    pub(crate) fn undecided_place(&self, row: u32) -> RowPlace {
        self.undecided_lines.place(row, &self.files)
    }

    /// Whether the source of a decided row occurs in an earlier one.
    pub(crate) fn is_repeated(&self, row: u32) -> bool {
        self.repeated.binary_search(&row).is_ok()
    }
}
