//! Finds the rows of a map by one of their sides.

use std::ops::Range;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::rows::{Rows, Side};
use super::slots::Table;
use crate::idmap::id::{Hashing, Id};

/// A table of the UUIDs of one side and a table of its other IDs. Most maps
/// have no more than one of them a side, so that many lookups end before
/// they begin.
#[derive(Debug, Default)]
pub(crate) struct Index {
    uuids: Table,
    texts: Table,
}

/// Rows whose slots are read in a loop that does nothing else, before any of
/// them is filled, so that the waits for memory overlap.
const BATCH: usize = 128;
/// Rows that a thread takes at a time.
const SHARE: u32 = 1 << 14;

impl Index {
    /// Indexes all rows but those of `without`, which is sorted; `uuids` of
    /// them have a UUID on this side. Of several rows with the same ID the
    /// first is found; the others are returned, sorted.
    pub(crate) fn new(
        rows: &Rows,
        side: Side,
        uuids: usize,
        without: &[u32],
        hashing: &Hashing,
    ) -> (Self, Vec<u32>) {
        let texts = rows.len() - uuids;
        let index =
            Self { uuids: Table::new(uuids, rows.len()), texts: Table::new(texts, rows.len()) };
        let count = rows.len() as u32;
        let share =
            |number: u32| number * SHARE..count.min(number.saturating_add(1).saturating_mul(SHARE));
        let mut repeated: Vec<u32> = (0..count.div_ceil(SHARE))
            .into_par_iter()
            .flat_map_iter(|number| {
                let mut repeated = Vec::new();
                let filling = Filling { index: &index, rows, side, hashing };
                filling.fill(share(number), without, &mut repeated);
                repeated
            })
            .collect();
        repeated.par_sort_unstable();
        (index, repeated)
    }

    #[inline]
    pub(crate) fn table(&self, uuid: bool) -> &Table {
        if uuid { &self.uuids } else { &self.texts }
    }

    /// The row that has `id` on the side that was indexed.
    pub(crate) fn find(
        &self,
        rows: &Rows,
        side: Side,
        id: Id<'_>,
        hashing: &Hashing,
    ) -> Option<u32> {
        let hash = hashing.of(id);
        let table = self.table(id.is_uuid());
        table.find(hash, |row| rows.id(row, side) == id)
    }
}

struct Filling<'f> {
    index: &'f Index,
    rows: &'f Rows,
    side: Side,
    hashing: &'f Hashing,
}

impl Filling<'_> {
    fn fill(&self, share: Range<u32>, without: &[u32], repeated: &mut Vec<u32>) {
        let mut without = &without[without.partition_point(|row| *row < share.start)..];
        let mut rows = share.filter(|row| match without.split_first() {
            Some((first, rest)) if first == row => {
                without = rest;
                false
            }
            _ => true,
        });
        let mut batch = Vec::with_capacity(BATCH);
        let mut slots = [0; BATCH];
        loop {
            batch.extend(rows.by_ref().take(BATCH).map(|row| {
                let id = self.rows.id(row, self.side);
                (row, id, self.hashing.of(id))
            }));
            if batch.is_empty() {
                return;
            }
            for ((_, id, hash), slot) in batch.iter().zip(&mut slots) {
                *slot = self.index.table(id.is_uuid()).first(*hash);
            }
            for ((row, id, hash), slot) in batch.drain(..).zip(slots) {
                let table = self.index.table(id.is_uuid());
                let same = |known| self.rows.id(known, self.side) == id;
                repeated.extend(table.insert(hash, slot, row, same));
            }
        }
    }
}
