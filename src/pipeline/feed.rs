//! The source of blocks: ranges of a file, or a stream cut at newlines.
//!
//! A block of a file is the records whose first byte lies in its range, so any
//! thread can take any block without asking the others.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use memchr::{memchr, memrchr};

use super::lock;
use super::shard::Shard;
use crate::error::{Error, Result};

/// Bytes read beyond a block for the end of its last record. Most records are
/// shorter, so one read is enough.
const LOOK_AHEAD: u64 = 4 << 10;

/// Bytes read in each further step: the first step and the largest one. Bytes
/// read beyond the end of a record are read again.
const FIRST_STEP: u64 = 8 << 10;
const LAST_STEP: u64 = 64 << 10;

/// The source of one table's blocks.
#[derive(Debug)]
pub enum Feed {
    /// A file that can be read at any offset.
    File(FileFeed),
    /// Any other source, read by one thread at a time.
    Stream(Mutex<StreamFeed>),
}

/// A block that was taken: its number, its offset, and whether it could be
/// read.
#[derive(Debug)]
pub struct TakenBlock {
    /// Its number, from 0 without gaps.
    pub number: u64,
    /// Its byte offset in the table.
    pub offset: u64,
    /// The error if it could not be read.
    pub read: Result<()>,
}

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The byte offset at which its range begins.
    pub begin: u64,
    /// The size of the file, in bytes.
    pub file: u64,
}

impl Feed {
    /// Reads the next block into `buffer`, replacing its content.
    pub fn take(&self, buffer: &mut Buffer) -> Option<TakenBlock> {
        buffer.block = 0..0;
        match self {
            Self::File(feed) => feed.take(buffer),
            Self::Stream(feed) => lock(feed).take(buffer),
        }
    }

    /// The part of the file that is fed, unless it is the whole file.
    pub fn part(&self) -> Option<Part> {
        match self {
            Self::File(feed) if feed.is_part => {
                Some(Part { begin: feed.range.start, file: feed.size })
            }
            _ => None,
        }
    }

    /// Checks that the file did not change while it was read.
    ///
    /// # Errors
    /// Returns [`FileFault::Changed`](crate::error::FileFault::Changed) if it
    /// did.
    pub fn check_unchanged(&self) -> Result<()> {
        match self {
            Self::File(feed) => feed.check_unchanged(),
            Self::Stream(_) => Ok(()),
        }
    }
}

/// Memory for one block at a time. It grows to the largest block and is neither
/// cleared nor shrunk. A block begins at `base`, and offsets in it count from
/// there.
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    /// Where the block begins in `bytes`.
    base: usize,
    block: Range<usize>,
}

/// The size of a page of memory, or a divisor of it.
const PAGE: usize = 4 << 10;

impl Buffer {
    /// The block that was read last.
    pub fn block(&self) -> &[u8] {
        &self.bytes[self.block.clone()]
    }

    /// Sets the base for bytes of a file from `offset` on, so that they have
    /// the same position within a page as in the file. Some processors copy
    /// four times slower to an address that is a few bytes further into its
    /// page than the source is into its own, and large allocations begin
    /// exactly there.
    fn align_to(&mut self, offset: u64) {
        let beginning = self.bytes.as_ptr().addr() % PAGE;
        self.base = (offset as usize % PAGE + PAGE - beginning) % PAGE;
    }

    /// The bytes at `place`, counted from the base.
    fn bytes_at(&self, place: Range<usize>) -> &[u8] {
        &self.bytes[self.base + place.start..self.base + place.end]
    }

    /// Makes room for bytes at `place`, counted from the base.
    fn room(&mut self, place: Range<usize>) -> &mut [u8] {
        let (start, end) = (self.base + place.start, self.base + place.end);
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        &mut self.bytes[start..end]
    }

    /// Makes the bytes at `place`, counted from the base, the block.
    fn set_block(&mut self, place: Range<usize>) {
        self.block = self.base + place.start..self.base + place.end;
    }
}

