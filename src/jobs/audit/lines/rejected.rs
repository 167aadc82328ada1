//! Lines that a run set aside, which may be missing in AFTER.

use super::lines::{Amount, Aside, Block, Line, Lines, Side, line};
use crate::error::Result;
use crate::jobs::audit::record::Tape;

/// The lines of one table that a run set aside, in order.
#[derive(Debug)]
pub(crate) struct RejectedLines<'s> {
    lines: Lines<'s>,
    block: Block,
    /// The index of the next one in the block.
    next: usize,
    passed: u64,
    tape: Tape,
}

impl<'s> RejectedLines<'s> {
    pub(crate) fn new(side: &'s Side) -> Self {
        let (block, tape) = (Block::default(), Tape::default());
        Self { lines: Lines::new(side), block, next: 0, passed: 0, tape }
    }

    /// The number of those that have been met.
    pub(crate) fn passed(&self) -> u64 {
        self.passed
    }

    /// The next one that has not been met.
    pub(crate) fn peek(&mut self) -> Result<Option<Line<'_>>> {
        if self.next >= self.block.len() {
            self.lines.take(Amount::Bytes(1 << 16), &mut self.block)?;
            self.next = 0;
        }
        Ok(self.block.line(self.next))
    }

    /// Steps to the next one.
    pub(crate) fn step(&mut self) {
        self.next += 1;
        self.passed += 1;
    }

    /// Skips to where this many have been met.
    pub(crate) fn skip_to(&mut self, passed: u64) -> Result<()> {
        while self.passed < passed && self.peek()?.is_some() {
            self.step();
        }
        Ok(())
    }

    /// Takes the lines that were set aside out of a block of BEFORE.
    pub(crate) fn pass(&mut self, block: &mut Block) -> Result<()> {
        if self.peek()?.is_none() {
            return Ok(());
        }
        let mut failed = None;
        let mut aside = Vec::new();
        block.retain(|line| match self.meets(line) {
            Ok(false) => true,
            Ok(true) => {
                aside.push(Aside { number: line.number, sound: self.pass_one() });
                false
            }
            Err(error) => {
                failed.get_or_insert(error);
                true
            }
        });
        block.aside = aside;
        failed.map_or(Ok(()), Err)
    }

    /// Steps to the next one; returns whether the one passed is a valid record.
    pub(crate) fn pass_one(&mut self) -> bool {
        let line = self.block.line(self.next);
        let sound = line.is_some_and(|line| self.tape.read(line.text).is_ok());
        self.step();
        sound
    }

    /// Whether a line is the next one.
    fn meets(&mut self, line: Line<'_>) -> Result<bool> {
        let next = self.peek()?;
        Ok(next.is_some_and(|next| next.text == line.text && next.ended == line.ended))
    }

    /// Like [`Self::meets`], for a line that is not in memory: it is read only
    /// if its length fits.
    pub(crate) fn meets_at(&mut self, side: &Side, offset: u64, length: usize) -> Result<bool> {
        let Some(next) = self.peek()? else { return Ok(false) };
        if next.text.len() + usize::from(next.ended) != length {
            return Ok(false);
        }
        let mut bytes = vec![0; length];
        side.read(&mut bytes, offset)?;
        self.meets(line(&bytes, 0, false))
    }
}
