//! Joins records by position: line by line, as long as they match.

use std::sync::Mutex;

use super::ordered_work::OrderedWork;
use crate::error::Result;
use crate::jobs::audit::finding::TableTally;
use crate::jobs::audit::judge::{GROUP, Scratch, Strictness};
use crate::jobs::audit::lines::{Amount, Block, Lines, Place, RejectedLines};
use crate::jobs::audit::outcome::{Outcome, Recorder};
use crate::pipeline::{ProgressSink, lock, unlocked};

/// Both sides of a table, taken in blocks with the same number of lines.
pub(crate) struct ByPosition<'p> {
    recorder: Recorder<'p>,
    watch: &'p dyn ProgressSink,
    block: usize,
    sides: Mutex<Sides<'p>>,
    heard: Mutex<PositionResult>,
}

struct Sides<'p> {
    before: Lines<'p>,
    after: Lines<'p>,
    aside: RejectedLines<'p>,
    number: u64,
}

/// The results of all blocks up to some place.
#[derive(Debug, Default)]
pub(crate) struct PositionResult {
    pub(crate) tally: TableTally,
    /// Where lines stop matching.
    pub(crate) divergence: Option<Divergence>,
}

/// The result of one block.
pub(crate) struct Piece {
    outcome: Outcome,
    divergence: Option<Divergence>,
    bytes: u64,
}

/// Where the two sides stop matching.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Divergence {
    pub(crate) before: Place,
    pub(crate) after: Place,
    /// The number of lines set aside up to there.
    pub(crate) aside: u64,
}

/// The memory of a thread.
#[derive(Default)]
pub(crate) struct Thread {
    scratch: Scratch,
    before: Block,
    after: Block,
    /// The number of lines set aside before this block.
    aside: u64,
}

impl<'p> ByPosition<'p> {
    pub(crate) fn new(
        recorder: Recorder<'p>,
        [before, after]: [Lines<'p>; 2],
        aside: RejectedLines<'p>,
        (watch, block): (&'p dyn ProgressSink, usize),
    ) -> Self {
        let sides = Mutex::new(Sides { before, after, aside, number: 0 });
        Self { recorder, watch, block, sides, heard: Mutex::default() }
    }

    /// The result.
    pub(crate) fn finish(self) -> PositionResult {
        unlocked(self.heard)
    }
}

impl Sides<'_> {
    fn take(&mut self, thread: &mut Thread, block: usize) -> Result<Option<u64>> {
        let Thread { before, after, aside, .. } = thread;
        *aside = self.aside.passed();
        self.before.take(Amount::Bytes(block), before)?;
        let ended = before.len() == 0;
        self.aside.pass(before)?;
        match ended {
            true => self.after.take(Amount::Bytes(block), after)?,
            false => self.after.take(Amount::Lines(before.len()), after)?,
        }
        if ended && after.len() == 0 {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(self.number - 1))
    }
}

impl OrderedWork for ByPosition<'_> {
    type Thread = Thread;
    type Outcome = Piece;

    fn thread(&self) -> Thread {
        Thread::default()
    }

    fn take(&self, thread: &mut Thread) -> Result<Option<u64>> {
        lock(&self.sides).take(thread, self.block)
    }

    fn work(&self, thread: &mut Thread) -> Result<Self::Outcome> {
        let Thread { scratch, before, after, aside } = thread;
        let mut outcome = Outcome::default();
        let lines = before.len().max(after.len());
        let parted =
            (0..lines).find(|&index| self.line(scratch, (before, after), index, &mut outcome));
        let divergence = parted.map(|index| Divergence {
            before: before.place(index),
            after: after.place(index),
            aside: *aside + before.aside_before(index).len() as u64,
        });
        let met = before.aside_before(parted.unwrap_or(before.len()));
        self.recorder.aside(met, &mut outcome);
        let bytes = (before.size() + after.size()) as u64;
        Ok(Piece { outcome, divergence, bytes })
    }

    fn hear(&self, piece: Piece) -> Result<bool> {
        self.recorder.printer.print(&piece.outcome)?;
        self.watch.advance(piece.bytes);
        let mut heard = lock(&self.heard);
        heard.tally.merge(self.recorder.tally(piece.outcome));
        heard.divergence = piece.divergence;
        Ok(piece.divergence.is_none())
    }
}

impl ByPosition<'_> {
    /// Records the findings in the lines at one position of both blocks;
    /// returns whether the lines do not match.
    fn line(
        &self,
        scratch: &mut Scratch,
        (before, after): (&Block, &Block),
        index: usize,
        outcome: &mut Outcome,
    ) -> bool {
        let judge = self.recorder.judge;
        let slot = index % GROUP;
        if slot == 0 {
            let group = (index..index + GROUP).filter_map(|index| before.line(index));
            judge.read_ahead(scratch, group.map(|line| line.text));
        }
        match (before.line(index), after.line(index)) {
            (Some(old), Some(new)) => {
                if !judge.pair(scratch, slot, [old, new], Strictness::Bytes)
                    && !judge.same_key(old.text, new.text)
                {
                    return true;
                }
                self.recorder.pair(scratch, old, new, outcome);
            }
            (Some(old), None) => self.recorder.removed(scratch, old, outcome),
            (None, Some(new)) => self.recorder.added(scratch, new, outcome),
            (None, None) => {}
        }
        false
    }
}
