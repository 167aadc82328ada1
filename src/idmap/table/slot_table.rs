//! A hash table of rows with open addressing, which all threads fill.

use std::sync::atomic::{AtomicU32, Ordering};

/// Slots of four bytes: a row's number, from 1, in as few bits as the number
/// of rows allows, and above it, as a tag, as much of the row's hash as fits.
/// A free slot is 0.
///
/// Of several rows with the same ID the table keeps the lowest, whichever
/// thread comes first: results never depend on scheduling.
#[derive(Debug, Default)]
pub(crate) struct SlotTable {
    slots: Vec<AtomicU32>,
    /// The bits of a slot that hold the row's number.
    number_mask: u32,
}

/// Tables of up to this many rows have two slots per row. Larger ones have
/// eight for five rows: there, half a slot more per row costs megabytes.
const ROOMY: usize = 1 << 20;

impl SlotTable {
    /// Creates a table for `count` of the rows numbered below `rows`.
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

    /// Returns the first slot of a hash. Reading the slots of many hashes
    /// before following any of them lets the waits for memory overlap.
    #[inline]
    pub(crate) fn first(&self, hash: u64) -> u32 {
        self.load(self.place(hash))
    }

    /// Returns the row with this hash for which `is_it` holds.
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

    /// Returns the row that most likely has this hash: the first with its tag.
    #[inline]
    pub(crate) fn candidate(&self, hash: u64) -> Option<u32> {
        self.find(hash, |_| true)
    }

    /// Adds a row. If a row for which `same` holds is there, keeps the lower of
    /// the two and returns the higher. `first` is the result of
    /// [`Self::first`].
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

    /// The upper bits of a hash choose the slot, which needs no power of two;
    /// the lower ones are the tag.
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

    /// All threads add rows whose IDs share hashes: the lowest row of each ID
    /// stays, and all others are returned.
    #[test]
    fn the_lowest_row_stays_whatever_collides() {
        const ROWS: u32 = 600;
        let id = |row: u32| row * 7 % 200;
        let crowded = |id: u32| u64::from(id % 3) << 62 | u64::from(id % 2);
        let hashes: [&(dyn Fn(u32) -> u64 + Sync); 4] =
            [&|_| 0, &|_| u64::MAX, &crowded, &|id| u64::from(id).wrapping_mul(0x9e37_79b9 << 32)];
        for hash in hashes {
            let table = SlotTable::new(ROWS as usize, ROWS as usize);
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
