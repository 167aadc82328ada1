//! Which lines of the log are of which record: 16 bytes and two bits each.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::quality::RandomState;

use super::key::Key;

/// The lines of all records, sorted by key.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<Entry>,
    hasher: RandomState,
    /// Which of them have found their record.
    used: Bits,
    /// Which of them are for the record on their own line.
    kept: Bits,
}

/// The hash of a record's table and key, and where its lines begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u64,
    offset: u64,
}

impl Index {
    fn hash(&self, table: &str, key: &Key<'_>) -> u64 {
        self.hasher.hash_one((table, key))
    }

    /// Adds the lines that begin at `offset` of the log.
    pub(super) fn add(&mut self, table: &str, key: &Key<'_>, offset: u64) {
        let hash = self.hash(table, key);
        self.entries.push(Entry { hash, offset });
    }

    /// Makes it ready to be searched.
    pub(super) fn finish(&mut self) {
        self.entries.sort_unstable();
        (self.used, self.kept) = (Bits::new(self.entries.len()), Bits::new(self.entries.len()));
    }

    /// The entries that may be of a record.
    pub(super) fn candidates(&self, table: &str, key: &Key<'_>) -> Range<usize> {
        let hash = self.hash(table, key);
        let start = self.entries.partition_point(|entry| entry.hash < hash);
        let rest = &self.entries[start..];
        // Nearly all have one or none; a search is for an `_id` that all share.
        let end = match rest.get(1) {
            Some(second) if second.hash == hash => rest.partition_point(|e| e.hash == hash),
            _ => usize::from(rest.first().is_some_and(|first| first.hash == hash)),
        };
        start..start + end
    }

    /// The entry of a key with its lines at `offset`.
    pub(super) fn position(&self, table: &str, key: &Key<'_>, offset: u64) -> Option<usize> {
        self.entries.binary_search(&Entry { hash: self.hash(table, key), offset }).ok()
    }

    /// Where the lines of an entry begin in the log.
    pub(super) fn offset(&self, entry: usize) -> u64 {
        self.entries[entry].offset
    }

    pub(super) fn is_used(&self, entry: usize) -> bool {
        self.used.get(entry)
    }

    pub(super) fn is_kept(&self, entry: usize) -> bool {
        self.kept.get(entry)
    }

    /// Takes an entry; false where it was taken already.
    pub(super) fn take(&self, entry: usize) -> bool {
        !self.used.set(entry)
    }

    /// Keeps an entry for the record on its own line.
    pub(super) fn keep(&self, entry: usize) {
        self.kept.set(entry);
    }

    /// Gives back all that was taken; what is kept stays so.
    pub(super) fn begin_again(&self) {
        self.used.clear();
    }

    /// Where the lines begin that have found no record, in the log's order.
    pub(super) fn unused(&self) -> Vec<u64> {
        let unused = (0..self.entries.len()).filter(|entry| !self.is_used(*entry));
        let mut offsets: Vec<_> = unused.map(|entry| self.offset(entry)).collect();
        offsets.sort_unstable();
        offsets.dedup();
        offsets
    }
}

/// A bit for each entry. Tables are worked on at once, and their entries
/// stand among each other.
#[derive(Debug, Default)]
struct Bits(Vec<AtomicU64>);

impl Bits {
    fn new(count: usize) -> Self {
        Self((0..count.div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
    }

    fn get(&self, bit: usize) -> bool {
        self.0[bit / 64].load(Ordering::Relaxed) >> (bit % 64) & 1 == 1
    }

    /// Sets a bit; returns what it was.
    fn set(&self, bit: usize) -> bool {
        let mask = 1 << (bit % 64);
        self.0[bit / 64].fetch_or(mask, Ordering::Relaxed) & mask != 0
    }

    fn clear(&self) {
        self.0.iter().for_each(|word| word.store(0, Ordering::Relaxed));
    }
}
