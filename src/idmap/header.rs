//! The header of a CSV map: which column is which.

use csv::StringRecord;
use memchr::{memchr, memchr2};

use super::form::{is_clerk, is_uuid};
use super::{MapFault, RowPlace};

pub(super) const SOURCE_NAMES: [&str; 7] =
    ["source_id", "supabase_id", "old_id", "sourceId", "external_id", "from", "source"];
pub(super) const TARGET_NAMES: [&str; 6] =
    ["target_id", "clerk_id", "new_id", "clerkId", "to", "target"];

/// Where source and target stand in a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    source: usize,
    target: usize,
    /// How many cells a row has.
    pub(super) count: usize,
}

impl Header {
    /// Finds the columns by well-known names, or by position where there are
    /// just two.
    pub(super) fn of(
        header: &StringRecord,
        place: impl FnOnce() -> RowPlace,
    ) -> Result<Self, MapFault> {
        if header.iter().map(str::trim).any(|cell| is_uuid(cell) || is_clerk(cell)) {
            return Err(MapFault::HeaderIsData(place()));
        }
        let column = |name: &str| header.iter().position(|cell| cell.trim() == name);
        let first = |names: &[&str]| names.iter().find_map(|name| column(name));
        let by_name = first(&SOURCE_NAMES)
            .zip(first(&TARGET_NAMES))
            .or_else(|| column("external_id").zip(column("id")));
        // A header that names one column turned around is not guessed at.
        let turned = |place, names: &[&str]| {
            header.get(place).is_some_and(|cell: &str| names.contains(&cell.trim()))
        };
        let turned = turned(0, &TARGET_NAMES) || turned(1, &SOURCE_NAMES);
        let by_place = (header.len() == 2 && !turned).then_some((0, 1));
        match by_name.or(by_place) {
            Some((source, target)) => Ok(Self { source, target, count: header.len() }),
            None => Err(MapFault::UnknownColumns {
                place: place(),
                columns: header.iter().map(str::to_owned).collect(),
            }),
        }
    }

    /// Source and target of a row that has as many cells as the header.
    pub(super) fn cells<'r>(&self, row: &'r StringRecord) -> Option<(&'r str, &'r str)> {
        if row.len() != self.count {
            return None;
        }
        row.get(self.source).zip(row.get(self.target))
    }

    /// The same of a row in which there is no quote; else how many cells it
    /// has.
    #[inline]
    pub(super) fn split<'r>(&self, row: &'r str) -> Result<(&'r str, &'r str), usize> {
        let mut cells = Cells::default();
        let mut rest = row;
        while let Some(comma) = memchr(b',', rest.as_bytes()) {
            cells.add(&rest[..comma], self);
            rest = &rest[comma + 1..];
        }
        cells.add(rest, self);
        cells.of(self)
    }

    /// The same of a row in which all quotes enclose cells; `None` where they
    /// do anything else.
    pub(super) fn split_quoted<'r>(
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
                None => rest.split_at(memchr2(b',', b'"', rest.as_bytes()).unwrap_or(rest.len())),
            };
            cells.add(cell, self);
            if after.is_empty() {
                return Some(cells.of(self));
            }
            rest = after.strip_prefix(',')?;
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
