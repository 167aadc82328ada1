//! Finds the changes that belong to a record.
//!
//! A record is known by one key, its [`RecordKey`]: its `_id`, or its line
//! number in the export if it has no scalar `_id`. The index lists each changed
//! record under the key that it has after the run, and under its old `_id` too
//! if the run mapped that, for exports in which it has been restored. The line
//! number is that in the run's output: the one in its input, less the rejected
//! lines before it.
//!
//! Where a key has the changes of one record only, those are the record's.
//! Where several changed records share an `_id`, the record gets, in this order:
//! 1. those from its own line, if no value has drifted;
//! 2. the first in the log of which no value has drifted;
//! 3. those from its own line;
//! 4. the first in the log.
//!
//! All threads look records up at the same time; what depends on the order of
//! records is decided in that order. Where a later record is a better match for
//! changes already given away ([`MatchQuality`]), that is a conflict: all tables
//! are read once more, and then the best match of the first pass has them.

use std::ops::Range;

use super::decide::decide;
use super::outcome::{Outcome, is_without_drift};
use crate::error::Result;
use crate::jobs::undo::log::{
    Change, ChangeLog, ChangeReader, MatchQuality, RecordChanges, RecordKey,
};

/// A record that the log may have changes of.
#[derive(Debug)]
pub(crate) struct Pending<'b> {
    table: &'b str,
    /// The record's line in the export.
    pub(crate) line: u64,
    /// The offset in the block at which that begins.
    start: usize,
    key: RecordKey<'b>,
    candidates: Candidates,
}

#[derive(Debug)]
enum Candidates {
    /// The only changes that can be the record's, and whether they are from
    /// its line.
    One(Joined, bool),
    /// The index entries of several records with its key, and the changes from
    /// its own line, which have drifted.
    Several(Range<usize>, Option<Joined>),
}

/// The changes of a record and what becomes of each.
#[derive(Debug)]
pub(crate) struct Joined {
    changes: RecordChanges,
    pub(crate) outcomes: Vec<Outcome>,
}

impl Joined {
    /// Each change with its outcome.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Change, &Outcome)> {
        self.changes.changes.iter().zip(&self.outcomes)
    }

    fn quality(&self, is_own_line: bool) -> MatchQuality {
        match (is_without_drift(&self.outcomes), is_own_line) {
            (true, true) => MatchQuality::ValuesAndLine,
            (true, false) => MatchQuality::Values,
            (false, true) => MatchQuality::KeyAndLine,
            (false, false) => MatchQuality::Key,
        }
    }
}

impl Pending<'_> {
    /// Whether the record is known by its line only.
    pub(crate) fn is_by_line(&self) -> bool {
        matches!(self.key, RecordKey::Line(_))
    }
}

/// Joins the records of a block with their changes.
pub(crate) struct Joiner<'j> {
    pub(crate) log: &'j ChangeLog,
    pub(crate) reader: &'j mut ChangeReader,
    pub(crate) block: &'j [u8],
}

