//! The rows of a map or of a part of it, each checked on its own.

use std::path::Path;

use super::row_counts::RowCounts;
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;
use crate::idmap::ids::{Form, Id, has_stray_characters};
use crate::idmap::table::{Hashing, RowLines, Rows, UndecidedLines};

/// The rows of a map or of a part of it. A row is undecided if it has no
/// target, else decided.
#[derive(Debug, Default)]
pub(crate) struct RowBatch {
    pub(crate) decided: Rows,
    pub(crate) undecided: Rows,
    pub(crate) lines: RowLines,
    pub(crate) undecided_lines: UndecidedLines,
    /// Faults of single rows, each with the number of decided rows before it.
    pub(crate) faults: Vec<(u32, MapFault)>,
    pub(crate) counts: RowCounts,
}

/// The file and the line of a row that is added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowOrigin<'a> {
    pub(crate) path: &'a Path,
    /// The number of the file.
    pub(crate) file: u32,
    pub(crate) line: u64,
}

impl RowBatch {
    /// Adds a row. Returns `None` if the text outgrows `limit`.
    #[inline]
    pub(crate) fn add(
        &mut self,
        source: &str,
        target: &str,
        origin: RowOrigin<'_>,
        hashing: &Hashing,
        limit: usize,
    ) -> Option<()> {
        let id = Id::of(target);
        let form = Form::of(id);
        // Sources are taken as the data has them: blanks and control
        // characters are faults of targets only.
        if form == Form::Any && target != source && has_stray_characters(target) {
            self.add_fault(MapFault::StrayInTarget(origin.place()));
            return Some(());
        }
        if source.is_empty() {
            let fault = if target.is_empty() { MapFault::EmptyRow } else { MapFault::EmptySource };
            self.add_fault(fault(origin.place()));
            return Some(());
        }
        let source = (source, Id::of(source));
        if target.is_empty() {
            let (row, decided) = (self.undecided.len() as u32, self.decided.len() as u32);
            self.undecided.push(source, "", hashing, limit)?;
            self.undecided_lines.push(row, decided, origin.file, origin.line);
            self.counts.undecided_uuids += usize::from(source.1.is_uuid());
            return Some(());
        }
        let (row, kept) = (self.decided.len() as u32, source.1 == id);
        self.decided.push(source, if kept { "" } else { target }, hashing, limit)?;
        self.lines.push(row, origin.file, origin.line);
        self.counts.uuid_sources += usize::from(source.1.is_uuid());
        self.counts.uuid_targets += usize::from(id.is_uuid());
        if !kept {
            self.counts.sources.add(Form::of(source.1));
            self.counts.targets.add(form);
            self.counts.targets_need_escapes |= form == Form::Any && target.contains(['"', '\\']);
        }
        Some(())
    }

    /// Adds a fault after the rows so far.
    pub(crate) fn add_fault(&mut self, fault: MapFault) {
        self.faults.push((self.decided.len() as u32, fault));
    }

    pub(crate) fn clear(&mut self) {
        self.decided.clear();
        self.undecided.clear();
        self.lines.clear();
        self.undecided_lines.clear();
        self.faults.clear();
        self.counts = RowCounts::default();
    }

    /// Whether `part` can be added within `limit` bytes of text.
    pub(crate) fn fits(&self, part: &Self, limit: usize) -> bool {
        self.decided.fits(&part.decided, limit) && self.undecided.fits(&part.undecided, limit)
    }

    /// Adds a part of file number `file` that [`Self::fits`]; its lines are
    /// `lines` further on. Moves the part's faults, of which there can be many.
    pub(crate) fn append(&mut self, part: &mut Self, file: u32, lines: u64) {
        let rows = self.decided.len() as u32;
        let undecided = self.undecided.len() as u32;
        self.lines.append(&part.lines, rows, file, lines);
        self.undecided_lines.append(&part.undecided_lines, undecided, rows, file, lines);
        self.decided.append(&part.decided);
        self.undecided.append(&part.undecided);
        let faults = part.faults.drain(..);
        self.faults.extend(faults.map(|(row, fault)| (rows + row, fault.moved(lines))));
        self.counts.merge(&part.counts);
    }
}

impl RowOrigin<'_> {
    pub(crate) fn place(self) -> RowPlace {
        RowPlace::new(self.path, self.line)
    }
}
