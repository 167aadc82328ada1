//! What readers make of rows: columns, counts, and the faults of single rows.

use std::path::Path;

use crate::idmap::fault::{MapFault, RowPlace};
use crate::idmap::id::{Form, FormCount, Hashing, Id};
use crate::idmap::table::{Between, Lines, Rows};

/// The rows of a map or of a part of it.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// Rows with a target.
    pub(crate) decided: Rows,
    /// Rows without.
    pub(crate) undecided: Rows,
    /// Where decided rows stand.
    pub(crate) lines: Lines,
    /// Where undecided rows stand.
    pub(crate) between: Between,
    /// Faults of single rows, each with the number of decided rows before it.
    pub(crate) faults: Vec<(u32, MapFault)>,
    pub(crate) counts: Counts,
}

/// Counts over the rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    /// Decided rows with a UUID as their source, as their target.
    pub(crate) uuids: (usize, usize),
    pub(crate) undecided_uuids: usize,
    /// The forms of both sides, where they are not the same ID.
    pub(crate) sources: FormCount,
    pub(crate) targets: FormCount,
    /// Whether JSON needs no escapes in any target.
    pub(crate) plain: bool,
}

impl Default for Counts {
    fn default() -> Self {
        let none = FormCount::default();
        Self { uuids: (0, 0), undecided_uuids: 0, sources: none, targets: none, plain: true }
    }
}

impl Counts {
    /// Whether any target is of a kind that there is among sources.
    pub(crate) fn can_chain(&self) -> bool {
        let (sources, targets) = (self.sources, self.targets);
        sources.uuids() > 0 && targets.uuids() > 0 || sources.others() > 0 && targets.others() > 0
    }

    fn merge(&mut self, other: &Self) {
        self.uuids.0 += other.uuids.0;
        self.uuids.1 += other.uuids.1;
        self.undecided_uuids += other.undecided_uuids;
        self.sources.merge(other.sources);
        self.targets.merge(other.targets);
        self.plain &= other.plain;
    }
}

/// The place of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) path: &'a Path,
    /// The number of the file.
    pub(crate) file: u32,
    pub(crate) line: u64,
}

impl Columns {
    /// Adds a row. `None` where the text outgrows `limit`.
    #[inline]
    pub(crate) fn add(
        &mut self,
        source: &str,
        target: &str,
        at: At<'_>,
        hashing: &Hashing,
        limit: usize,
    ) -> Option<()> {
        let id = Id::of(target);
        let form = Form::of(target, id);
        // Sources stand as the data has them; the list of unmapped IDs says so.
        if form == Form::Any && target != source && is_odd(target) {
            self.fault(MapFault::OddCell(at.place()));
            return Some(());
        }
        if source.is_empty() {
            let fault = if target.is_empty() { MapFault::EmptyRow } else { MapFault::EmptySource };
            self.fault(fault(at.place()));
            return Some(());
        }
        let source = (source, Id::of(source));
        if target.is_empty() {
            let (row, before) = (self.undecided.len() as u32, self.decided.len() as u32);
            self.undecided.push(source, "", hashing, limit)?;
            self.between.note(row, before, at.file, at.line);
            self.counts.undecided_uuids += usize::from(source.1.is_uuid());
            return Some(());
        }
        let (row, kept) = (self.decided.len() as u32, source.1 == id);
        self.decided.push(source, if kept { "" } else { target }, hashing, limit)?;
        self.lines.note(row, at.file, at.line);
        self.counts.uuids.0 += usize::from(source.1.is_uuid());
        self.counts.uuids.1 += usize::from(id.is_uuid());
        if !kept {
            self.counts.sources.add(Form::of(source.0, source.1));
            self.counts.targets.add(form);
            self.counts.plain &= form != Form::Any || !target.contains(['"', '\\']);
        }
        Some(())
    }

    pub(crate) fn clear(&mut self) {
        self.decided.clear();
        self.undecided.clear();
        self.lines.clear();
        self.between.clear();
        self.faults.clear();
        self.counts = Counts::default();
    }

    /// Whether a part can be added within `limit` bytes of text.
    pub(crate) fn fits(&self, part: &Self, limit: usize) -> bool {
        self.decided.fits(&part.decided, limit) && self.undecided.fits(&part.undecided, limit)
    }

    /// Adds a part of file number `file` that [`Self::fits`]; its lines are
    /// `lines` further on. Takes the part's faults: there can be many.
    pub(crate) fn append(&mut self, part: &mut Self, file: u32, lines: u64) {
        let rows = self.decided.len() as u32;
        let undecided = self.undecided.len() as u32;
        self.lines.append(&part.lines, rows, file, lines);
        self.between.append(&part.between, undecided, rows, file, lines);
        self.decided.append(&part.decided);
        self.undecided.append(&part.undecided);
        let faults = part.faults.drain(..);
        self.faults.extend(faults.map(|(row, fault)| (rows + row, fault.moved(lines))));
        self.counts.merge(&part.counts);
    }

    /// Notes a fault of a reader.
    pub(crate) fn fault(&mut self, fault: MapFault) {
        self.faults.push((self.decided.len() as u32, fault));
    }
}

impl At<'_> {
    pub(crate) fn place(self) -> RowPlace {
        RowPlace { file: self.path.into(), line: self.line }
    }
}

/// A quote that is not closed swallows the rows that follow; a blank after a
/// comma would be written into the data.
pub(crate) fn is_odd(id: &str) -> bool {
    id.trim() != id || id.contains(char::is_control)
}