impl<'j> Joiner<'j> {
    /// Looks up the record on `line` of the export, which begins at `start` of
    /// the block; in any order.
    pub(crate) fn look_up(
        &mut self,
        table: &'j str,
        (line, start): (u64, usize),
        key: RecordKey<'j>,
    ) -> Result<Option<Pending<'j>>> {
        let range = self.log.index.candidates(table, &key);
        let candidates = match range.len() {
            0 => return Ok(None),
            1 => {
                let changes = self.read(range.start)?;
                if !self.has_key(&changes, table, &key) {
                    return Ok(None);
                }
                let is_own_line = self.output_line(&changes) == line;
                Candidates::One(self.joined(changes, start), is_own_line)
            }
            _ => {
                let own = self.find_line(line, range.clone())?;
                let own = own.filter(|own| self.has_key(own, table, &key));
                match own.map(|own| self.joined(own, start)) {
                    Some(own) if is_without_drift(&own.outcomes) => Candidates::One(own, true),
                    own => Candidates::Several(range, own),
                }
            }
        };
        Ok(Some(Pending { table, line, start, key, candidates }))
    }

    /// The changes of the record on `line`, among those of one key. The log is
    /// in the order of lines, and so are the entries of a key.
    fn find_line(&mut self, line: u64, mut range: Range<usize>) -> Result<Option<RecordChanges>> {
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            let changes = self.read(middle)?;
            match self.output_line(&changes) {
                at if at == line => return Ok(Some(changes)),
                at if at < line => range.start = middle + 1,
                _ => range.end = middle,
            }
        }
        Ok(None)
    }

    fn read(&mut self, entry: usize) -> Result<RecordChanges> {
        self.reader.read(self.log, self.log.index.offset(entry))
    }

    /// The line on which the run left a record; 0 if it is not known.
    fn output_line(&self, changes: &RecordChanges) -> u64 {
        changes.record.output_line(&self.log.rejected).unwrap_or(0)
    }

    /// Whether changes are of this key, rather than of another with its hash.
    fn has_key(&self, changes: &RecordChanges, table: &str, key: &RecordKey<'_>) -> bool {
        let record = &changes.record;
        record.table == table && record.keys(&self.log.rejected).any(|(own, _)| own == *key)
    }

    fn joined(&self, changes: RecordChanges, start: usize) -> Joined {
        let outcomes = decide(self.block, start, &changes.changes);
        Joined { changes, outcomes }
    }

    /// Decides which changes are a record's, in the order of records. Calls
    /// `conflict` if they were given to an earlier record that matches less.
    pub(crate) fn claim(
        &mut self,
        pending: Pending<'_>,
        conflict: impl FnOnce(),
    ) -> Result<Option<Joined>> {
        let Pending { table, start, key, candidates, .. } = pending;
        let (joined, quality) = match candidates {
            Candidates::One(joined, is_own_line) => {
                let quality = joined.quality(is_own_line);
                (joined, quality)
            }
            Candidates::Several(range, own) => {
                let (exact, first) = self.choose((table, &key), start, range)?;
                let own = own.filter(|own| self.is_free(own, MatchQuality::KeyAndLine));
                let exact = exact.map(|exact| (exact, MatchQuality::Values));
                let own = own.map(|own| (own, MatchQuality::KeyAndLine));
                let first = first.map(|first| (first, MatchQuality::Key));
                let Some(best) = exact.or(own).or(first) else { return Ok(None) };
                best
            }
        };
        Ok(self.take(&joined, quality, conflict).then_some(joined))
    }

    fn is_free(&self, joined: &Joined, quality: MatchQuality) -> bool {
        let index = &self.log.index;
        let free = |entry: &usize| index.is_free_for(*entry, quality) && !index.is_taken(*entry);
        self.log.entries(&joined.changes).iter().all(free)
    }

    /// Takes changes for a record, if no other one has them.
    fn take(&self, joined: &Joined, quality: MatchQuality, conflict: impl FnOnce()) -> bool {
        let index = &self.log.index;
        let entries = self.log.entries(&joined.changes);
        if !entries.iter().all(|entry| index.is_free_for(*entry, quality)) {
            return false;
        }
        let is_taken = entries.iter().any(|entry| index.is_taken(*entry));
        // Of records that match equally well, the first has them.
        if is_taken && entries.iter().any(|entry| index.is_better(*entry, quality)) {
            conflict();
        }
        entries.iter().for_each(|entry| index.take(*entry, quality));
        !is_taken
    }

    /// The first changes of which no value has drifted, and the first that no
    /// record has claimed.
    fn choose(
        &mut self,
        (table, key): (&str, &RecordKey<'_>),
        start: usize,
        range: Range<usize>,
    ) -> Result<(Option<Joined>, Option<Joined>)> {
        let mut first = None;
        for entry in self.log.index.open(range) {
            let changes = self.read(entry)?;
            if !self.has_key(&changes, table, key) {
                continue;
            }
            let joined = self.joined(changes, start);
            if is_without_drift(&joined.outcomes) {
                return Ok((Some(joined), first));
            }
            if first.is_none() && self.is_free(&joined, MatchQuality::Key) {
                first = Some(joined);
            }
        }
        Ok((None, first))
    }
}
