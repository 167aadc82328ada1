//! The lines of one side of a table, read in their order.

use std::fs::{File, Metadata};
use std::io::{self, Seek};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use memchr::{memchr_iter, memrchr};

use crate::error::{Error, ErrorKind, Result};
use crate::export::{Opened, Table};

/// One side of a table, readable at any place.
#[derive(Debug)]
pub(super) struct Side {
    /// None where the side lacks the table.
    file: Option<File>,
    path: PathBuf,
    size: u64,
    modified: Option<SystemTime>,
    /// Bytes of a byte order mark at its beginning.
    pub(super) mark: u64,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

impl Side {
    /// Opens a table. What can be read only once is copied to a file without
    /// a name first.
    pub(super) fn open(table: Option<&Table>) -> Result<Self> {
        let Some(table) = table else { return Ok(Self::missing()) };
        let cannot_read = |error| Error::io("cannot read", &table.path, error);
        let file = match table.open()? {
            Opened::File(file) => file,
            Opened::Stream(mut stream) => spool(&mut stream).map_err(cannot_read)?,
        };
        Self::of(file, &table.path).map_err(cannot_read)
    }

    /// Opens a file that need not be there.
    pub(super) fn optional(path: &Path) -> Result<Self> {
        let side = File::open(path).and_then(|file| Self::of(file, path));
        match side {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::missing()),
            side => side.map_err(|error| Error::io("cannot read", path, error)),
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

    /// Its bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Whether the side has the table.
    pub(super) fn is_there(&self) -> bool {
        self.file.is_some()
    }

    /// Reads all of `bytes` at a place.
    pub(super) fn read(&self, bytes: &mut [u8], at: u64) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        file.read_exact_at(bytes, at).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::at(&self.path, ErrorKind::Changed),
            _ => Error::io("cannot read", &self.path, error),
        })
    }

    /// Checks that nobody has written to it meanwhile.
    pub(super) fn check_unchanged(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let metadata =
            file.metadata().map_err(|error| Error::io("cannot read", &self.path, error))?;
        match metadata.len() == self.size && modified(&metadata) == self.modified {
            true => Ok(()),
            false => Err(Error::at(&self.path, ErrorKind::Changed)),
        }
    }
}

fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

fn spool(stream: &mut dyn io::Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(stream, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// A line of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'b> {
    /// The line without its newline.
    pub(super) text: &'b [u8],
    /// Whether it ends with one.
    pub(super) ended: bool,
    /// Whether it is the last one of its side.
    pub(super) last: bool,
    /// Its number, from 1.
    pub(super) number: u64,
}

/// Whole lines that stand in a row.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    lines: Vec<Span>,
    /// Where it begins in its table.
    offset: u64,
    /// The lines before it in its table.
    before: u64,
    /// Whether it is the last one of its side.
    last: bool,
    /// Lines of it that a run set aside.
    pub(super) aside: Vec<Aside>,
}

/// A line that a run set aside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aside {
    /// Its number in its table, from 1.
    pub(super) number: u64,
    /// Whether it is a record all the same.
    pub(super) sound: bool,
}

/// Where a line stands in its block, its newline included, and how many stand
/// before it there.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    number: usize,
}

impl Block {
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Its bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn line(&self, index: usize) -> Option<Line<'_>> {
        self.lines.get(index).map(|span| self.line_of(span))
    }

    fn line_of(&self, span: &Span) -> Line<'_> {
        let last = self.last && span.end == self.bytes.len();
        line(&self.bytes[span.start..span.end], self.before + span.number as u64 + 1, last)
    }

    /// Where a line begins, and how many stand before it, in its table; for
    /// the line after the last one, where that would begin.
    pub(super) fn place(&self, index: usize) -> Place {
        match self.lines.get(index) {
            Some(span) => Place {
                offset: self.offset + span.start as u64,
                lines: self.before + span.number as u64,
            },
            None => Place {
                offset: self.offset + self.bytes.len() as u64,
                lines: self.before + self.lines.last().map_or(0, |span| span.number as u64 + 1),
            },
        }
    }

    /// The lines set aside that stand before a line.
    pub(super) fn aside_before(&self, index: usize) -> &[Aside] {
        let all = match self.lines.get(index) {
            Some(span) => {
                let number = self.before + span.number as u64 + 1;
                self.aside.partition_point(|aside| aside.number < number)
            }
            None => self.aside.len(),
        };
        &self.aside[..all]
    }

    /// Keeps the lines for which `keep` says so.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(Line<'_>) -> bool) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.retain(|span| keep(self.line_of(span)));
        self.lines = lines;
    }

    fn clear(&mut self, place: Place) {
        self.bytes.clear();
        self.lines.clear();
        self.aside.clear();
        (self.offset, self.before) = (place.offset, place.lines);
    }

    fn push_lines(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        let mut start = 0;
        for newline in memchr_iter(b'\n', text) {
            self.lines.push(Span { start, end: newline + 1, number: self.lines.len() });
            start = newline + 1;
        }
        if start < text.len() {
            self.lines.push(Span { start, end: text.len(), number: self.lines.len() });
        }
    }
}

