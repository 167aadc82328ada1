//! Finds the rows of a map by the ID on one of their sides.

use std::ops::Range;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::hashing::Hashing;
use super::rows::{Rows, Side};
use super::slot_table::SlotTable;
use crate::idmap::ids::Id;

/// A hash table of the UUIDs on one side, and another of its other IDs. In
/// most maps one of the two is empty, so that many lookups need no memory
/// access.
#[derive(Debug, Default)]
pub(crate) struct Index {
    uuids: SlotTable,
    texts: SlotTable,
}

/// The rows whose slots are read in a loop that does nothing else, before any
/// of them is filled, so that the waits for memory overlap.
const BATCH: usize = 128;
/// The rows that a thread takes at a time.
const SHARE: u32 = 1 << 14;

impl Index {
    /// Indexes all rows except `without`, which is sorted; `uuids` of them have
    /// a UUID on this side. If several rows have the same ID, the index finds
    /// the first; the others are returned, sorted.
    pub(crate) fn new(
        rows: &Rows,
        side: Side,
        uuids: usize,
        without: &[u32],
        hashing: &Hashing,
    ) -> (Self, Vec<u32>) {
        let texts = rows.len() - uuids;
        let index = Self {
            uuids: SlotTable::new(uuids, rows.len()),
            texts: SlotTable::new(texts, rows.len()),
        };
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
    pub(crate) fn table(&self, uuid: bool) -> &SlotTable {
        if uuid { &self.uuids } else { &self.texts }
    }

    /// Returns the row that has `id` on `side`, which must be the indexed one.
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

/// The filling of an index by one thread.
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
                let (id, hash) = self.rows.hashed_id(row, self.side, self.hashing);
                (row, id, hash)
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