/// Feeds a file by ranges.
#[derive(Debug)]
pub struct FileFeed {
    file: File,
    path: PathBuf,
    size: u64,
    /// The range in which the records to feed begin: the whole file, or a part
    /// of it.
    range: Range<u64>,
    is_part: bool,
    modified: Option<SystemTime>,
    block: u64,
    next: AtomicU64,
    /// A range after some block in which no record begins, because the block's
    /// last record fills it. Blocks within it need not be read.
    open: Mutex<Range<u64>>,
    #[cfg(test)]
    bytes_read: AtomicU64,
}

impl FileFeed {
    /// Feeds the first `size` bytes of `file` in blocks of `block` bytes.
    pub fn new(file: File, path: &Path, size: u64, block: usize) -> Self {
        Self {
            path: path.to_owned(),
            size,
            range: 0..size,
            is_part: false,
            modified: file.metadata().and_then(|file| file.modified()).ok(),
            file,
            block: block.max(1) as u64,
            next: AtomicU64::new(0),
            open: Mutex::default(),
            #[cfg(test)]
            bytes_read: AtomicU64::new(0),
        }
    }

    /// Feeds only the records of one shard. Outside of its range it reads only
    /// the byte before it and the end of its last record, in steps of 8 KiB and
    /// more if the record is longer.
    #[must_use]
    pub fn shard(self, shard: Shard) -> Self {
        Self { range: shard.range(self.size), is_part: true, ..self }
    }

    /// The number of bytes to feed.
    pub fn bytes(&self) -> u64 {
        self.range.end - self.range.start
    }

    fn take(&self, buffer: &mut Buffer) -> Option<TakenBlock> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let start = number.checked_mul(self.block)?.checked_add(self.range.start)?;
        if start >= self.range.end {
            return None;
        }
        let end = start.saturating_add(self.block).min(self.range.end);
        let read = self.records(start, end, buffer);
        let (offset, read) = match read {
            Ok(offset) => (offset, Ok(())),
            Err(error) => (start, Err(self.error(error))),
        };
        Some(TakenBlock { number, offset, read })
    }

    /// Reads the records that begin in `start..end`, and returns where the
    /// first one begins. If that is not known, the byte before `start` shows
    /// whether a record begins there.
    fn records(&self, start: u64, end: u64, buffer: &mut Buffer) -> io::Result<u64> {
        let known = self.first_record(start);
        let from = known.unwrap_or_else(|| start.saturating_sub(1));
        if from >= end {
            return Ok(start);
        }
        let until = end.saturating_add(LOOK_AHEAD).min(self.range.end);
        // Growing moves the buffer, so align it only at its full size.
        buffer.room(0..(until - from) as usize + PAGE);
        buffer.align_to(from);
        self.read(from..until, from, buffer)?;
        let mut first = 0;
        let last = (end - from) as usize - 1;
        if known.is_none() {
            // Stop before the last byte: a newline there begins a record of the next
            // block.
            match memchr(b'\n', buffer.bytes_at(0..last)) {
                Some(newline) => first = newline + 1,
                None => return Ok(start),
            }
        }
        let read = (until - from) as usize;
        let place = match memchr(b'\n', buffer.bytes_at(last..read)) {
            Some(newline) => last + newline + 1,
            None => self.finish_record(from, until, buffer)?,
        };
        self.leave_open(end..from + place as u64);
        buffer.set_block(first..place);
        Ok(from + first as u64)
    }

    /// Where the first record at or after `start` begins, if known.
    fn first_record(&self, start: u64) -> Option<u64> {
        let open = lock(&self.open);
        match open.contains(&start) {
            true => Some(open.end),
            false => (start == 0).then_some(0),
        }
    }

    /// Remembers a range in which no record begins. Of several, the last one
    /// matters for the blocks to come.
    fn leave_open(&self, place: Range<u64>) {
        let mut open = lock(&self.open);
        if open.end < place.end {
            *open = place;
        }
    }

    /// Reads from `at` to the end of the open record, into a buffer that begins
    /// at `from`. Returns where in the buffer the record ends.
    fn finish_record(&self, from: u64, mut at: u64, buffer: &mut Buffer) -> io::Result<usize> {
        let mut step = FIRST_STEP;
        while at < self.size {
            let end = at.saturating_add(step).min(self.size);
            let read = self.read(at..end, from, buffer)?;
            if let Some(newline) = memchr(b'\n', buffer.bytes_at(read.clone())) {
                return Ok(read.start + newline + 1);
            }
            at = end;
            step = (step * 2).min(LAST_STEP);
        }
        Ok((at - from) as usize)
    }

    /// Reads bytes of the file to their place in a buffer that begins at offset
    /// `from`.
    fn read(&self, bytes: Range<u64>, from: u64, buffer: &mut Buffer) -> io::Result<Range<usize>> {
        let place = (bytes.start - from) as usize..(bytes.end - from) as usize;
        self.file.read_exact_at(buffer.room(place.clone()), bytes.start)?;
        #[cfg(test)]
        self.bytes_read.fetch_add(bytes.end - bytes.start, Ordering::Relaxed);
        Ok(place)
    }

    fn error(&self, error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::changed(&self.path),
            _ => Error::io("cannot read", &self.path, error),
        }
    }

    fn check_unchanged(&self) -> Result<()> {
        let metadata = self.file.metadata().map_err(|error| self.error(error))?;
        match metadata.len() == self.size && metadata.modified().ok() == self.modified {
            true => Ok(()),
            false => Err(Error::changed(&self.path)),
        }
    }
}

