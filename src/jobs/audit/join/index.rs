//! Where the records of one side are, by their keys.

use std::ops::Range;
use std::sync::Mutex;

use rayon::ThreadPool;
use rayon::slice::ParallelSliceMut;

use super::ordered_work::{OrderedWork, in_order};
use crate::error::{Error, RequestFault, Result};
use crate::jobs::audit::judge::{Judge, OwnedKey};
use crate::jobs::audit::lines::{
    Aside, Line, Place, RangeLines, Ranges, RejectedLines, Side, line,
};
use crate::pipeline::{ProgressSink, lock, unlocked};

/// The records of one side from some place on, in 16 bytes each.
#[derive(Debug)]
pub(crate) struct Index<'s> {
    pub(crate) side: &'s Side,
    /// The hash of each key in the upper half and the number of the record in
    /// the lower, sorted. A hash of 32 bits is enough to find candidates,
    /// because records are read and compared anyway.
    pub(crate) entries: Vec<u64>,
    /// The byte offset of each record, by its number.
    offsets: Vec<u64>,
    /// The records without a key.
    pub(crate) keyless: Vec<u32>,
    /// The number of lines before the first record.
    lines: u64,
    /// Lines that a run set aside: the number of records before each, and its
    /// byte offset.
    gaps: Vec<(u32, u64)>,
    /// The same lines, for counting.
    pub(crate) aside: Vec<Aside>,
}

/// The hash of an entry.
pub(crate) fn hash(entry: u64) -> u32 {
    (entry >> 32) as u32
}

/// The record number of an entry.
pub(crate) fn number(entry: u64) -> u32 {
    entry as u32
}

impl<'s> Index<'s> {
    /// Reads a side from a place on, except for the lines that a run set aside.
    pub(crate) fn read(
        pool: &ThreadPool,
        (side, place): (&'s Side, Place),
        aside: RejectedLines<'_>,
        (judge, watch, block): (Judge<'_>, &dyn ProgressSink, usize),
    ) -> Result<Self> {
        let index = Self {
            side,
            entries: Vec::new(),
            offsets: Vec::new(),
            keyless: Vec::new(),
            lines: place.lines,
            gaps: Vec::new(),
            aside: Vec::new(),
        };
        let ranges = Ranges::new(side, place.offset, block);
        let reading = Reading { judge, watch, side, ranges, growing: Mutex::new((index, aside)) };
        in_order(pool, &reading)?;
        let (mut index, _) = unlocked(reading.growing);
        pool.install(|| index.entries.par_sort_unstable());
        Ok(index)
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len()
    }

    /// The byte offset of a record; for the one after the last, the end of the
    /// side.
    fn start(&self, number: usize) -> u64 {
        self.offsets.get(number).copied().unwrap_or(self.side.size())
    }

    /// The bytes of a record in its side.
    pub(crate) fn span(&self, number: u32) -> Range<u64> {
        let start = self.start(number as usize);
        // Lines that were set aside may be between it and the next one.
        let gap = self.gaps.get(self.gaps_before(number)).filter(|gap| gap.0 == number + 1);
        start..gap.map_or_else(|| self.start(number as usize + 1), |gap| gap.1)
    }

    /// The number of lines set aside before a record.
    fn gaps_before(&self, number: u32) -> usize {
        match self.gaps.is_empty() {
            true => 0,
            false => self.gaps.partition_point(|gap| gap.0 <= number),
        }
    }

    /// The records from `first` on that have about `bytes` bytes, at least one.
    pub(crate) fn records(&self, first: usize, bytes: usize) -> Range<usize> {
        let until = self.start(first).saturating_add(bytes as u64);
        let rest = self.offsets.get(first..).unwrap_or_default();
        first..first + rest.partition_point(|offset| *offset < until)
    }

    /// Reads one record into `bytes`.
    pub(crate) fn record<'b>(&self, number: u32, bytes: &'b mut Vec<u8>) -> Result<Line<'b>> {
        let numbers = number as usize..number as usize + 1;
        self.read_records(numbers, bytes)?;
        Ok(self.line(number as usize, bytes))
    }

