//! The map read out again, row by row: each source once, in the order of its
//! rows.

use std::path::PathBuf;

use super::row_lines::{Between, Lines};
use super::rows::Rows;
use crate::idmap::fault::RowPlace;

/// What it takes to read a map out, besides what lookups need.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) files: Vec<PathBuf>,
    /// Where rows with a target stand.
    pub(crate) lines: Lines,
    /// Rows whose source stands in an earlier row, sorted.
    pub(crate) repeated: Vec<u32>,
    /// Rows without a target, and where they stand.
    pub(crate) undecided: Rows,
    pub(crate) between: Between,
    /// Those of them whose source stands in no earlier one and that no row
    /// decides, sorted.
    pub(crate) open: Vec<u32>,
}

impl Listing {
    pub(crate) fn place(&self, row: u32) -> RowPlace {
        self.lines.place(row, &self.files)
    }

    pub(crate) fn undecided_place(&self, row: u32) -> RowPlace {
        self.between.place(row, &self.files)
    }

    /// Whether the source of a row with a target stands in an earlier one.
    pub(crate) fn is_repeated(&self, row: u32) -> bool {
        self.repeated.binary_search(&row).is_ok()
    }
}
