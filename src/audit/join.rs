//! Records joined by key, where their order differs.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::aside::SetAside;
use super::finding::TableTally;
use super::in_order::Pieces;
use super::index::{Index, hash, number};
use super::judge::{Judge, OwnedKey, Scratch, Strictness};
use super::lines::{Block, Lines, Side, Want};
use super::outcome::{Outcome, Recorder};
use super::position::lock;
use crate::error::Result;
use crate::pipeline::Watch;

/// Which records belong together.
#[derive(Debug)]
pub(super) struct Join {
    /// For each record before, the number of that after; [`NONE`] where there
    /// is none.
    partners: Vec<u32>,
    /// A bit for each record after: whether it has a partner.
    taken: Vec<AtomicU64>,
    /// Whether they stand in another order.
    pub(super) reordered: bool,
}

const NONE: u32 = u32::MAX;

/// Records of one key that are tried out against each other, rather than
/// joined in the order in which they stand.
const TRIED: usize = 16;

/// Two indexed sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Indexed<'i> {
    pub(super) before: (&'i Side, &'i Index),
    pub(super) after: (&'i Side, &'i Index),
    pub(super) judge: Judge<'i>,
}

impl Join {
    /// Joins records by their keys; those without one in their order.
    pub(super) fn new(sides: Indexed<'_>) -> Result<Self> {
        let (before, after) = (sides.before.1, sides.after.1);
        let mut join = Self {
            partners: vec![NONE; before.len()],
            taken: (0..after.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            reordered: false,
        };
        before.keyless.iter().zip(&after.keyless).for_each(|(&old, &new)| join.pair(old, new));
        let (mut old, mut new) = (&before.entries[..], &after.entries[..]);
        while let (Some(&first), Some(&other)) = (old.first(), new.first()) {
            let least = hash(first).min(hash(other));
            let (olds, news) = (split(&mut old, least), split(&mut new, least));
            match (olds, news) {
                ([], _) | (_, []) => {}
                // Whether their keys are the same shows when both are read.
                ([one], [other]) => join.pair(number(*one), number(*other)),
                _ => join.group(sides, olds, news)?,
            }
        }
        let joined = || join.partners.iter().filter(|partner| **partner != NONE);
        join.reordered = !joined().is_sorted();
        Ok(join)
    }

    fn pair(&mut self, old: u32, new: u32) {
        self.partners[old as usize] = new;
        let (word, bit) = (new as usize / 64, new % 64);
        *self.taken[word].get_mut() |= 1 << bit;
    }

    /// Joins records whose keys have one hash.
    #[cold]
    fn group(&mut self, sides: Indexed<'_>, olds: &[u64], news: &[u64]) -> Result<()> {
        let mut by_key: HashMap<Option<OwnedKey>, [Vec<u32>; 2]> = HashMap::new();
        for (place, (side, index), entries) in [(0, sides.before, olds), (1, sides.after, news)] {
            for &entry in entries {
                let key = index.key(side, number(entry), sides.judge)?;
                by_key.entry(key).or_default()[place].push(number(entry));
            }
        }
        for [olds, news] in by_key.into_values() {
            self.same_key(sides, olds, news)?;
        }
        Ok(())
    }

    /// Joins records of one key: those that go together, as far as that can
    /// be tried out, and the others in the order in which they stand.
    fn same_key(&mut self, sides: Indexed<'_>, olds: Vec<u32>, mut news: Vec<u32>) -> Result<()> {
        let mut rest = Vec::new();
        let tried = olds.len().max(news.len()) <= TRIED;
        for old in olds {
            match if tried { goes_with(sides, old, &news)? } else { None } {
                Some(place) => self.pair(old, news.remove(place)),
                None => rest.push(old),
            }
        }
        rest.into_iter().zip(news).for_each(|(old, new)| self.pair(old, new));
        Ok(())
    }

    /// Takes back that a record after has a partner.
    fn part(&self, new: u32) {
        if let Some(word) = self.taken.get(new as usize / 64) {
            word.fetch_and(!(1 << (new % 64)), Ordering::Relaxed);
        }
    }

    /// The records after that have no partner.
    pub(super) fn alone(&self, count: usize) -> impl Iterator<Item = u32> {
        let is_taken = |number: &u32| {
            let word = self.taken[*number as usize / 64].load(Ordering::Relaxed);
            word >> (number % 64) & 1 == 1
        };
        (0..count as u32).filter(move |number| !is_taken(number))
    }
}

/// Splits off the entries of one hash.
fn split<'e>(entries: &mut &'e [u64], least: u32) -> &'e [u64] {
    let count = entries.iter().take_while(|entry| hash(**entry) == least).count();
    let (group, rest) = entries.split_at(count);
    *entries = rest;
    group
}

