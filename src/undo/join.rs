//! Which lines of the log are a record's.
//!
//! Records are looked up by all threads; what depends on their order is
//! decided in that order.

use std::ops::Range;

use super::key::Key;
use super::log::{ChangeLog, Group, GroupReader};
use super::settle::{Fate, is_whole, settle};
use crate::error::Result;

/// A record that the log may know.
#[derive(Debug)]
pub(super) struct Pending<'b> {
    pub(super) table: &'b str,
    /// The record's line in the export.
    pub(super) line: u64,
    /// Where in the block that begins.
    pub(super) start: usize,
    key: Key<'b>,
    candidates: Candidates,
}

#[derive(Debug)]
enum Candidates {
    /// The only lines that can be its own; whether they are from its line.
    One(Joined, bool),
    /// Several records have its key, and it is on the line of none.
    Several(Range<usize>),
}

/// The lines of a record, and what becomes of them.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) group: Group,
    pub(super) fates: Vec<Fate>,
}

/// The changed records of one key that are tried for a record from elsewhere.
const TRIED: usize = 64;

/// Joins records and lines.
pub(super) struct Joiner<'j> {
    pub(super) log: &'j ChangeLog,
    pub(super) reader: &'j mut GroupReader,
    pub(super) block: &'j [u8],
}

impl<'j> Joiner<'j> {
    /// Looks a record up, in any order.
    ///
    /// # Errors
    /// What cannot be read of the log.
    pub(super) fn look_up(
        &mut self,
        table: &'j str,
        (line, start): (u64, usize),
        key: Key<'j>,
    ) -> Result<Option<Pending<'j>>> {
        let range = self.log.index.candidates(table, &key);
        let candidates = match range.len() {
            0 => return Ok(None),
            1 => {
                let group = self.reader.read(self.log, self.log.index.offset(range.start))?;
                if !self.is_of(&group, table, &key) {
                    return Ok(None);
                }
                let is_own = self.line_of(&group) == line;
                Candidates::One(self.joined(group, start), is_own)
            }
            _ => match self.own(table, line, &key, range.clone())? {
                Some(group) => Candidates::One(self.joined(group, start), true),
                None => Candidates::Several(range),
            },
        };
        Ok(Some(Pending { table, line, start, key, candidates }))
    }

    /// The lines of the record from its own line. The log is in the order of
    /// lines, and so are its entries of one key.
    fn own(
        &mut self,
        table: &str,
        line: u64,
        key: &Key<'_>,
        mut range: Range<usize>,
    ) -> Result<Option<Group>> {
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            let group = self.reader.read(self.log, self.log.index.offset(middle))?;
            match self.line_of(&group) {
                at if at == line => return Ok(Some(group).filter(|g| self.is_of(g, table, key))),
                at if at < line => range.start = middle + 1,
                _ => range.end = middle,
            }
        }
        Ok(None)
    }

    /// The line on which the run left a record; none is 0.
    fn line_of(&self, group: &Group) -> u64 {
        group.head.line_after(&self.log.shift).unwrap_or(0)
    }

    /// Whether lines are of a record: hashes may be the same by chance.
    fn is_of(&self, group: &Group, table: &str, key: &Key<'_>) -> bool {
        let head = &group.head;
        let is_key = head.key(&self.log.shift) == *key || head.old_key().as_ref() == Some(key);
        head.table == table && is_key
    }

    fn joined(&self, group: Group, start: usize) -> Joined {
        let fates = settle(self.block, start, &group.changes);
        Joined { group, fates }
    }

    /// Decides which lines are a record's, in the order of records. `conflict`
    /// is told where lines from the record's own line were given to an earlier
    /// one.
    ///
    /// # Errors
    /// What cannot be read of the log.
    pub(super) fn claim(
        &mut self,
        pending: Pending<'_>,
        conflict: impl FnOnce(),
    ) -> Result<Option<Joined>> {
        let index = &self.log.index;
        match pending.candidates {
            Candidates::One(joined, own) => {
                let entries: Vec<_> = self.log.entries(&joined.group).collect();
                if own {
                    // Should all be done again, nobody else gets them.
                    entries.iter().for_each(|entry| index.keep(*entry));
                } else if entries.iter().any(|entry| index.is_kept(*entry)) {
                    return Ok(None);
                }
                if self.take(&entries) {
                    return Ok(Some(joined));
                }
                if own {
                    conflict();
                }
                Ok(None)
            }
            Candidates::Several(ref range) => {
                let chosen = self.choose(&pending, range.clone())?;
                if let Some(joined) = &chosen {
                    let entries: Vec<_> = self.log.entries(&joined.group).collect();
                    self.take(&entries);
                }
                Ok(chosen)
            }
        }
    }

    fn take(&self, entries: &[usize]) -> bool {
        let taken_before = entries.iter().filter(|entry| !self.log.index.take(**entry));
        taken_before.count() == 0
    }

    /// The first lines whose values are all still there, else the first.
    fn choose(&mut self, pending: &Pending<'_>, range: Range<usize>) -> Result<Option<Joined>> {
        let mut first = None;
        let mut tried = 0;
        for entry in range {
            if self.log.index.is_used(entry) || self.log.index.is_kept(entry) {
                continue;
            }
            let group = self.reader.read(self.log, self.log.index.offset(entry))?;
            if !self.is_of(&group, pending.table, &pending.key) {
                continue;
            }
            let joined = self.joined(group, pending.start);
            if is_whole(&joined.fates) {
                return Ok(Some(joined));
            }
            first.get_or_insert(joined);
            tried += 1;
            if tried == TRIED {
                break;
            }
        }
        Ok(first)
    }
}