    /// Reads consecutive records, and everything between them.
    pub(crate) fn read_records(&self, numbers: Range<usize>, bytes: &mut Vec<u8>) -> Result<()> {
        let last = numbers.end.saturating_sub(1) as u32;
        let (start, end) = (self.start(numbers.start), self.span(last).end);
        bytes.resize((end - start) as usize, 0);
        self.side.read(bytes, start)
    }

    /// The line of a record, given its bytes.
    pub(crate) fn line<'b>(&self, number: usize, bytes: &'b [u8]) -> Line<'b> {
        let before = number as u64 + self.gaps_before(number as u32) as u64;
        line(bytes, self.lines + before + 1, number + 1 == self.len())
    }

    /// The key of a record.
    pub(crate) fn key(&self, number: u32, judge: Judge<'_>) -> Result<Option<OwnedKey>> {
        let mut bytes = Vec::new();
        Ok(judge.key(self.record(number, &mut bytes)?.text))
    }

    /// Adds a record.
    fn push(&mut self, offset: u64, key: Option<u32>) -> Result<()> {
        let number = self.offsets.len() as u32;
        if number == u32::MAX {
            return Err(Error::new(TOO_MANY));
        }
        self.offsets.push(offset);
        match key {
            Some(hash) => self.entries.push(u64::from(hash) << 32 | u64::from(number)),
            None => self.keyless.push(number),
        }
        Ok(())
    }

    /// Adds a line that a run set aside.
    fn push_aside(&mut self, offset: u64, sound: bool) {
        let number = self.lines + (self.offsets.len() + self.gaps.len()) as u64 + 1;
        self.gaps.push((self.offsets.len() as u32, offset));
        self.aside.push(Aside { number, sound });
    }
}

struct Reading<'r, 's> {
    judge: Judge<'r>,
    watch: &'r dyn ProgressSink,
    side: &'s Side,
    ranges: Ranges,
    growing: Mutex<(Index<'s>, RejectedLines<'r>)>,
}

#[derive(Default)]
struct Thread {
    range: Range<u64>,
    lines: RangeLines,
}

/// The records in a range: where each begins, its bytes, and the hash of its
/// key.
struct Piece {
    records: Vec<(u64, usize, Option<u32>)>,
    bytes: u64,
}

impl OrderedWork for Reading<'_, '_> {
    type Thread = Thread;
    type Outcome = Piece;

    fn thread(&self) -> Thread {
        Thread::default()
    }

    fn take(&self, thread: &mut Thread) -> Result<Option<u64>> {
        let Some((number, range)) = self.ranges.take() else { return Ok(None) };
        thread.range = range;
        Ok(Some(number))
    }

    fn work(&self, thread: &mut Thread) -> Result<Piece> {
        let Thread { range, lines } = thread;
        lines.read(self.side, range.clone(), self.ranges.first)?;
        let record = |(offset, line): (u64, &[u8])| (offset, line.len(), self.judge.key_hash(line));
        Ok(Piece { records: lines.iter().map(record).collect(), bytes: range.end - range.start })
    }

    fn hear(&self, piece: Piece) -> Result<bool> {
        self.watch.advance(piece.bytes);
        let (index, aside) = &mut *lock(&self.growing);
        let mut aside_left = aside.peek()?.is_some();
        for (offset, length, key) in piece.records {
            if aside_left && aside.meets_at(self.side, offset, length)? {
                index.push_aside(offset, aside.pass_one());
                aside_left = aside.peek()?.is_some();
            } else {
                index.push(offset, key)?;
            }
        }
        Ok(true)
    }
}

const TOO_MANY: RequestFault = RequestFault {
    what: "a table of four billion records whose order differs cannot be joined",
    advice: "Sort both sides by their keys first.",
};
