//! Which lines of the log belong to which record: 17 bytes a key.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use foldhash::quality::RandomState;

use super::logged_record::LoggedRecord;
use super::record_key::RecordKey;
use super::rejected_lines::RejectedLines;
use crate::pipeline::lock;

/// The changes of all records, sorted by key. An entry is one key of one
/// record; entries are named by their numbers in this order.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    hasher: RandomState,
    /// For each entry, the best quality with which a record has claimed it,
    /// and the flag [`TAKEN`]. Tables are processed at the same time, each on
    /// its own entries.
    states: Vec<AtomicU8>,
    /// For keys with several entries, by the first of these: the open ones, up
    /// to [`MOST_TRIED`], and the entry after them. No entry becomes open
    /// again during a pass.
    open: Mutex<HashMap<usize, (Vec<usize>, usize)>>,
}

/// The hash of a record's table and key, and where its changes begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u64,
    /// An offset in the log, with [`OLD_KEY`] if the key is from before the run.
    offset: u64,
}

const OLD_KEY: u64 = 1 << 63;
/// How many changed records of one key are tried for a record that is on the
/// line of none of them.
const MOST_TRIED: usize = 64;
const TAKEN: u8 = 1 << 7;

/// How well changes match a record, from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MatchQuality {
    /// Values have drifted, and the record is on another line.
    Key,
    /// Values have drifted, and the record is on its line.
    KeyAndLine,
    /// No value has drifted.
    Values,
    /// No value has drifted, and the record is on its line.
    ValuesAndLine,
}

impl Entry {
    fn new(hash: u64, is_old_key: bool, offset: u64) -> Self {
        Self { hash, offset: offset | if is_old_key { OLD_KEY } else { 0 } }
    }
}

impl Index {
    fn hash(&self, table: &str, key: &RecordKey<'_>) -> u64 {
        self.hasher.hash_one((table, key))
    }

    /// Adds a record whose changes begin at `offset` of the log.
    pub(crate) fn add(&mut self, record: &LoggedRecord, rejected: &RejectedLines, offset: u64) {
        for (key, is_old) in record.keys(rejected) {
            let hash = self.hash(&record.table, &key);
            self.entries.push(Entry::new(hash, is_old, offset));
        }
    }

    /// Makes the index ready to be searched.
    pub(crate) fn finish(&mut self) {
        self.entries.sort_unstable();
        self.states = self.entries.iter().map(|_| AtomicU8::new(0)).collect();
    }

    /// The entries whose changes may belong to a record with this key: those
    /// of records that have the key after the run, else those of records that
    /// had it before.
    pub(crate) fn candidates(&self, table: &str, key: &RecordKey<'_>) -> Range<usize> {
        let hash = self.hash(table, key);
        let start = self.entries.partition_point(|entry| entry.hash < hash);
        let rest = &self.entries[start..];
        let Some(first) = rest.first().filter(|first| first.hash == hash) else {
            return start..start;
        };
        let is_old_key = first.offset & OLD_KEY;
        let is_like = |entry: &Entry| entry.hash == hash && entry.offset & OLD_KEY == is_old_key;
        // Nearly all have one; a search is for an `_id` that all share.
        let end = match rest.get(1) {
            Some(second) if is_like(second) => rest.partition_point(is_like),
            _ => 1,
        };
        start..start + end
    }

    /// The entries of a record whose changes begin at `offset`.
    pub(crate) fn entries(
        &self,
        record: &LoggedRecord,
        rejected: &RejectedLines,
        offset: u64,
    ) -> Vec<usize> {
        let entry = |(key, is_old)| Entry::new(self.hash(&record.table, &key), is_old, offset);
        let entries = record.keys(rejected).map(entry);
        entries.filter_map(|entry| self.entries.binary_search(&entry).ok()).collect()
    }

    /// The offset in the log at which the changes of an entry begin.
    pub(crate) fn offset(&self, entry: usize) -> u64 {
        self.entries[entry].offset & !OLD_KEY
    }

    fn state(&self, entry: usize) -> u8 {
        self.states[entry].load(Ordering::Relaxed)
    }

    /// Whether a record has taken an entry.
    pub(crate) fn is_taken(&self, entry: usize) -> bool {
        self.state(entry) & TAKEN != 0
    }

    /// Whether no record with a better match has claimed an entry.
    pub(crate) fn is_free_for(&self, entry: usize, quality: MatchQuality) -> bool {
        self.state(entry) & !TAKEN <= quality as u8
    }

    /// Whether a record whose values all match can still take an entry.
    fn is_open(&self, entry: usize) -> bool {
        let is_closed = self.state(entry) >= TAKEN | MatchQuality::Values as u8;
        !is_closed && self.is_free_for(entry, MatchQuality::Values)
    }

    /// Whether a match is better than those of all records that have claimed
    /// an entry.
    pub(crate) fn is_better(&self, entry: usize, quality: MatchQuality) -> bool {
        self.state(entry) & !TAKEN < quality as u8
    }

    /// Takes an entry, and keeps it from records with a worse match, also in
    /// the next pass.
    pub(crate) fn take(&self, entry: usize, quality: MatchQuality) {
        self.states[entry].store(TAKEN | quality as u8, Ordering::Relaxed);
    }

    /// The first open entries of a key, which has the entries `range`.
    pub(crate) fn open(&self, range: Range<usize>) -> Vec<usize> {
        let mut open = lock(&self.open);
        let (first, next) = open.entry(range.start).or_insert((Vec::new(), range.start));
        first.retain(|entry| self.is_open(*entry));
        while first.len() < MOST_TRIED && *next < range.end {
            first.extend(Some(*next).filter(|entry| self.is_open(*entry)));
            *next += 1;
        }
        first.clone()
    }

    /// Makes all entries free for another pass; the best claims are remembered.
    pub(crate) fn begin_again(&self) {
        lock(&self.open).clear();
        for state in &self.states {
            state.fetch_and(!TAKEN, Ordering::Relaxed);
        }
    }

    /// The offsets of changes that no record has taken, in ascending order.
    pub(crate) fn unused(&self) -> Vec<u64> {
        let unused = (0..self.entries.len()).filter(|entry| !self.is_taken(*entry));
        let mut offsets: Vec<_> = unused.map(|entry| self.offset(entry)).collect();
        offsets.sort_unstable();
        offsets.dedup();
        offsets
    }
}
