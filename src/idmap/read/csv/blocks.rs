//! Reads a map file in blocks, which all threads parse in parallel.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::block_rows::parse_block;
use super::file::{CsvFile, Progress};
use super::row_layout::RowLayout;
use crate::error::{Error, Result};
use crate::idmap::build::{MapBuilder, RowBatch};
use crate::idmap::read::map_reader::MapReader;
use crate::idmap::table::Hashing;
use crate::pipeline::{self, Block, Feed, FileFeed, Ticket, Work, lock, unlocked};
use crate::storage::Hasher;

/// Adds the rows of a file of `size` bytes, up to the first block that needs the
/// rows before it to be understood or for which there is no room, or all of
/// them. Returns how far the file has been read.
pub(crate) fn read_blocks(
    csv: &CsvFile<'_>,
    size: u64,
    reader: &mut MapReader<'_>,
) -> Result<Progress> {
    let CsvFile { path, dialect, .. } = csv;
    let file = csv.file.try_clone().map_err(|error| Error::io(csv.action, *path, error))?;
    let feeds = [Feed::File(FileFeed::new(file, path, size, reader.block_size))];
    let (pool, digest) = (reader.pool, reader.digest);
    let parsing = BlockParsing {
        path,
        hashing: reader.builder.hashing(),
        layout: dialect.layout,
        header_bytes: dialect.header_bytes,
        stop: AtomicU64::new(u64::MAX),
        hasher: Mutex::new(Hasher::new(digest)),
        rows: Mutex::new((&mut reader.builder, dialect.header_lines)),
    };
    pipeline::run(pool, &parsing, &feeds, &|_| ())?;
    let bytes = parsing.stop.into_inner().min(size);
    if bytes <= dialect.header_bytes && bytes < size {
        return Ok(Progress::start(digest));
    }
    let (_, lines) = unlocked(parsing.rows);
    let hasher = unlocked(parsing.hasher);
    Ok(Progress { bytes, lines, hasher })
}

/// The parsing of all blocks, by all threads.
struct BlockParsing<'p> {
    path: &'p Path,
    hashing: Hashing,
    layout: RowLayout,
    /// The bytes before the rows.
    header_bytes: u64,
    /// The offset of the first block that could not be parsed or had no room.
    stop: AtomicU64,
    hasher: Mutex<Hasher>,
    /// The rows of all blocks so far, and the number of lines before the next.
    rows: Mutex<(&'p mut MapBuilder, u64)>,
}

impl Work for BlockParsing<'_> {
    type Worker = RowBatch;

    /// One lane for the digest, one for the rows.
    fn lanes(&self) -> usize {
        2
    }

    fn worker(&self) -> RowBatch {
        RowBatch::default()
    }

    fn block(&self, rows: &mut RowBatch, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        rows.clear();
        // Blocks may begin within the header, and end there.
        let skipped = self.header_bytes.saturating_sub(block.offset).min(block.bytes.len() as u64);
        let body = &block.bytes[skipped as usize..];
        let lines = match self.is_beyond_stop(block) {
            true => None,
            false => parse_block(body, self.layout, rows, self.path, &self.hashing),
        };
        if lines.is_none() {
            self.stop.fetch_min(block.offset, Ordering::Relaxed);
        }
        // When it is a block's turn in a lane, all stops before it are known. A
        // block that turns out to have no room has been hashed by then, which
        // does no harm: the reader that continues there ends with a fault.
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
            // The lines of a block count from 0.
            match builder.append(rows, self.path, *before + 1) {
                true => *before += lines.unwrap_or_default(),
                false => _ = self.stop.fetch_min(block.offset, Ordering::Relaxed),
            }
        });
        Ok(())
    }
}

impl BlockParsing<'_> {
    fn is_beyond_stop(&self, block: Block<'_>) -> bool {
        block.offset >= self.stop.load(Ordering::Relaxed)
    }
}