/// A line with its newline, if it has one.
pub(super) fn line(bytes: &[u8], number: u64, last: bool) -> Line<'_> {
    match bytes.strip_suffix(b"\n") {
        Some(text) => Line { text, ended: true, last, number },
        None => Line { text: bytes, ended: false, last, number },
    }
}

/// A place in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The bytes before it.
    pub(super) offset: u64,
    /// The lines before it.
    pub(super) lines: u64,
}

/// How much to take.
#[derive(Debug, Clone, Copy)]
pub(super) enum Want {
    /// About so many bytes, and at least a line.
    Bytes(usize),
    /// So many lines, or those that are left.
    Lines(usize),
}

/// Reads a side from a place on.
#[derive(Debug)]
pub(super) struct Lines<'s> {
    side: &'s Side,
    buffer: Vec<u8>,
    /// Up to where the buffer has been taken.
    taken: usize,
    /// Where in the side the buffer ends.
    read: u64,
    place: Place,
}

/// Bytes that are read at once.
const READ: usize = 256 << 10;

impl<'s> Lines<'s> {
    /// Reads the whole side, but for a byte order mark.
    pub(super) fn new(side: &'s Side) -> Self {
        Self::from(side, Place { offset: side.mark, lines: 0 })
    }

    /// Reads from a place on.
    pub(super) fn from(side: &'s Side, place: Place) -> Self {
        Self { side, buffer: Vec::new(), taken: 0, read: place.offset, place }
    }

    /// Where the next block begins.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Takes the next lines, none where there are no more.
    pub(super) fn take(&mut self, want: Want, block: &mut Block) -> Result<()> {
        block.clear(self.place);
        let end = match want {
            Want::Bytes(bytes) => self.end_of_bytes(bytes)?,
            Want::Lines(lines) => self.end_of_lines(lines)?,
        };
        block.push_lines(&self.buffer[self.taken..end]);
        self.place.offset += (end - self.taken) as u64;
        self.place.lines += block.lines.len() as u64;
        self.taken = end;
        block.last = self.place.offset == self.side.size;
        Ok(())
    }

    /// Where in the buffer the lines end that make up so many bytes.
    fn end_of_bytes(&mut self, bytes: usize) -> Result<usize> {
        while self.buffer.len() - self.taken < bytes && self.fill()? {}
        let full = self.buffer.len().min(self.taken.saturating_add(bytes));
        if let Some(newline) = memrchr(b'\n', &self.buffer[self.taken..full]) {
            return Ok(self.taken + newline + 1);
        }
        self.end_of_lines(1)
    }

    fn end_of_lines(&mut self, mut lines: usize) -> Result<usize> {
        let mut searched = self.taken;
        while lines > 0 {
            let missing = memchr_iter(b'\n', &self.buffer[searched..]).take(lines);
            let (found, last) = missing.fold((0, None), |(found, _), at| (found + 1, Some(at)));
            lines -= found;
            if lines == 0 {
                return Ok(searched + last.unwrap_or(0) + 1);
            }
            let unread = self.buffer.len() - self.taken;
            if !self.fill()? {
                return Ok(self.buffer.len());
            }
            searched = self.taken + unread;
        }
        Ok(searched)
    }

    /// Reads on; false at the end. What has been taken is dropped first.
    fn fill(&mut self) -> Result<bool> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        let left = self.side.size - self.read.min(self.side.size);
        let old = self.buffer.len();
        // A long line is read in steps that grow with it.
        let step = (READ.max(old) as u64).min(left) as usize;
        self.buffer.resize(old + step, 0);
        self.side.read(&mut self.buffer[old..], self.read)?;
        self.read += step as u64;
        Ok(step > 0)
    }
}
