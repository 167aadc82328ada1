//! The change log: an index of it in memory, its lines on the disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::change::{Change, MEMBERS};
use super::fault::{ChangeLogFault, LogFault, Misread};
use super::index::Index;
use super::key::{Head, Place};
use super::lines::{Lines, Listed};
use super::shift::Shift;
use crate::error::{Error, Result};
use crate::json::{Names, Walker};
use crate::storage::{Target, uninterrupted};

/// A change log that has been read once.
#[derive(Debug)]
pub(crate) struct ChangeLog {
    lines: Lines,
    pub(crate) index: Index,
    pub(crate) shift: Shift,
    /// The tables that it names, and where the last record of each stood.
    pub(crate) tables: BTreeMap<String, Place>,
}

/// The lines of one record.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) head: Head,
    pub(crate) changes: Vec<Change>,
    /// Where they begin in the log.
    pub(crate) offset: u64,
}

impl ChangeLog {
    /// Reads a log; of the lines about tables that are not `wanted` it keeps
    /// nothing. A stream is copied to the disk of `beside`.
    ///
    /// # Errors
    /// The first line that no run wrote, and what cannot be read.
    pub(crate) fn read(
        path: &Path,
        beside: &Target,
        shift: Shift,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let lines = Lines::open(path, Some(beside))?;
        let mut log = Self { lines, index: Index::default(), shift, tables: BTreeMap::new() };
        let (mut open, mut change): (Option<(Head, u64)>, _) = (None, Change::default());
        let Self { lines, index, shift, tables } = &mut log;
        lines.read(&MEMBERS, ChangeLogFault, |line: Listed<'_>| {
            change.read(line.bytes, line.start, line.hits)?;
            match &mut open {
                Some((head, _)) if head.is_of(&change) => head.add(&change),
                _ => {
                    let is_wanted = wanted(&change.table);
                    seat(tables, &change, is_wanted)?;
                    let next = is_wanted.then(|| (Head::of(&change), line.offset));
                    if let Some((head, offset)) = std::mem::replace(&mut open, next) {
                        index.add(&head, shift, offset);
                    }
                }
            }
            Ok(())
        })?;
        open.iter().for_each(|(head, offset)| index.add(head, shift, *offset));
        index.finish();
        Ok(log)
    }

    /// Checks that nobody has written to it meanwhile.
    ///
    /// # Errors
    /// Where somebody has.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        self.lines.check_unchanged()
    }

    /// The entries under which a group stands in the index.
    pub(crate) fn entries(&self, group: &Group) -> Vec<usize> {
        self.index.positions(&group.head, &self.shift, group.offset)
    }
}

/// Notes where the next record of a table stood. One of a wanted table must
/// come after those before.
fn seat(
    tables: &mut BTreeMap<String, Place>,
    change: &Change,
    is_wanted: bool,
) -> Result<(), Misread> {
    let place = Place::of(change);
    match tables.get_mut(&change.table) {
        Some(last) if is_wanted && !last.is_before(place) => {
            return Err(Misread { at: 0, fault: LogFault::Order });
        }
        Some(last) => *last = place,
        None => drop(tables.insert(change.table.clone(), place)),
    }
    Ok(())
}

/// Reads groups of a log; lines next to those read last are at hand.
#[derive(Debug)]
pub(crate) struct GroupReader {
    window: Window,
    /// The line after the group read last, where it begins and ends: mostly
    /// the first of the next group.
    ahead: Option<(u64, Change, u64)>,
    walker: Walker,
    names: Names,
}

impl Default for GroupReader {
    fn default() -> Self {
        let (window, walker) = (Window::default(), Walker::default());
        Self { window, ahead: None, walker, names: Names::new(MEMBERS) }
    }
}

