//! The lines of one side of a table, in order.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use memchr::memchr_iter;

use crate::error::{Error, Result};
use crate::storage::Table;

/// One side of a table, readable at any offset.
#[derive(Debug)]
pub(crate) struct Side {
    /// `None` if the side lacks the table.
    file: Option<File>,
    path: PathBuf,
    size: u64,
    modified: Option<SystemTime>,
    /// The length of the byte order mark at its start.
    pub(crate) mark: u64,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

impl Side {
    /// Opens a table. Input that can be read only once is copied to a temporary
    /// file first.
    pub(crate) fn open(table: Option<&Table>) -> Result<Self> {
        let Some(table) = table else { return Ok(Self::missing()) };
        let cannot_read = |error| Error::io("cannot read", &table.path, error);
        let file = table.open()?.into_file();
        file.and_then(|file| Self::of(file, &table.path)).map_err(cannot_read)
    }

    /// Opens a file of raw lines that may be missing. A byte order mark at its
    /// start is part of the first line.
    pub(crate) fn optional(path: &Path) -> Result<Self> {
        let side = File::open(path).and_then(|file| Self::of(file, path));
        match side {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::missing()),
            Err(error) => Err(Error::io("cannot read", path, error)),
            Ok(side) => Ok(Self { mark: 0, ..side }),
        }
    }

    fn of(file: File, path: &Path) -> io::Result<Self> {
        let metadata = file.metadata()?;
        let size = metadata.len();
        let mut first = [0; MARK.len()];
        let marked = size >= MARK.len() as u64
            && file.read_exact_at(&mut first, 0).map(|()| first == *MARK)?;
        Ok(Self {
            file: Some(file),
            path: path.to_owned(),
            size,
            modified: modified(&metadata),
            mark: if marked { MARK.len() as u64 } else { 0 },
        })
    }

    fn missing() -> Self {
        Self { file: None, path: PathBuf::new(), size: 0, modified: None, mark: 0 }
    }

    /// Its size in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Whether the side has the table.
    pub(crate) fn is_there(&self) -> bool {
        self.file.is_some()
    }

    /// Reads all of `bytes` at an offset.
    pub(crate) fn read(&self, bytes: &mut [u8], at: u64) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        file.read_exact_at(bytes, at).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::changed(&self.path),
            _ => Error::io("cannot read", &self.path, error),
        })
    }

    /// Checks that the file did not change while it was read.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let metadata =
            file.metadata().map_err(|error| Error::io("cannot read", &self.path, error))?;
        match metadata.len() == self.size && modified(&metadata) == self.modified {
            true => Ok(()),
            false => Err(Error::changed(&self.path)),
        }
    }
}

fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

/// A line of a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'b> {
    /// The line without its newline.
    pub(crate) text: &'b [u8],
    /// Whether it ends with a newline.
    pub(crate) ended: bool,
    /// Whether it is the last line of its side.
    pub(crate) last: bool,
    /// Its number, from 1.
    pub(crate) number: u64,
}

/// Consecutive whole lines.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Memory that only grows and is not cleared.
    bytes: Vec<u8>,
    /// How many of its bytes belong to the block.
    filled: usize,
    lines: Vec<Span>,
    /// Its byte offset in the table.
    offset: u64,
    /// The number of lines before it.
    before: u64,
    /// Whether it is the last block of its side.
    last: bool,
    /// Lines of it that a run set aside.
    pub(crate) aside: Vec<Aside>,
}

/// A line that a run set aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aside {
    /// Its line number in the table, from 1.
    pub(crate) number: u64,
    /// Whether it is a valid record nevertheless.
    pub(crate) sound: bool,
}

/// Where a line is in its block, its newline included, and the number of lines
/// before it there.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    number: usize,
}

impl Block {
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The number of its bytes.
    pub(crate) fn size(&self) -> usize {
        self.filled
    }