/// Cuts a stream at newlines.
pub struct StreamFeed {
    stream: Box<dyn Read + Send>,
    path: PathBuf,
    block: usize,
    /// The beginning of a record whose end has not been read yet.
    carry: Vec<u8>,
    number: u64,
    offset: u64,
    ended: bool,
    /// The error that ended the stream, after the records read before it.
    failed: Option<io::Error>,
}

impl StreamFeed {
    /// Feeds `stream` in blocks of about `block` bytes.
    pub fn new(stream: Box<dyn Read + Send>, path: &Path, block: usize) -> Self {
        Self {
            stream,
            path: path.to_owned(),
            block: block.max(1),
            carry: Vec::new(),
            number: 0,
            offset: 0,
            ended: false,
            failed: None,
        }
    }

    fn take(&mut self, buffer: &mut Buffer) -> Option<TakenBlock> {
        if self.ended && self.failed.is_none() {
            return None;
        }
        let Buffer { bytes: buffer, block, .. } = buffer;
        std::mem::swap(buffer, &mut self.carry);
        self.carry.clear();
        let read = self.records(buffer);
        if read.is_ok() && buffer.is_empty() {
            return None;
        }
        let read = read.map_err(|error| Error::io("cannot read", &self.path, error));
        let taken = TakenBlock { number: self.number, offset: self.offset, read };
        self.number += 1;
        self.offset += buffer.len() as u64;
        *block = 0..buffer.len();
        Some(taken)
    }

    /// Reads a block. An error is returned only after the records before it, so
    /// that a fault in one of them is reported first, whatever the block size.
    fn records(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Err(error) = self.fill(buffer) else { return Ok(()) };
        self.ended = true;
        match memrchr(b'\n', buffer) {
            Some(newline) => {
                buffer.truncate(newline + 1);
                self.failed = Some(error);
                Ok(())
            }
            None => Err(error),
        }
    }

    /// Reads a block up to the end of its last record, and keeps the bytes
    /// after that for the next one.
    fn fill(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        let mut searched = 0;
        let mut wanted = self.block;
        loop {
            if buffer.len() >= self.block
                && let Some(newline) = memrchr(b'\n', &buffer[searched..])
            {
                let end = searched + newline + 1;
                self.carry.extend_from_slice(&buffer[end..]);
                buffer.truncate(end);
                return Ok(());
            }
            if buffer.len() >= self.block {
                searched = buffer.len();
                wanted = buffer.len().saturating_mul(2);
            }
            let missing = wanted.saturating_sub(buffer.len()) as u64;
            if (&mut self.stream).take(missing).read_to_end(buffer)? == 0 {
                self.ended = true;
                return Ok(());
            }
        }
    }
}

impl std::fmt::Debug for StreamFeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamFeed").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "../../tests/models/pipeline/feed.rs"]
mod tests;