impl GroupReader {
    /// The group that begins at `offset`.
    ///
    /// # Errors
    /// What cannot be read, and a log that has changed.
    pub(crate) fn read(&mut self, log: &ChangeLog, offset: u64) -> Result<Group> {
        let mut at = offset;
        let mut group: Option<Group> = None;
        while let Some((change, end)) = self.change(log, at)? {
            match &mut group {
                None => {
                    let head = Head::of(&change);
                    group = Some(Group { head, changes: vec![change], offset });
                }
                Some(group) if group.head.is_of(&change) => {
                    group.head.add(&change);
                    group.changes.push(change);
                }
                Some(_) => {
                    self.ahead = Some((at, change, end));
                    break;
                }
            }
            at = end;
        }
        let changed = || Error::changed(log.lines.path());
        group.ok_or_else(changed)
    }

    /// The line that begins at `at`, and where the next one does.
    fn change(&mut self, log: &ChangeLog, at: u64) -> Result<Option<(Change, u64)>> {
        if let Some((_, change, end)) = self.ahead.take_if(|(known, ..)| *known == at) {
            return Ok(Some((change, end)));
        }
        let changed = || Error::changed(log.lines.path());
        let cannot_read = |error| Error::io("cannot read", log.lines.path(), error);
        let line = self.window.line(&log.lines.file, at).map_err(cannot_read)?;
        let Some(line) = line else { return Ok(None) };
        let mut change = Change::default();
        let text = str::from_utf8(line).map_err(|_| changed())?;
        self.walker.walk(text, &self.names).map_err(|_| changed())?;
        change.read(line, 0, self.walker.hits()).map_err(|_| changed())?;
        Ok(Some((change, at + line.len() as u64 + 1)))
    }
}

/// A part of a log that is in memory.
#[derive(Debug, Default)]
struct Window {
    bytes: Vec<u8>,
    /// Where it begins in the log.
    start: u64,
}

/// Bytes that are read of a log at a time.
const STEP: usize = 8 << 10;

impl Window {
    /// The line that begins at `at`, without its end.
    fn line(&mut self, file: &File, at: u64) -> io::Result<Option<&[u8]>> {
        if at < self.start || at >= self.start + self.bytes.len() as u64 {
            self.bytes.clear();
            self.start = at;
        }
        let mut from = (at - self.start) as usize;
        let mut searched = from;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.bytes[searched..]) {
                return Ok(Some(&self.bytes[from..searched + end]));
            }
            self.bytes.drain(..from);
            self.start += from as u64;
            (from, searched) = (0, self.bytes.len());
            if self.grow(file)? == 0 {
                return Ok((searched > 0).then_some(&self.bytes));
            }
        }
    }

    /// Reads on, as much again as there is; returns how much there was.
    fn grow(&mut self, file: &File) -> io::Result<usize> {
        let known = self.bytes.len();
        self.bytes.resize(known + known.max(STEP), 0);
        let at = self.start + known as u64;
        let read = uninterrupted(|| file.read_at(&mut self.bytes[known..], at));
        self.bytes.truncate(known + *read.as_ref().unwrap_or(&0));
        read
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_are_read_from_anywhere_in_any_order() {
        let long = "x".repeat(3 * STEP);
        let lines = ["a", "", &long, "b", &long[..STEP - 1], "the last"];
        let mut file = tempfile::tempfile().expect("temporary file");
        file.write_all(lines.join("\n").as_bytes()).expect("written");
        let starts: Vec<u64> = lines
            .iter()
            .scan(0, |at, line| Some(std::mem::replace(at, *at + line.len() as u64 + 1)))
            .collect();
        let mut window = Window::default();
        for step in [1, 5] {
            for number in (0..30).map(|number| number * step % lines.len()) {
                let line = window.line(&file, starts[number]).expect("read");
                assert_eq!(line, Some(lines[number].as_bytes()), "{number}");
            }
        }
        let end = lines.join("\n").len() as u64;
        assert_eq!(window.line(&file, end).expect("read"), None);
    }
}
