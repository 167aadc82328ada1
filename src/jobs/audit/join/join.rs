//! Joins records by key if their order differs.

use super::partners::NONE;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::index::{Index, hash, number};
use super::ordered_work::OrderedWork;
use super::partners::Partners;
use crate::error::Result;
use crate::jobs::audit::finding::TableTally;
use crate::jobs::audit::judge::{GROUP, Judge, OwnedKey, Scratch, Strictness};
use crate::jobs::audit::lines::Line;
use crate::jobs::audit::outcome::{Outcome, Recorder};
use crate::pipeline::{ProgressSink, lock};

/// Which records belong together.
#[derive(Debug)]
pub(crate) struct Join {
    /// For each record of BEFORE the number of its partner, or [`NONE`].
    partners: Vec<u32>,
    /// One bit for each record of AFTER: whether it has a partner.
    taken: Vec<AtomicU64>,
    /// Whether the order differs.
    pub(crate) reordered: bool,
}

/// Up to this many records of one key are compared with each other to find
/// partners; more are joined in order.
const TRIED: usize = 16;

/// Two indexed sides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Indexed<'i> {
    pub(crate) before: &'i Index<'i>,
    pub(crate) after: &'i Index<'i>,
    pub(crate) judge: Judge<'i>,
}

impl Join {
    /// Joins records by their keys, and those without a key in order.
    pub(crate) fn new(sides: Indexed<'_>) -> Result<Self> {
        let (before, after) = (sides.before, sides.after);
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
                // Reading both will show whether their keys are equal.
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

    /// Joins records whose keys have the same hash.
    #[cold]
    fn group(&mut self, sides: Indexed<'_>, olds: &[u64], news: &[u64]) -> Result<()> {
        let mut by_key: HashMap<Option<OwnedKey>, [Vec<u32>; 2]> = HashMap::new();
        for (place, index, entries) in [(0, sides.before, olds), (1, sides.after, news)] {
            for &entry in entries {
                let key = index.key(number(entry), sides.judge)?;
                by_key.entry(key).or_default()[place].push(number(entry));
            }
        }
        for [olds, news] in by_key.into_values() {
            self.same_key(sides, olds, news)?;
        }
        Ok(())
    }

    /// Joins records of one key: first those without a difference, as far as
    /// that is tried, then the others in order.
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

    /// Takes a record of AFTER away from its partner.
    fn part(&self, new: u32) {
        if let Some(word) = self.taken.get(new as usize / 64) {
            word.fetch_and(!(1 << (new % 64)), Ordering::Relaxed);
        }
    }

    /// The records of AFTER without a partner.
    pub(crate) fn alone(&self, count: usize) -> impl Iterator<Item = u32> {
        let is_taken = |number: &u32| {
            let word = self.taken[*number as usize / 64].load(Ordering::Relaxed);
            word >> (number % 64) & 1 == 1
        };
        (0..count as u32).filter(move |number| !is_taken(number))
    }
}

/// Splits off the entries with one hash.
fn split<'e>(entries: &mut &'e [u64], least: u32) -> &'e [u64] {
    let count = entries.iter().take_while(|entry| hash(**entry) == least).count();
    let (group, rest) = entries.split_at(count);
    *entries = rest;
    group
}

