//! Where the records of one side stand, by their keys.

use std::sync::Mutex;

use rayon::ThreadPool;
use rayon::slice::ParallelSliceMut;

use super::aside::SetAside;
use super::in_order::{Pieces, in_order};
use super::judge::{Judge, OwnedKey};
use super::lines::{Block, Line, Lines, Side, Want, line};
use super::position::lock;
use super::record::Tape;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::Watch;

/// The records of one side from some place on: 16 bytes a record.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The hash of each key in the upper half and the record's number in the
    /// lower, sorted. A hash of 32 bits is enough to find what may belong
    /// together: records are read and compared anyway.
    pub(super) entries: Vec<u64>,
    /// Where each record begins, by its number.
    offsets: Vec<u64>,
    /// The records without a key.
    pub(super) keyless: Vec<u32>,
    /// Lines before the first of them.
    lines: u64,
}

/// The upper half of an entry.
pub(super) fn hash(entry: u64) -> u32 {
    (entry >> 32) as u32
}

/// The lower half.
pub(super) fn number(entry: u64) -> u32 {
    entry as u32
}

impl Index {
    /// Reads the lines of a side.
    ///
    /// # Errors
    /// Where it cannot be read, or has more records than can be numbered.
    pub(super) fn read(
        pool: &ThreadPool,
        lines: Lines<'_>,
        aside: Option<SetAside<'_>>,
        (judge, watch, block): (Judge<'_>, &dyn Watch, usize),
    ) -> Result<Self> {
        let index = Self { lines: lines.place().lines, ..Self::default() };
        let source = Mutex::new(Source { lines, aside, number: 0 });
        let reading = Reading { judge, watch, block, source, index: Mutex::new(index) };
        in_order(pool, &reading)?;
        let mut index = reading.index.into_inner().unwrap_or_default();
        pool.install(|| index.entries.par_sort_unstable());
        Ok(index)
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Reads a record into `bytes`.
    pub(super) fn record<'b>(
        &self,
        side: &Side,
        number: u32,
        bytes: &'b mut Vec<u8>,
    ) -> Result<Line<'b>> {
        let place = number as usize;
        let start = self.offsets.get(place).copied().unwrap_or(side.size());
        let end = self.offsets.get(place + 1).copied().unwrap_or(side.size());
        bytes.resize((end - start) as usize, 0);
        side.read(bytes, start)?;
        // Lines that were set aside stand between a record and the next one.
        let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1);
        let last = place + 1 == self.len();
        Ok(line(&bytes[..end], self.lines + u64::from(number) + 1, last))
    }

    /// The key of a record.
    pub(super) fn key(
        &self,
        side: &Side,
        number: u32,
        judge: Judge<'_>,
    ) -> Result<Option<OwnedKey>> {
        let mut bytes = Vec::new();
        let line = self.record(side, number, &mut bytes)?;
        Ok(judge.key(&mut Tape::default(), line.text))
    }
}

struct Reading<'r> {
    judge: Judge<'r>,
    watch: &'r dyn Watch,
    block: usize,
    source: Mutex<Source<'r>>,
    index: Mutex<Index>,
}

struct Source<'s> {
    lines: Lines<'s>,
    aside: Option<SetAside<'s>>,
    number: u64,
}

#[derive(Default)]
struct Thread {
    block: Block,
    tape: Tape,
}

/// The hashes and places of the records in a block.
struct Piece {
    keys: Vec<Option<u32>>,
    offsets: Vec<u64>,
    bytes: u64,
}

impl Pieces for Reading<'_> {
    type Thread = Thread;
    type Outcome = Piece;

    fn thread(&self) -> Thread {
        Thread::default()
    }

    fn take(&self, thread: &mut Thread) -> Result<Option<u64>> {
        let mut source = lock(&self.source);
        let Source { lines, aside, number } = &mut *source;
        lines.take(Want::Bytes(self.block), &mut thread.block)?;
        if thread.block.len() == 0 {
            return Ok(None);
        }
        if let Some(aside) = aside {
            aside.pass(&mut thread.block)?;
        }
        *number += 1;
        Ok(Some(*number - 1))
    }

    fn work(&self, thread: &mut Thread) -> Result<Piece> {
        let Thread { block, tape } = thread;
        let lines = || (0..block.len()).filter_map(|index| block.line(index));
        Ok(Piece {
            keys: lines().map(|line| self.judge.key_hash(tape, line.text)).collect(),
            offsets: (0..block.len()).map(|index| block.place(index).offset).collect(),
            bytes: block.size() as u64,
        })
    }

    fn hear(&self, piece: Piece) -> Result<bool> {
        self.watch.advance(piece.bytes);
        let mut index = lock(&self.index);
        let first = index.offsets.len();
        if first + piece.offsets.len() >= u32::MAX as usize {
            return Err(Error::new(TOO_MANY));
        }
        index.offsets.extend(piece.offsets);
        for (number, key) in (first as u32..).zip(piece.keys) {
            match key {
                Some(hash) => index.entries.push(u64::from(hash) << 32 | u64::from(number)),
                None => index.keyless.push(number),
            }
        }
        Ok(true)
    }
}

const TOO_MANY: ErrorKind = ErrorKind::Request {
    what: "a table of four billion records whose order differs cannot be joined",
    advice: "Sort both sides by their keys first.",
};