/// The first of some records after that goes together with one before.
fn goes_with(sides: Indexed<'_>, old: u32, news: &[u32]) -> Result<Option<usize>> {
    let (mut scratch, mut bytes, mut others) = (Scratch::default(), Vec::new(), Vec::new());
    let before = sides.before.1.record(sides.before.0, old, &mut bytes)?;
    for (place, &new) in news.iter().enumerate() {
        let after = sides.after.1.record(sides.after.0, new, &mut others)?;
        if sides.judge.pair(&mut scratch, before, after, Strictness::Values) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The comparison of records that were joined.
pub(super) struct ByKey<'k> {
    recorder: Recorder<'k>,
    watch: &'k dyn Watch,
    block: usize,
    sides: Indexed<'k>,
    join: &'k Join,
    before: Mutex<Source<'k>>,
    pub(super) tally: Mutex<TableTally>,
}

/// The records before, in their order.
struct Source<'s> {
    lines: Lines<'s>,
    aside: SetAside<'s>,
    number: u64,
    /// The records that were taken.
    records: usize,
}

#[derive(Default)]
pub(super) struct Thread {
    scratch: Scratch,
    block: Block,
    /// The number of its first record.
    first: usize,
    other: Vec<u8>,
}

impl<'k> ByKey<'k> {
    pub(super) fn new(
        recorder: Recorder<'k>,
        (sides, join): (Indexed<'k>, &'k Join),
        lines: Lines<'k>,
        aside: SetAside<'k>,
        (watch, block): (&'k dyn Watch, usize),
    ) -> Self {
        let before = Mutex::new(Source { lines, aside, number: 0, records: 0 });
        Self { recorder, watch, block, sides, join, before, tally: Mutex::default() }
    }

    /// Compares one record with its partner.
    fn record(
        &self,
        scratch: &mut Scratch,
        (block, index, number): (&Block, usize, usize),
        other: &mut Vec<u8>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let Some(before) = block.line(index) else { return Ok(()) };
        let partner = self.join.partners.get(number).copied().unwrap_or(NONE);
        if partner == NONE {
            self.recorder.removed(scratch, before, outcome);
            return Ok(());
        }
        let (side, after) = self.sides.after;
        let after = after.record(side, partner, other)?;
        let strictness = if self.join.reordered { Strictness::Values } else { Strictness::Bytes };
        let judge = self.recorder.judge;
        if !judge.pair(scratch, before, after, strictness)
            && !judge.same_key(scratch, before.text, after.text)
        {
            self.join.part(partner);
            self.recorder.removed(scratch, before, outcome);
            return Ok(());
        }
        self.recorder.pair(scratch, before, after, outcome);
        Ok(())
    }
}

impl Pieces for ByKey<'_> {
    type Thread = Thread;
    type Outcome = (Outcome, u64);

    fn thread(&self) -> Thread {
        Thread::default()
    }

    fn take(&self, thread: &mut Thread) -> Result<Option<u64>> {
        let mut source = lock(&self.before);
        let Source { lines, aside, number, records } = &mut *source;
        lines.take(Want::Bytes(self.block), &mut thread.block)?;
        if thread.block.len() == 0 {
            return Ok(None);
        }
        aside.pass(&mut thread.block)?;
        thread.first = *records;
        *records += thread.block.len();
        *number += 1;
        Ok(Some(*number - 1))
    }

    fn work(&self, thread: &mut Thread) -> Result<(Outcome, u64)> {
        let Thread { scratch, block, first, other } = thread;
        let mut outcome = Outcome::default();
        for index in 0..block.len() {
            self.record(scratch, (block, index, *first + index), other, &mut outcome)?;
        }
        self.recorder.aside(&block.aside, &mut outcome);
        Ok((outcome, 2 * block.size() as u64))
    }

    fn hear(&self, (outcome, bytes): (Outcome, u64)) -> Result<bool> {
        self.watch.advance(bytes);
        self.recorder.printer.print(&outcome)?;
        lock(&self.tally).merge(outcome.tally);
        Ok(true)
    }
}
