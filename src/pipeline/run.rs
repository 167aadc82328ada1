//! Runs work over blocks on all threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::feed::{Buffer, Feed};
use super::first_error::FirstError;
use super::lanes::{Lanes, Ticket};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Error, Result};

/// A block: the records whose first byte lies in one range of a table.
#[derive(Debug, Clone, Copy)]
pub struct Block<'b> {
    /// The index of its table in the run.
    pub table: usize,
    /// Its byte offset in the table.
    pub offset: u64,
    /// Its records, whole.
    pub bytes: &'b [u8],
}

/// The work to do on blocks.
pub trait Work: Sync {
    /// What a worker keeps from block to block.
    type Worker: Send;

    /// The number of lanes that each block passes through.
    fn lanes(&self) -> usize;

    /// Sets up a worker.
    fn worker(&self) -> Self::Worker;

    /// Called when all blocks of a table have passed through its lanes. Not
    /// called any more once an error has ended the run.
    ///
    /// # Errors
    /// An error ends the run.
    fn end_table(&self, _table: usize) -> Result<()> {
        Ok(())
    }

    /// Works on one block and passes it through the lanes.
    ///
    /// # Errors
    /// An error ends the run. The first one by table and position wins,
    /// whichever thread met it.
    fn block(
        &self,
        worker: &mut Self::Worker,
        block: Block<'_>,
        ticket: &mut Ticket<'_>,
    ) -> Result<()>;
}

/// Creates the thread pool of a run. `None` means all cores.
///
/// # Errors
/// Returns an error if the system refuses to create threads.
pub fn pool(threads: Option<usize>) -> Result<ThreadPool> {
    ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build().map_err(|error| {
        Error::io("cannot start the worker threads", "threads", std::io::Error::other(error))
    })
}

/// The default size of a block, in bytes: small enough for everything that a
/// thread does with it to stay in its cache.
pub const BLOCK_SIZE: usize = 256 << 10;

/// Runs `work` over all blocks of all tables and returns its workers. `advance`
/// is called with the size of each finished block.
///
/// # Errors
/// Returns the first error by table and position, or an error if a file changed
/// while it was read.
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
        halt: FirstError::default(),
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
    /// The number of workers that have not finished each table.
    busy: Vec<AtomicUsize>,
    halt: FirstError,
    advance: &'r (dyn Fn(u64) + Sync),
}

impl<W: Work> Run<'_, W> {
    /// Each worker starts on a table of its own, since writes into one file
    /// wait for each other, and helps with the others afterwards.
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
