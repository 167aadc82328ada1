//! Records of AFTER without a partner in BEFORE.

use std::sync::Mutex;

use super::index::Index;
use super::ordered_work::OrderedWork;
use crate::error::Result;
use crate::jobs::audit::finding::TableTally;
use crate::jobs::audit::judge::Scratch;
use crate::jobs::audit::outcome::{Outcome, Recorder};
use crate::pipeline::lock;

/// Records of AFTER without a partner, by their numbers.
pub(crate) struct Unmatched<'a, I> {
    recorder: Recorder<'a>,
    after: &'a Index<'a>,
    /// About how many bytes are taken at once.
    block: usize,
    numbers: Mutex<(I, u64)>,
    pub(crate) tally: Mutex<TableTally>,
}

#[derive(Default)]
pub(crate) struct Thread {
    scratch: Scratch,
    numbers: Vec<u32>,
    bytes: Vec<u8>,
}

impl<'a, I: Iterator<Item = u32> + Send> Unmatched<'a, I> {
    pub(crate) fn new(
        recorder: Recorder<'a>,
        after: &'a Index<'a>,
        numbers: I,
        block: usize,
    ) -> Self {
        let numbers = Mutex::new((numbers, 0));
        Self { recorder, after, block, numbers, tally: Mutex::default() }
    }
}

impl<I: Iterator<Item = u32> + Send> OrderedWork for Unmatched<'_, I> {
    type Thread = Thread;
    type Outcome = Outcome;

    fn thread(&self) -> Thread {
        Thread::default()
    }

    fn take(&self, thread: &mut Thread) -> Result<Option<u64>> {
        let mut source = lock(&self.numbers);
        thread.numbers.clear();
        let mut bytes = 0;
        while bytes < self.block as u64
            && let Some(number) = source.0.next()
        {
            let span = self.after.span(number);
            bytes += span.end - span.start;
            thread.numbers.push(number);
        }
        if thread.numbers.is_empty() {
            return Ok(None);
        }
        source.1 += 1;
        Ok(Some(source.1 - 1))
    }

    fn work(&self, thread: &mut Thread) -> Result<Outcome> {
        let Thread { scratch, numbers, bytes } = thread;
        let mut outcome = Outcome::default();
        for &number in &*numbers {
            self.recorder.added(scratch, self.after.record(number, bytes)?, &mut outcome);
        }
        Ok(outcome)
    }

    fn hear(&self, outcome: Outcome) -> Result<bool> {
        self.recorder.printer.print(&outcome)?;
        lock(&self.tally).merge(self.recorder.tally(outcome));
        Ok(true)
    }
}
