//! How the rows of a CSV file are split, and which cells count.

use csv::StringRecord;
use memchr::{memchr, memchr2};

use crate::idmap::read::column_choice::ColumnPlaces;

/// How the rows of a file are split, and which cells count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowLayout {
    pub(crate) places: ColumnPlaces,
    /// The number of cells in a row.
    pub(crate) count: usize,
    /// The separator of cells.
    pub(crate) separator: u8,
}

impl RowLayout {
    /// Returns source and target of a row, or `None` if its number of cells is
    /// wrong.
    pub(crate) fn cells<'r>(&self, row: &'r StringRecord) -> Option<(&'r str, &'r str)> {
        if row.len() != self.count {
            return None;
        }
        row.get(self.places.source).zip(row.get(self.places.target))
    }

    /// Returns source and target of a row without quotes, or the number of
    /// cells if it is wrong.
    #[inline]
    pub(crate) fn split<'r>(&self, row: &'r str) -> Result<(&'r str, &'r str), usize> {
        let mut cells = Cells::default();
        let mut rest = row;
        while let Some(end) = memchr(self.separator, rest.as_bytes()) {
            cells.add(&rest[..end], self);
            rest = &rest[end + 1..];
        }
        cells.add(rest, self);
        cells.finish(self)
    }

    /// Returns the same for a row in which all quotes enclose cells, or `None`
    /// if they do not.
    pub(crate) fn split_quoted<'r>(
        &self,
        row: &'r str,
    ) -> Option<Result<(&'r str, &'r str), usize>> {
        let mut cells = Cells::default();
        let mut rest = row;
        loop {
            let (cell, after) = match rest.strip_prefix('"') {
                Some(inner) => {
                    let end = memchr(b'"', inner.as_bytes())?;
                    (&inner[..end], &inner[end + 1..])
                }
                None => {
                    let end = memchr2(self.separator, b'"', rest.as_bytes());
                    rest.split_at(end.unwrap_or(rest.len()))
                }
            };
            cells.add(cell, self);
            if after.is_empty() {
                return Some(cells.finish(self));
            }
            rest = after.strip_prefix(char::from(self.separator))?;
        }
    }
}

/// The cells of a row so far.
#[derive(Debug, Default)]
struct Cells<'r> {
    source: &'r str,
    target: &'r str,
    count: usize,
}

impl<'r> Cells<'r> {
    #[inline]
    fn add(&mut self, cell: &'r str, layout: &RowLayout) {
        if self.count == layout.places.source {
            self.source = cell;
        }
        if self.count == layout.places.target {
            self.target = cell;
        }
        self.count += 1;
    }

    #[inline]
    fn finish(self, layout: &RowLayout) -> Result<(&'r str, &'r str), usize> {
        match self.count == layout.count {
            true => Ok((self.source, self.target)),
            false => Err(self.count),
        }
    }
}
