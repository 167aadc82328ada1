//! The files and lines of rows.

use std::path::{Path, PathBuf};

use crate::idmap::file::RowPlace;

/// The places of rows. A row that directly follows the line of the row before
/// it takes no memory.
#[derive(Debug, Default)]
pub(crate) struct RowLines(Vec<Run>);

/// Rows on successive lines.
#[derive(Debug, Clone, Copy)]
struct Run {
    row: u32,
    file: u32,
    line: u64,
}

impl RowLines {
    /// Adds the place of the next row.
    #[inline]
    pub(crate) fn push(&mut self, row: u32, file: u32, line: u64) {
        let in_step = |last: &Run| last.file == file && last.line_of(row) == line;
        if !self.0.last().is_some_and(in_step) {
            self.0.push(Run { row, file, line });
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds the places of a part of a file that follows after `rows` rows and
    /// `lines` lines.
    pub(crate) fn append(&mut self, part: &Self, rows: u32, file: u32, lines: u64) {
        part.0.iter().for_each(|run| self.push(rows + run.row, file, lines + run.line));
    }

    /// Returns the number of a row's file, and its line.
    fn of(&self, row: u32) -> Option<(u32, u64)> {
        let before = self.0.partition_point(|run| run.row <= row);
        let run = self.0.get(before.checked_sub(1)?)?;
        Some((run.file, run.line_of(row)))
    }

    /// Returns the place of a row in one of `files`.
    pub(crate) fn place(&self, row: u32, files: &[PathBuf]) -> RowPlace {
        let (file, line) = self.of(row).unwrap_or_default();
        let file = files.get(file as usize).map_or(Path::new(""), PathBuf::as_path);
        RowPlace::new(file, line)
    }
}

/// The places of undecided rows, in their files and among the decided rows.
#[derive(Debug, Default)]
pub(crate) struct UndecidedLines {
    lines: RowLines,
    /// The undecided rows before which there are more decided rows than before
    /// their predecessor, and how many there are.
    steps: Vec<(u32, u32)>,
}

impl UndecidedLines {
    /// Adds the place of the next row, which follows after `decided` rows.
    pub(crate) fn push(&mut self, row: u32, decided: u32, file: u32, line: u64) {
        self.lines.push(row, file, line);
        self.add_step(row, decided);
    }

    fn add_step(&mut self, row: u32, decided: u32) {
        if self.steps.last().is_none_or(|last| last.1 != decided) {
            self.steps.push((row, decided));
        }
    }

    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.steps.clear();
    }

    /// Adds the places of a part of a file that follows after `rows` undecided
    /// rows, `decided` decided ones and `lines` lines.
    pub(crate) fn append(&mut self, part: &Self, rows: u32, decided: u32, file: u32, lines: u64) {
        self.lines.append(&part.lines, rows, file, lines);
        part.steps.iter().for_each(|(row, before)| self.add_step(rows + row, decided + before));
    }

    /// Returns the number of decided rows before an undecided one.
    pub(crate) fn decided_before(&self, row: u32) -> u32 {
        let steps = self.steps.partition_point(|step| step.0 <= row);
        steps.checked_sub(1).map_or(0, |last| self.steps[last].1)
    }

    /// Returns the place of a row in one of `files`.
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
