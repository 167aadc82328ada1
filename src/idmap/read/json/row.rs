//! A row of JSON and its line.

use std::path::Path;

use crate::idmap::file::RowPlace;

/// A row: an object, unless it turns out to be something else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'t> {
    /// Its text; empty for a line that is not UTF-8.
    pub(crate) text: &'t str,
    pub(crate) line: u64,
}

impl Row<'_> {
    pub(crate) fn place(&self, path: &Path) -> RowPlace {
        RowPlace::new(path, self.line)
    }
}

/// Counts the lines up to successive parts of a text.
pub(crate) struct LineCounter<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl<'t> LineCounter<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// Returns the line on which `part` begins, which is a slice of the text
    /// after the previous part.
    pub(crate) fn line_of(&mut self, part: &'t str) -> u64 {
        let at = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let between = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', between).count() as u64;
        self.at = at;
        self.line
    }
}
