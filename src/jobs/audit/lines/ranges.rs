//! Lines by the byte ranges in which they begin, so that any thread can read
//! any range.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memchr;

use super::lines::Side;
use crate::error::Result;

/// The lines that begin in one range of a side.
#[derive(Debug, Default)]
pub(crate) struct RangeLines {
    bytes: Vec<u8>,
    /// The offset of the bytes in their side.
    from: u64,
    /// The lines among the bytes, newlines included.
    lines: Vec<Range<usize>>,
}

/// Bytes read beyond a range for the end of its last line; most lines are
/// shorter.
const AHEAD: u64 = 4 << 10;

impl RangeLines {
    /// Reads the lines that begin in a range, where the first line begins at
    /// `first`.
    pub(crate) fn read(&mut self, side: &Side, range: Range<u64>, first: u64) -> Result<()> {
        // The byte before shows whether a line begins at the start of the range.
        self.from = range.start.max(first + 1) - 1;
        self.lines.clear();
        self.bytes.clear();
        self.read_on(side, range.end + AHEAD)?;
        let mut start = match range.start > first {
            false => 0,
            true => match memchr(b'\n', &self.bytes[..(range.end - self.from) as usize]) {
                Some(newline) => newline + 1,
                None => return Ok(()),
            },
        };
        while self.from + (start as u64) < range.end {
            let end = self.line_end(side, start)?;
            self.lines.push(start..end);
            start = end;
        }
        Ok(())
    }

    /// Reads up to an offset, or the end.
    fn read_on(&mut self, side: &Side, until: u64) -> Result<()> {
        let old = self.bytes.len();
        let length = (until.min(side.size()) - self.from) as usize;
        self.bytes.resize(length.max(old), 0);
        side.read(&mut self.bytes[old..], self.from + old as u64)
    }

    /// The end of the line that begins at `start`.
    fn line_end(&mut self, side: &Side, start: usize) -> Result<usize> {
        let mut searched = start;
        loop {
            if let Some(newline) = memchr(b'\n', &self.bytes[searched..]) {
                return Ok(searched + newline + 1);
            }
            searched = self.bytes.len();
            let read = self.from + searched as u64;
            if read == side.size() {
                return Ok(searched);
            }
            // A long line is read in growing steps.
            self.read_on(side, read + AHEAD.max(searched as u64))?;
        }
    }

    /// The offset of each line in its side, and its bytes with the newline.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let line = |line: &Range<usize>| (self.from + line.start as u64, &self.bytes[line.clone()]);
        self.lines.iter().map(line)
    }
}

/// Gives out the ranges of a side, from some place on.
#[derive(Debug)]
pub(crate) struct Ranges {
    /// The offset of the first one.
    pub(crate) first: u64,
    size: u64,
    step: u64,
    next: AtomicU64,
}

impl Ranges {
    pub(crate) fn new(side: &Side, first: u64, step: usize) -> Self {
        Self { first, size: side.size(), step: step as u64, next: AtomicU64::new(0) }
    }

    /// The next range and its number.
    pub(crate) fn take(&self) -> Option<(u64, Range<u64>)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let start = self.first.checked_add(number.checked_mul(self.step)?)?;
        (start < self.size).then(|| (number, start..start.saturating_add(self.step).min(self.size)))
    }
}
