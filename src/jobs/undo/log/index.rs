//! Which lines of the log are of which record: 17 bytes a key.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use foldhash::quality::RandomState;

use super::key::{Head, Key};
use super::shift::Shift;
use crate::pipeline::lock;

/// The lines of all records, sorted by key.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    hasher: RandomState,
    /// What is known of each entry: the best claim, and whether it is taken.
    /// Tables are worked on at once, each on its own entries.
    states: Vec<AtomicU8>,
    /// Of keys with several entries, by the first: those that are open, as
    /// many as are tried, and the entry after them. None opens in a pass.
    open: Mutex<HashMap<usize, (Vec<usize>, usize)>>,
}

/// The hash of a record's table and key, and where its lines begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u64,
    /// An offset in the log, and `FORMER` where the key is from before the run.
    place: u64,
}

const FORMER: u64 = 1 << 63;
/// The changed records of one key that are tried for a record from elsewhere.
const TRIED: usize = 64;
const TAKEN: u8 = 1 << 7;

/// How well lines fit a record, from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// Values have drifted, and it is elsewhere.
    Key,
    /// Values have drifted, and it is on its line.
    Line,
    /// No value has drifted.
    Whole,
    /// No value has drifted, and it is on its line.
    Exact,
}

impl Entry {
    fn new(hash: u64, is_former: bool, offset: u64) -> Self {
        Self { hash, place: offset | if is_former { FORMER } else { 0 } }
    }
}

impl Index {
    fn hash(&self, table: &str, key: &Key<'_>) -> u64 {
        self.hasher.hash_one((table, key))
    }

    /// Adds the lines that begin at `offset` of the log.
    pub(crate) fn add(&mut self, head: &Head, shift: &Shift, offset: u64) {
        for (key, is_former) in head.keys(shift) {
            let hash = self.hash(&head.table, &key);
            self.entries.push(Entry::new(hash, is_former, offset));
        }
    }

    /// Makes it ready to be searched.
    pub(crate) fn finish(&mut self) {
        self.entries.sort_unstable();
        self.states = self.entries.iter().map(|_| AtomicU8::new(0)).collect();
    }

    /// The entries that may be of a record: those whose records have its key
    /// now, else those that had it before the run.
    pub(crate) fn candidates(&self, table: &str, key: &Key<'_>) -> Range<usize> {
        let hash = self.hash(table, key);
        let start = self.entries.partition_point(|entry| entry.hash < hash);
        let rest = &self.entries[start..];
        let Some(first) = rest.first().filter(|first| first.hash == hash) else {
            return start..start;
        };
        let is_former = first.place & FORMER;
        let is_like = |entry: &Entry| entry.hash == hash && entry.place & FORMER == is_former;
        // Nearly all have one; a search is for an `_id` that all share.
        let end = match rest.get(1) {
            Some(second) if is_like(second) => rest.partition_point(is_like),
            _ => 1,
        };
        start..start + end
    }

    /// The entries of lines that begin at `offset`.
    pub(crate) fn positions(&self, head: &Head, shift: &Shift, offset: u64) -> Vec<usize> {
        let entry = |(key, former)| Entry::new(self.hash(&head.table, &key), former, offset);
        let found = head.keys(shift).map(entry);
        found.filter_map(|entry| self.entries.binary_search(&entry).ok()).collect()
    }

    /// Where the lines of an entry begin in the log.
    pub(crate) fn offset(&self, entry: usize) -> u64 {
        self.entries[entry].place & !FORMER
    }

    fn state(&self, entry: usize) -> u8 {
        self.states[entry].load(Ordering::Relaxed)
    }

    pub(crate) fn is_taken(&self, entry: usize) -> bool {
        self.state(entry) & TAKEN != 0
    }

    /// Whether nobody whom lines fit better has claimed them.
    pub(crate) fn is_free_for(&self, entry: usize, fit: Fit) -> bool {
        self.state(entry) & !TAKEN <= fit as u8
    }

    /// Whether a record that they fit has taken lines.
    fn is_closed(&self, entry: usize) -> bool {
        self.state(entry) >= TAKEN | Fit::Whole as u8
    }

    /// Whether a record that they fit can still have lines.
    fn is_open(&self, entry: usize) -> bool {
        !self.is_closed(entry) && self.is_free_for(entry, Fit::Whole)
    }

    /// Whether lines fit a record better than all who have claimed them.
    pub(crate) fn is_better(&self, entry: usize, fit: Fit) -> bool {
        self.state(entry) & !TAKEN < fit as u8
    }

    /// Takes an entry, and keeps it from records that it fits less, also when
    /// all begins again.
    pub(crate) fn take(&self, entry: usize, fit: Fit) {
        self.states[entry].store(TAKEN | fit as u8, Ordering::Relaxed);
    }

    /// The first open entries of a key.
    pub(crate) fn open(&self, range: Range<usize>) -> Vec<usize> {
        let mut open = lock(&self.open);
        let (first, next) = open.entry(range.start).or_insert((Vec::new(), range.start));
        first.retain(|entry| self.is_open(*entry));
        while first.len() < TRIED && *next < range.end {
            first.extend(Some(*next).filter(|entry| self.is_open(*entry)));
            *next += 1;
        }
        first.clone()
    }

    /// Gives back all that was taken; the best claims are kept in mind.
    pub(crate) fn begin_again(&self) {
        lock(&self.open).clear();
        for state in &self.states {
            state.fetch_and(!TAKEN, Ordering::Relaxed);
        }
    }

    /// Where the lines begin that have found no record, in the log's order.
    pub(crate) fn unused(&self) -> Vec<u64> {
        let unused = (0..self.entries.len()).filter(|entry| !self.is_taken(*entry));
        let mut offsets: Vec<_> = unused.map(|entry| self.offset(entry)).collect();
        offsets.sort_unstable();
        offsets.dedup();
        offsets
    }
}
