//! A change log that has been read once and indexed.

use std::collections::BTreeMap;
use std::path::Path;

use super::change::{Change, MEMBERS, Position};
use super::fault::{LineFault, LogFaultKind, LogList};
use super::index::Index;
use super::lines::Lines;
use super::logged_record::LoggedRecord;
use super::rejected_lines::RejectedLines;
use super::window::Window;
use crate::error::{Error, Result};
use crate::json::MemberReader;
use crate::storage::Target;

/// A change log that has been read once.
#[derive(Debug)]
pub(crate) struct ChangeLog {
    lines: Lines,
    pub(crate) index: Index,
    pub(crate) rejected: RejectedLines,
    /// The tables that the log names, and the position of the last record of
    /// each.
    pub(crate) tables: BTreeMap<String, Position>,
}

impl ChangeLog {
    /// Reads and indexes a log. Changes of tables that are not `wanted` are
    /// checked, but not indexed. A stream is copied to the disk of `beside`.
    pub(crate) fn read(
        path: &Path,
        beside: &Target,
        rejected: RejectedLines,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let lines = Lines::open(path, Some(beside))?;
        let (mut index, mut tables) = (Index::default(), BTreeMap::new());
        let (mut open, mut change): (Option<(LoggedRecord, u64)>, _) = (None, Change::default());
        lines.read(LogList::Changes, &MEMBERS, |members, offset| {
            change.read(members)?;
            match &mut open {
                Some((record, _)) if record.has(&change) => record.add(&change),
                _ => {
                    let is_wanted = wanted(&change.table);
                    advance(&mut tables, &change, is_wanted)?;
                    let next = is_wanted.then(|| (LoggedRecord::of(&change), offset));
                    if let Some((record, offset)) = std::mem::replace(&mut open, next) {
                        index.add(&record, &rejected, offset);
                    }
                }
            }
            Ok(())
        })?;
        open.iter().for_each(|(record, offset)| index.add(record, &rejected, *offset));
        index.finish();
        Ok(Self { lines, index, rejected, tables })
    }

    /// Checks that the file has not been written to since it was read.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        self.lines.check_unchanged()
    }

    /// The index entries of a record.
    pub(crate) fn entries(&self, changes: &RecordChanges) -> Vec<usize> {
        self.index.entries(&changes.record, &self.rejected, changes.offset)
    }
}

/// Notes the position of a table's next record. In a wanted table, it must
/// come after the record before it.
fn advance(
    tables: &mut BTreeMap<String, Position>,
    change: &Change,
    is_wanted: bool,
) -> Result<(), LineFault> {
    match tables.get_mut(&change.table) {
        Some(last) if is_wanted && !last.is_before(change.position) => {
            return Err(LineFault { at: 0, kind: LogFaultKind::Order });
        }
        Some(last) => *last = change.position,
        None => drop(tables.insert(change.table.clone(), change.position)),
    }
    Ok(())
}

/// All changes of one record, in the log's order.
#[derive(Debug)]
pub(crate) struct RecordChanges {
    pub(crate) record: LoggedRecord,
    pub(crate) changes: Vec<Change>,
    /// The offset in the log at which they begin.
    offset: u64,
}

impl RecordChanges {
    fn of(change: Change, offset: u64) -> Self {
        Self { record: LoggedRecord::of(&change), changes: vec![change], offset }
    }

    fn add(&mut self, change: Change) {
        self.record.add(&change);
        self.changes.push(change);
    }
}

/// Reads changes back from a log, record by record.
#[derive(Debug)]
pub(crate) struct ChangeReader {
    window: Window,
    /// The change read last and not handed out, and the offsets of its start
    /// and end: mostly the first one of the next record.
    ahead: Option<(u64, Change, u64)>,
    members: MemberReader,
}

impl Default for ChangeReader {
    fn default() -> Self {
        Self { window: Window::default(), ahead: None, members: MemberReader::new(&MEMBERS) }
    }
}

impl ChangeReader {
    /// Reads the changes of the record whose first one is at `offset`.
    pub(crate) fn read(&mut self, log: &ChangeLog, offset: u64) -> Result<RecordChanges> {
        let mut at = offset;
        let mut changes: Option<RecordChanges> = None;
        while let Some((change, end)) = self.change(log, at)? {
            match &mut changes {
                None => changes = Some(RecordChanges::of(change, offset)),
                Some(changes) if changes.record.has(&change) => changes.add(change),
                Some(_) => {
                    self.ahead = Some((at, change, end));
                    break;
                }
            }
            at = end;
        }
        changes.ok_or_else(|| Error::changed(log.lines.path()))
    }

    /// Reads the change at offset `at`, and where the next one begins.
    fn change(&mut self, log: &ChangeLog, at: u64) -> Result<Option<(Change, u64)>> {
        if let Some((_, change, end)) = self.ahead.take_if(|(known, ..)| *known == at) {
            return Ok(Some((change, end)));
        }
        let changed = || Error::changed(log.lines.path());
        let cannot_read = |error| Error::io("cannot read", log.lines.path(), error);
        let line = self.window.line(&log.lines.file, at).map_err(cannot_read)?;
        let Some(line) = line else { return Ok(None) };
        let mut change = Change::default();
        let members = self.members.read(line).map_err(|_| changed())?;
        change.read(members).map_err(|_| changed())?;
        Ok(Some((change, at + line.len() as u64 + 1)))
    }
}
