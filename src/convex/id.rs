//! Records that share an `_id`.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

/// Hashes IDs twice, with seeds of this process, so that nobody can choose IDs
/// that collide.
#[derive(Debug, Default)]
pub struct IdHasher([RandomState; 2]);

/// The `_id` of a record, as two hashes, and where the record begins. Among
/// equal IDs, the first record sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId {
    hashes: [u64; 2],
    offset: u64,
}

impl IdHasher {
    /// The ID of the record at byte `offset` of its table.
    pub fn id(&self, decoded: &[u8], offset: u64) -> RecordId {
        RecordId { hashes: self.0.each_ref().map(|seeded| seeded.hash_one(decoded)), offset }
    }
}

/// The offsets of records that repeat the ID of an earlier one. `sorted` are
/// the sorted IDs of a table.
pub(crate) fn repeated(sorted: &[RecordId]) -> impl Iterator<Item = u64> {
    sorted.windows(2).filter_map(|pair| match pair {
        [one, next] => (one.hashes == next.hashes).then_some(next.offset),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_first_repeat_it() {
        let hasher = IdHasher::default();
        let records = ["a", "b", "a", "", "c", "a", "c", "", "ab"];
        let mut ids: Vec<_> =
            (0..).zip(records).map(|(offset, id)| hasher.id(id.as_bytes(), offset)).collect();
        ids.reverse();
        ids.sort_unstable();
        let mut found: Vec<_> = repeated(&ids).collect();
        found.sort_unstable();
        assert_eq!(found, [2, 5, 6, 7]);
        assert_eq!(size_of::<RecordId>(), 24);
    }
}
