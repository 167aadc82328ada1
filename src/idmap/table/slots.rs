//! A table that finds rows by hash: open addressing, filled by all threads.

use std::sync::atomic::{AtomicU32, Ordering};

/// Slots of four bytes: a row's number, from 1, in as few bits as the count
/// of rows allows, and above it as much of the row's hash as fits. 0 is free.
///
/// A row that is there twice is kept once, by its lowest number, whoever
/// comes first: what is found never depends on scheduling.
#[derive(Debug, Default)]
pub(crate) struct Table {
    slots: Vec<AtomicU32>,
    /// The bits of a slot that hold the number.
    number_mask: u32,
}

/// Tables up to this many rows are given twice as many slots; larger ones
/// eight for five rows, where half a slot more a row costs megabytes.
const ROOMY: usize = 1 << 20;

impl Table {
    /// A table for `count` of the rows numbered below `rows`.
    pub(crate) fn new(count: usize, rows: usize) -> Self {
        let slots = match count {
            0 => 0,
            1..=ROOMY => count * 2,
            _ => count / 5 * 8,
        };
        let last = u32::try_from(rows).unwrap_or(u32::MAX);
        Self {
            slots: std::iter::repeat_with(AtomicU32::default).take(slots).collect(),
            number_mask: u32::MAX.checked_shr(last.leading_zeros()).unwrap_or(0),
        }
    }

    /// What stands in the first slot that a hash leads to. Reading the slots
    /// of many hashes before any of them is followed lets the waits for
    /// memory overlap.
    #[inline]
    pub(crate) fn first(&self, hash: u64) -> u32 {
        self.load(self.place(hash))
    }

    /// The row with this hash that `is_it`.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut place = self.place(hash);
        let mut slot = self.load(place);
        while slot != 0 {
            if self.is_tagged(slot, hash) && is_it(self.row(slot)) {
                return Some(self.row(slot));
            }
            place = self.next(place);
            slot = self.load(place);
        }
        None
    }

    /// The row to which a hash most likely leads: the first with its tag.
    #[inline]
    pub(crate) fn candidate(&self, hash: u64) -> Option<u32> {
        self.find(hash, |_| true)
    }

    /// Adds a row, unless a lower one that is the `same` is there; takes the
    /// place of a higher one. Returns which of the two is left out. `first` is
    /// what [`Self::first`] gave.
    #[inline]
    pub(crate) fn insert(
        &self,
        hash: u64,
        first: u32,
        row: u32,
        same: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        let mut place = self.place(hash);
        let mut slot = first;
        loop {
            let known = (slot != 0).then(|| self.row(slot));
            match known {
                Some(known) if !self.is_tagged(slot, hash) || !same(known) => {
                    place = self.next(place);
                    slot = self.load(place);
                    continue;
                }
                Some(known) if known <= row => return Some(row),
                _ => {}
            }
            match self.replace(place, slot, (hash as u32 & !self.number_mask) | (row + 1)) {
                Ok(()) => return known,
                Err(now) => slot = now,
            }
        }
    }

    fn replace(&self, place: usize, old: u32, new: u32) -> Result<(), u32> {
        let slot = &self.slots[place];
        slot.compare_exchange(old, new, Ordering::Relaxed, Ordering::Relaxed).map(|_| ())
    }

    /// Hashes are spread over the slots by their upper bits, which needs no
    /// power of two; their lower ones make the tag.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize
    }

    #[inline]
    fn next(&self, place: usize) -> usize {
        if place + 1 < self.slots.len() { place + 1 } else { 0 }
    }

    #[inline]
    fn load(&self, place: usize) -> u32 {
        self.slots.get(place).map_or(0, |slot| slot.load(Ordering::Relaxed))
    }

    #[inline]
    fn is_tagged(&self, slot: u32, hash: u64) -> bool {
        (slot ^ hash as u32) & !self.number_mask == 0
    }

    #[inline]
    fn row(&self, slot: u32) -> u32 {
        (slot & self.number_mask) - 1
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// All threads add rows whose IDs share hashes, the lowest row of each ID
    /// stays, and everybody else is returned.
    #[test]
    fn the_lowest_row_stays_whatever_collides() {
        const ROWS: u32 = 600;
        let id = |row: u32| row * 7 % 200;
        let crowded = |id: u32| u64::from(id % 3) << 62 | u64::from(id % 2);
        let hashes: [&(dyn Fn(u32) -> u64 + Sync); 4] =
            [&|_| 0, &|_| u64::MAX, &crowded, &|id| u64::from(id).wrapping_mul(0x9e37_79b9 << 32)];
        for hash in hashes {
            let table = Table::new(ROWS as usize, ROWS as usize);
            let returned = Mutex::new(Vec::new());
            std::thread::scope(|scope| {
                for thread in 0..4 {
                    let (table, returned) = (&table, &returned);
                    scope.spawn(move || {
                        for row in (0..ROWS).rev().filter(|row| row % 4 == thread) {
                            let hash = hash(id(row));
                            let first = table.first(hash);
                            let out = table.insert(hash, first, row, |known| id(known) == id(row));
                            returned.lock().expect("no panic").extend(out);
                        }
                    });
                }
            });
            let lowest = |one: u32| (0..ROWS).find(|row| id(*row) == one);
            for one in 0..200 {
                let hash = hash(one);
                assert_eq!(table.find(hash, |row| id(row) == one), lowest(one));
            }
            let mut returned = returned.into_inner().expect("no panic");
            returned.sort_unstable();
            let others: Vec<u32> = (0..ROWS).filter(|row| lowest(id(*row)) != Some(*row)).collect();
            assert_eq!(returned, others);
        }
    }
}
