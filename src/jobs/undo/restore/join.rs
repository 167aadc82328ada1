//! Which lines of the log are a record's.
//!
//! Records are looked up by all threads; what depends on their order is
//! decided in that order.

use std::ops::Range;

use super::settle::{Fate, is_whole, settle};
use crate::error::Result;
use crate::jobs::undo::log::{ChangeLog, Fit, Group, GroupReader, Key};

/// A record that the log may know.
#[derive(Debug)]
pub(crate) struct Pending<'b> {
    pub(crate) table: &'b str,
    /// The record's line in the export.
    pub(crate) line: u64,
    /// Where in the block that begins.
    pub(crate) start: usize,
    key: Key<'b>,
    candidates: Candidates,
}

#[derive(Debug)]
enum Candidates {
    /// The only lines that can be its own; whether they are from its line.
    One(Joined, bool),
    /// Several records have its key; the lines from its own line do not fit it.
    Several(Range<usize>, Option<Joined>),
}

/// The lines of a record, and what becomes of them.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) group: Group,
    pub(crate) fates: Vec<Fate>,
}

impl Pending<'_> {
    /// Whether the record is known by its line only.
    pub(crate) fn is_by_line(&self) -> bool {
        matches!(self.key, Key::Line(_))
    }
}

/// Joins records and lines.
pub(crate) struct Joiner<'j> {
    pub(crate) log: &'j ChangeLog,
    pub(crate) reader: &'j mut GroupReader,
    pub(crate) block: &'j [u8],
}

impl<'j> Joiner<'j> {
    /// Looks a record up, in any order.
    ///
    /// # Errors
    /// What cannot be read of the log.
    pub(crate) fn look_up(
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
            _ => {
                let own = self.own(table, line, &key, range.clone())?;
                match own.map(|group| self.joined(group, start)) {
                    Some(own) if is_whole(&own.fates) => Candidates::One(own, true),
                    own => Candidates::Several(range, own),
                }
            }
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
        head.table == table && head.keys(&self.log.shift).any(|(own, _)| own == *key)
    }

    fn joined(&self, group: Group, start: usize) -> Joined {
        let fates = settle(self.block, start, &group.changes);
        Joined { group, fates }
    }

    /// Decides which lines are a record's, in the order of records. `conflict`
    /// is told where lines were given to an earlier record that they fit less.
    ///
    /// # Errors
    /// What cannot be read of the log.
    pub(crate) fn claim(
        &mut self,
        pending: Pending<'_>,
        conflict: impl FnOnce(),
    ) -> Result<Option<Joined>> {
        let Pending { table, start, key, candidates, .. } = pending;
        let (joined, fit) = match candidates {
            Candidates::One(joined, is_own) => {
                let fit = fit(&joined, is_own);
                (joined, fit)
            }
            Candidates::Several(range, own) => {
                let (whole, first) = self.choose((table, &key), start, range)?;
                let own = own.filter(|own| self.is_free(own, Fit::Line));
                let whole = whole.map(|whole| (whole, Fit::Whole));
                let rest = || own.map(|own| (own, Fit::Line)).or(first.map(|any| (any, Fit::Key)));
                let Some(best) = whole.or_else(rest) else { return Ok(None) };
                best
            }
        };
        Ok(self.take(&joined, fit, conflict).then_some(joined))
    }

    fn is_free(&self, joined: &Joined, fit: Fit) -> bool {
        let index = &self.log.index;
        let free = |entry: &usize| index.is_free_for(*entry, fit) && !index.is_taken(*entry);
        self.log.entries(&joined.group).iter().all(free)
    }

    fn take(&self, joined: &Joined, fit: Fit, conflict: impl FnOnce()) -> bool {
        let index = &self.log.index;
        let entries = self.log.entries(&joined.group);
        if !entries.iter().all(|entry| index.is_free_for(*entry, fit)) {
            return false;
        }
        let is_taken = entries.iter().any(|entry| index.is_taken(*entry));
        // Of records that lines fit as well, the first has them.
        if is_taken && entries.iter().any(|entry| index.is_better(*entry, fit)) {
            conflict();
        }
        entries.iter().for_each(|entry| index.take(*entry, fit));
        !is_taken
    }

    /// The first lines whose values are all still there, and the first that
    /// nobody else has claimed.
    fn choose(
        &mut self,
        (table, key): (&str, &Key<'_>),
        start: usize,
        range: Range<usize>,
    ) -> Result<(Option<Joined>, Option<Joined>)> {
        let index = &self.log.index;
        let mut first = None;
        for entry in index.open(range) {
            let group = self.reader.read(self.log, index.offset(entry))?;
            if !self.is_of(&group, table, key) {
                continue;
            }
            let joined = self.joined(group, start);
            if is_whole(&joined.fates) {
                return Ok((Some(joined), first));
            }
            if first.is_none() && self.is_free(&joined, Fit::Key) {
                first = Some(joined);
            }
        }
        Ok((None, first))
    }
}

/// How well lines fit a record.
fn fit(joined: &Joined, is_own: bool) -> Fit {
    match (is_whole(&joined.fates), is_own) {
        (true, true) => Fit::Exact,
        (true, false) => Fit::Whole,
        (false, true) => Fit::Line,
        (false, false) => Fit::Key,
    }
}
