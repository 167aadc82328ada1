//! Runs work over blocks on all threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::feed::{Buffer, Feed};
use super::first_error::Halt;
use super::lanes::{Lanes, Ticket};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Error, Result};

/// A block: the records whose first byte lies in one range of a table.
#[derive(Debug, Clone, Copy)]
pub struct Block<'b> {
    /// Which of the run's tables it belongs to.
    pub table: usize,
    /// Where it begins in its table, in bytes.
    pub offset: u64,
    /// Its records, whole.
    pub bytes: &'b [u8],
}

/// What is done to blocks.
pub trait Work: Sync {
    /// What one worker keeps from block to block.
    type Worker: Send;

    /// How many lanes each block passes through.
    fn lanes(&self) -> usize;

    /// Sets up a worker.
    fn worker(&self) -> Self::Worker;

    /// All blocks of a table have passed through its lanes. Nothing more comes of
    /// a run that an error has ended.
    ///
    /// # Errors
    /// Ends the run.
    fn end_table(&self, _table: usize) -> Result<()> {
        Ok(())
    }

    /// Works on one block and passes through the lanes.
    ///
    /// # Errors
    /// Ends the run; the first error by table and position wins, whichever
    /// thread met it.
    fn block(
        &self,
        worker: &mut Self::Worker,
        block: Block<'_>,
        ticket: &mut Ticket<'_>,
    ) -> Result<()>;
}

/// Makes the pool that a run works on. `threads` of `None` means all cores.
///
/// # Errors
/// Where the system gives no threads.
pub fn pool(threads: Option<usize>) -> Result<ThreadPool> {
    ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build().map_err(|error| {
        Error::io("cannot start the worker threads", "threads", std::io::Error::other(error))
    })
}

/// The usual size of a block, in bytes: what a thread reads, works on and hands
/// over stays in its cache.
pub const BLOCK_SIZE: usize = 256 << 10;

/// Runs `work` over all blocks of all tables; `advance` hears how many bytes
/// each block had. Returns what the workers kept.
///
/// # Errors
/// The first error by table and position, or a file that has changed
/// meanwhile.
pub fn run<W: Work>(
    pool: &ThreadPool,
    work: &W,
    feeds: &[Feed],
    advance: &(dyn Fn(u64) + Sync),
) -> Result<Vec<W::Worker>> {
    let run = Run {
        work,
        feeds,
        lanes: feeds.iter().map(|_| Lanes::new(work.lanes())).collect(),
        busy: feeds.iter().map(|_| AtomicUsize::new(pool.current_num_threads())).collect(),
        halt: Halt::default(),
        advance,
    };
    let workers = pool.broadcast(|context| run.worker(context.index()));
    match run.halt.into_error() {
        Some(error) => Err(error),
        None => feeds.iter().try_for_each(Feed::check_unchanged).map(|()| workers),
    }
}

struct Run<'r, W> {
    work: &'r W,
    feeds: &'r [Feed],
    lanes: Vec<Lanes>,
    /// How many workers have not left each table.
    busy: Vec<AtomicUsize>,
    halt: Halt,
    advance: &'r (dyn Fn(u64) + Sync),
}

impl<W: Work> Run<'_, W> {
    /// Each worker starts on a table of its own, since writes into one file
    /// wait for each other, and helps with the others when that is done.
    fn worker(&self, index: usize) -> W::Worker {
        let mut worker = self.work.worker();
        let mut buffer = Buffer::default();
        for step in 0..self.feeds.len() {
            let table = (index + step) % self.feeds.len();
            self.drain(table, &mut worker, &mut buffer);
            self.leave(table);
        }
        worker
    }

    /// The last worker to leave a table ends it.
    fn leave(&self, table: usize) {
        let is_last = self.busy[table].fetch_sub(1, Ordering::AcqRel) == 1;
        if is_last
            && !self.halt.covers(table)
            && let Err(error) = self.work.end_table(table)
        {
            self.halt.raise(table, u64::MAX, error);
        }
    }

    fn drain(&self, table: usize, worker: &mut W::Worker, buffer: &mut Buffer) {
        while !self.halt.covers(table)
            && let Some(taken) = self.feeds[table].take(buffer)
        {
            let mut ticket = self.lanes[table].ticket(taken.number);
            let done = taken.read.and_then(|()| {
                let block = Block { table, offset: taken.offset, bytes: buffer.block() };
                self.work.block(worker, block, &mut ticket)
            });
            if let Err(error) = done {
                self.halt.raise(table, taken.number, error);
            }
            (self.advance)(buffer.block().len() as u64);
        }
    }
}
