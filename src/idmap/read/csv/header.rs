//! The header of a CSV map: how its rows are split, and which cells count.

use csv::StringRecord;
use memchr::{memchr, memchr2};

use crate::idmap::read::wanted::Places;

/// Where source and target stand in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    source: usize,
    target: usize,
    /// Where a run file has the status of its line.
    pub(crate) status: Option<usize>,
    /// How many cells a row has.
    pub(crate) count: usize,
    /// What stands between them.
    pub(crate) separator: u8,
}

impl Header {
    pub(crate) fn new(places: Places, count: usize, separator: u8) -> Self {
        let Places { source, target, status } = places;
        Self { source, target, status, count, separator }
    }

    /// Source and target of a row that has as many cells as the header.
    pub(crate) fn cells<'r>(&self, row: &'r StringRecord) -> Option<(&'r str, &'r str)> {
        if row.len() != self.count {
            return None;
        }
        row.get(self.source).zip(row.get(self.target))
    }

    /// The same of a row in which there is no quote; else how many cells it
    /// has.
    #[inline]
    pub(crate) fn split<'r>(&self, row: &'r str) -> Result<(&'r str, &'r str), usize> {
        let mut cells = Cells::default();
        let mut rest = row;
        while let Some(end) = memchr(self.separator, rest.as_bytes()) {
            cells.add(&rest[..end], self);
            rest = &rest[end + 1..];
        }
        cells.add(rest, self);
        cells.of(self)
    }

    /// The same of a row in which all quotes enclose cells; `None` where they
    /// do anything else.
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
                return Some(cells.of(self));
            }
            rest = after.strip_prefix(char::from(self.separator))?;
        }
    }
}

/// The cells of a row as they come.
#[derive(Debug, Default)]
struct Cells<'r> {
    source: &'r str,
    target: &'r str,
    count: usize,
}

impl<'r> Cells<'r> {
    #[inline]
    fn add(&mut self, cell: &'r str, header: &Header) {
        if self.count == header.source {
            self.source = cell;
        }
        if self.count == header.target {
            self.target = cell;
        }
        self.count += 1;
    }

    #[inline]
    fn of(self, header: &Header) -> Result<(&'r str, &'r str), usize> {
        match self.count == header.count {
            true => Ok((self.source, self.target)),
            false => Err(self.count),
        }
    }
}
