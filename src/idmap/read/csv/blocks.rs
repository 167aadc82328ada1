//! Reads a map file in blocks, which all threads parse at once.

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::ThreadPool;

use super::head::Head;
use super::header::Header;
use super::plain;
use crate::error::Result;
use crate::idmap::build::{Columns, MapBuilder};
use crate::idmap::id::Hashing;
use crate::pipeline::{self, Block, Feed, FileFeed, Ticket, Work, lock, unlocked};
use crate::storage::{Digest, Hasher};

/// A map file to be read in blocks of about `block` bytes.
pub(crate) struct MapSource<'s> {
    pub(crate) file: File,
    pub(crate) path: &'s Path,
    pub(crate) size: u64,
    pub(crate) block: usize,
    pub(crate) digest: Digest,
}

/// Up to where a file has been read.
#[derive(Debug)]
pub(crate) struct ReadSoFar {
    /// The bytes before that place, and how many lines begin there.
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    /// The digest so far.
    pub(crate) hasher: Hasher,
}

impl ReadSoFar {
    /// Nothing has been read.
    pub(crate) fn nothing(digest: Digest) -> Self {
        Self { bytes: 0, lines: 0, hasher: Hasher::new(digest) }
    }
}

impl MapSource<'_> {
    /// Adds the rows after the head, up to the first block that is not plain or
    /// for which there is no room, or all of them.
    pub(crate) fn read(
        self,
        head: &Head,
        builder: &mut MapBuilder,
        pool: &ThreadPool,
    ) -> Result<ReadSoFar> {
        let Self { file, path, size, block, digest } = self;
        let feeds = [Feed::File(FileFeed::new(file, path, size, block))];
        let parsing = Parsing {
            path,
            hashing: builder.hashing(),
            header: head.header,
            head: head.bytes,
            stop: AtomicU64::new(u64::MAX),
            hasher: Mutex::new(Hasher::new(digest)),
            rows: Mutex::new((builder, head.lines)),
        };
        pipeline::run(pool, &parsing, &feeds, &|_| ())?;
        let bytes = parsing.stop.into_inner().min(size);
        if bytes <= head.bytes && bytes < size {
            return Ok(ReadSoFar::nothing(digest));
        }
        let (_, lines) = unlocked(parsing.rows);
        let hasher = unlocked(parsing.hasher);
        Ok(ReadSoFar { bytes, lines, hasher })
    }
}

/// The work of all threads.
struct Parsing<'p> {
    path: &'p Path,
    hashing: Hashing,
    header: Header,
    /// The bytes before the rows.
    head: u64,
    /// Where the first block begins that is not plain, or too much.
    stop: AtomicU64,
    hasher: Mutex<Hasher>,
    /// The rows of all blocks, and the lines before the next one.
    rows: Mutex<(&'p mut MapBuilder, u64)>,
}

impl Work for Parsing<'_> {
    type Worker = Columns;

    /// One for the digest, one for the rows.
    fn lanes(&self) -> usize {
        2
    }

    fn worker(&self) -> Columns {
        Columns::default()
    }

    fn block(&self, rows: &mut Columns, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        rows.clear();
        // Blocks may begin within the head, and end there.
        let skipped = self.head.saturating_sub(block.offset).min(block.bytes.len() as u64);
        let body = &block.bytes[skipped as usize..];
        let lines = match self.is_beyond_stop(block) {
            true => None,
            false => plain::parse(body, self.header, rows, self.path, &self.hashing),
        };
        if lines.is_none() {
            self.stop.fetch_min(block.offset, Ordering::Relaxed);
        }
        // In its turn in a lane, a block knows of all stops before it. One for
        // which there turns out to be no room has been hashed by then: that
        // does no harm, since the reader that goes on there ends with a fault.
        ticket.pass(|| {
            if !self.is_beyond_stop(block) {
                lock(&self.hasher).update(block.bytes);
            }
        });
        ticket.pass(|| {
            if self.is_beyond_stop(block) {
                return;
            }
            let (builder, before) = &mut *lock(&self.rows);
            // Lines of a part count from 0.
            match builder.append(rows, self.path, *before + 1) {
                true => *before += lines.unwrap_or_default(),
                false => _ = self.stop.fetch_min(block.offset, Ordering::Relaxed),
            }
        });
        Ok(())
    }
}

impl Parsing<'_> {
    fn is_beyond_stop(&self, block: Block<'_>) -> bool {
        block.offset >= self.stop.load(Ordering::Relaxed)
    }
}