    pub(crate) fn line(&self, index: usize) -> Option<Line<'_>> {
        self.lines.get(index).map(|span| self.line_of(span))
    }

    fn line_of(&self, span: &Span) -> Line<'_> {
        let last = self.last && span.end == self.filled;
        line(&self.bytes[span.start..span.end], self.before + span.number as u64 + 1, last)
    }

    /// The place of a line in the table; for the line after the last one, the
    /// place where it would begin.
    pub(crate) fn place(&self, index: usize) -> Place {
        match self.lines.get(index) {
            Some(span) => Place {
                offset: self.offset + span.start as u64,
                lines: self.before + span.number as u64,
            },
            None => Place {
                offset: self.offset + self.filled as u64,
                lines: self.before + self.lines.last().map_or(0, |span| span.number as u64 + 1),
            },
        }
    }

    /// The lines set aside before a line.
    pub(crate) fn aside_before(&self, index: usize) -> &[Aside] {
        let all = match self.lines.get(index) {
            Some(span) => {
                let number = self.before + span.number as u64 + 1;
                self.aside.partition_point(|aside| aside.number < number)
            }
            None => self.aside.len(),
        };
        &self.aside[..all]
    }

    /// Keeps the lines for which `keep` returns true.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(Line<'_>) -> bool) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.retain(|span| keep(self.line_of(span)));
        self.lines = lines;
    }

    fn begin(&mut self, place: Place) {
        self.filled = 0;
        self.lines.clear();
        self.aside.clear();
        (self.offset, self.before) = (place.offset, place.lines);
    }

    /// Makes room for `count` more bytes.
    fn append(&mut self, count: usize) -> &mut [u8] {
        let start = self.filled;
        self.filled += count;
        if self.bytes.len() < self.filled {
            self.bytes.resize(self.filled, 0);
        }
        &mut self.bytes[start..self.filled]
    }

    /// Finds the lines that end from `searched` on; returns whether there are
    /// enough.
    fn find_lines(&mut self, searched: &mut usize, want: Amount) -> bool {
        let most = match want {
            Amount::Bytes(_) => MOST_LINES,
            Amount::Lines(lines) => lines,
        };
        let missing = most - self.lines.len();
        for newline in memchr_iter(b'\n', &self.bytes[*searched..self.filled]).take(missing) {
            let (start, number) = (self.end(), self.lines.len());
            self.lines.push(Span { start, end: *searched + newline + 1, number });
        }
        *searched = self.filled;
        match want {
            Amount::Bytes(bytes) => {
                self.lines.len() == MOST_LINES || self.filled >= bytes && !self.lines.is_empty()
            }
            Amount::Lines(lines) => self.lines.len() == lines,
        }
    }

    /// The end of the last line found.
    fn end(&self) -> usize {
        self.lines.last().map_or(0, |span| span.end)
    }

    /// Takes the remaining bytes as a line that ends with the side.
    fn end_line(&mut self) {
        let (start, number) = (self.end(), self.lines.len());
        if start < self.filled {
            self.lines.push(Span { start, end: self.filled, number });
        }
    }

    /// Cuts off and returns the bytes after the last line.
    fn cut(&mut self) -> &[u8] {
        let (end, filled) = (self.end(), self.filled);
        self.filled = end;
        &self.bytes[end..filled]
    }
}

/// A line with its newline, if it has one.
pub(crate) fn line(bytes: &[u8], number: u64, last: bool) -> Line<'_> {
    match bytes.strip_suffix(b"\n") {
        Some(text) => Line { text, ended: true, last, number },
        None => Line { text: bytes, ended: false, last, number },
    }
}

/// A place in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The bytes before it.
    pub(crate) offset: u64,
    /// The lines before it.
    pub(crate) lines: u64,
}

/// How much to take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Amount {
    /// About this many bytes, but at least a line.
    Bytes(usize),
    /// This many lines, or those that are left.
    Lines(usize),
}

/// The most lines in a block: as many are read from the other side, where they
/// may be much longer.
const MOST_LINES: usize = 1024;

/// Reads a side from a place on.
#[derive(Debug)]
pub(crate) struct Lines<'s> {
    side: &'s Side,
    /// Bytes that were read beyond the last block.
    carry: Vec<u8>,
    /// How far the side has been read.
    read: u64,
    place: Place,
}

/// Bytes to read at once if it is not known how many are needed.
const STEP: usize = 64 << 10;

impl<'s> Lines<'s> {
    /// Reads the whole side, except for a byte order mark.
    pub(crate) fn new(side: &'s Side) -> Self {
        Self::from(side, Place { offset: side.mark, lines: 0 })
    }

    /// Reads from a place on.
    pub(crate) fn from(side: &'s Side, place: Place) -> Self {
        Self { side, carry: Vec::new(), read: place.offset, place }
    }

    /// Takes the next lines; none at the end.
    pub(crate) fn take(&mut self, want: Amount, block: &mut Block) -> Result<()> {
        block.begin(self.place);
        block.append(self.carry.len()).copy_from_slice(&self.carry);
        self.carry.clear();
        let mut searched = 0;
        while !block.find_lines(&mut searched, want) {
            let step = match want {
                Amount::Bytes(bytes) if bytes > block.filled => bytes - block.filled,
                // A long line is read in growing steps.
                _ => STEP.max(block.filled),
            };
            if !self.fill(step, block)? {
                block.end_line();
                break;
            }
        }
        self.carry.extend_from_slice(block.cut());
        self.place.offset += block.filled as u64;
        self.place.lines += block.lines.len() as u64;
        block.last = self.place.offset == self.side.size;
        Ok(())
    }

    /// Reads on; false at the end.
    fn fill(&mut self, step: usize, block: &mut Block) -> Result<bool> {
        let left = self.side.size - self.read.min(self.side.size);
        let step = (step as u64).min(left) as usize;
        self.side.read(block.append(step), self.read)?;
        self.read += step as u64;
        Ok(step > 0)
    }
}
