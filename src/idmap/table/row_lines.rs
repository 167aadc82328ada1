//! Where the rows of a map stand in its files.

use std::path::{Path, PathBuf};

use crate::idmap::fault::RowPlace;

/// The places of rows, kept only where a row does not stand on the line after
/// the one before it.
#[derive(Debug, Default)]
pub(crate) struct Lines(Vec<Run>);

/// Rows on lines that follow each other.
#[derive(Debug, Clone, Copy)]
struct Run {
    row: u32,
    file: u32,
    line: u64,
}

impl Lines {
    /// Notes the place of the next row.
    #[inline]
    pub(crate) fn note(&mut self, row: u32, file: u32, line: u64) {
        let in_step = |last: &Run| last.file == file && last.line_of(row) == line;
        if !self.0.last().is_some_and(in_step) {
            self.0.push(Run { row, file, line });
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds the places of a part of a file, before which there are so many
    /// rows and lines.
    pub(crate) fn append(&mut self, part: &Self, rows: u32, file: u32, lines: u64) {
        part.0.iter().for_each(|run| self.note(rows + run.row, file, lines + run.line));
    }

    /// The number of a row's file, and its line.
    pub(crate) fn of(&self, row: u32) -> Option<(u32, u64)> {
        let before = self.0.partition_point(|run| run.row <= row);
        let run = self.0.get(before.checked_sub(1)?)?;
        Some((run.file, run.line_of(row)))
    }

    /// The place of a row in one of `files`.
    pub(crate) fn place(&self, row: u32, files: &[PathBuf]) -> RowPlace {
        let (file, line) = self.of(row).unwrap_or_default();
        let file = files.get(file as usize).map_or(Path::new(""), PathBuf::as_path);
        RowPlace { file: file.into(), line }
    }
}

/// The places of rows without a target, and where they stand among those with
/// one.
#[derive(Debug, Default)]
pub(crate) struct Between {
    lines: Lines,
    /// The rows before which there are more rows with a target than before the
    /// one before, and how many.
    before: Vec<(u32, u32)>,
}

impl Between {
    /// Notes the place of the next row, before which there are so many rows
    /// with a target.
    pub(crate) fn note(&mut self, row: u32, before: u32, file: u32, line: u64) {
        self.lines.note(row, file, line);
        self.step(row, before);
    }

    fn step(&mut self, row: u32, before: u32) {
        if self.before.last().is_none_or(|last| last.1 != before) {
            self.before.push((row, before));
        }
    }

    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.before.clear();
    }

    /// Adds the places of a part of a file, before which there are `rows` such
    /// rows, `decided` with a target, and so many lines.
    pub(crate) fn append(&mut self, part: &Self, rows: u32, decided: u32, file: u32, lines: u64) {
        self.lines.append(&part.lines, rows, file, lines);
        part.before.iter().for_each(|(row, before)| self.step(rows + row, decided + before));
    }

    /// How many rows with a target come before a row.
    pub(crate) fn before(&self, row: u32) -> u32 {
        let steps = self.before.partition_point(|step| step.0 <= row);
        steps.checked_sub(1).map_or(0, |last| self.before[last].1)
    }

    /// The place of a row in one of `files`.
    pub(crate) fn place(&self, row: u32, files: &[PathBuf]) -> RowPlace {
        self.lines.place(row, files)
    }
}

impl Run {
    #[inline]
    fn line_of(&self, row: u32) -> u64 {
        self.line + u64::from(row - self.row)
    }
}