/// The first of some records of AFTER that matches one of BEFORE.
fn goes_with(sides: Indexed<'_>, old: u32, news: &[u32]) -> Result<Option<usize>> {
    let (mut scratch, mut bytes, mut others) = (Scratch::default(), Vec::new(), Vec::new());
    let before = sides.before.record(old, &mut bytes)?;
    for (place, &new) in news.iter().enumerate() {
        let after = sides.after.record(new, &mut others)?;
        sides.judge.read_ahead(&mut scratch, std::iter::once(before.text));
        if sides.judge.pair(&mut scratch, 0, [before, after], Strictness::Values) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The comparison of joined records, by the numbers of those in BEFORE.
pub(crate) struct ByKey<'k> {
    recorder: Recorder<'k>,
    watch: &'k dyn ProgressSink,
    block: usize,
    sides: Indexed<'k>,
    join: &'k Join,
    /// The number of the next piece, and of its first record.
    next: Mutex<(u64, usize)>,
    pub(crate) tally: Mutex<TableTally>,
}

/// Blocks of BEFORE that are taken at once: the more partners are read in file
/// order, the closer together they are.
const AT_ONCE: usize = 16;

#[derive(Default)]
pub(crate) struct Thread {
    scratch: Scratch,
    numbers: Range<usize>,
    before: Vec<u8>,
    partners: Partners,
}

impl<'k> ByKey<'k> {
    pub(crate) fn new(
        recorder: Recorder<'k>,
        sides: Indexed<'k>,
        join: &'k Join,
        (watch, block): (&'k dyn ProgressSink, usize),
    ) -> Self {
        let (next, tally) = (Mutex::default(), Mutex::default());
        let block = block.saturating_mul(AT_ONCE);
        Self { recorder, watch, block, sides, join, next, tally }
    }

    /// Compares one record with its partner.
    fn pair(
        &self,
        scratch: &mut Scratch,
        (slot, before): (usize, Line<'_>),
        (partner, after): (u32, Line<'_>),
        outcome: &mut Outcome,
    ) {
        let strictness = if self.join.reordered { Strictness::Values } else { Strictness::Bytes };
        let judge = self.recorder.judge;
        if judge.pair(scratch, slot, [before, after], strictness)
            || judge.same_key(before.text, after.text)
        {
            return self.recorder.pair(scratch, before, after, outcome);
        }
        self.join.part(partner);
        self.recorder.removed(scratch, before, outcome);
    }
}

impl OrderedWork for ByKey<'_> {
    type Thread = Thread;
    type Outcome = (Outcome, u64);

    fn thread(&self) -> Thread {
        Thread::default()
    }

    fn take(&self, thread: &mut Thread) -> Result<Option<u64>> {
        let (piece, first) = &mut *lock(&self.next);
        thread.numbers = self.sides.before.records(*first, self.block);
        if thread.numbers.is_empty() {
            return Ok(None);
        }
        *first = thread.numbers.end;
        *piece += 1;
        Ok(Some(*piece - 1))
    }

    fn work(&self, thread: &mut Thread) -> Result<(Outcome, u64)> {
        let Thread { scratch, numbers, before, partners } = thread;
        let mut outcome = Outcome::default();
        let (old, new) = (self.sides.before, self.sides.after);
        old.read_records(numbers.clone(), before)?;
        let from = old.span(numbers.start as u32).start;
        let mut rest = numbers.clone();
        while !rest.is_empty() {
            let of_rest = &self.join.partners[rest.clone()];
            let taken = partners.read(new, of_rest, self.block)?;
            let line = |number: usize| {
                let span = old.span(number as u32);
                let bytes = &before[(span.start - from) as usize..(span.end - from) as usize];
                old.line(number, bytes)
            };
            for (record, &partner) in of_rest.iter().take(taken).enumerate() {
                let (slot, number) = (record % GROUP, rest.start + record);
                if slot == 0 {
                    let group = (number..rest.end.min(number + GROUP)).map(line);
                    self.recorder.judge.read_ahead(scratch, group.map(|line| line.text));
                }
                if partner == NONE {
                    self.recorder.removed(scratch, line(number), &mut outcome);
                } else {
                    let after = partners.line(new, record, partner);
                    let before = (slot, line(number));
                    self.pair(scratch, before, (partner, after), &mut outcome);
                }
            }
            rest.start += taken;
        }
        Ok((outcome, 2 * before.len() as u64))
    }

    fn hear(&self, (outcome, bytes): (Outcome, u64)) -> Result<bool> {
        self.watch.advance(bytes);
        self.recorder.printer.print(&outcome)?;
        lock(&self.tally).merge(self.recorder.tally(outcome));
        Ok(true)
    }
}
