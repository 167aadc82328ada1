//! Work on all threads with results in order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::ThreadPool;

use crate::error::{Error, Result};
use crate::pipeline::{Lanes, lock, unlocked};

/// Work that is done piece by piece.
pub(crate) trait OrderedWork: Sync {
    /// What a thread keeps from piece to piece.
    type Thread: Send;
    /// The result of a piece.
    type Outcome;

    /// Sets up a thread.
    fn thread(&self) -> Self::Thread;

    /// Takes the next piece; returns its number, from 0 without gaps.
    fn take(&self, thread: &mut Self::Thread) -> Result<Option<u64>>;

    /// Works on the piece that was taken.
    fn work(&self, thread: &mut Self::Thread) -> Result<Self::Outcome>;

    /// Receives the results in the order of pieces. Returning false ends the
    /// work: later results are dropped.
    fn hear(&self, outcome: Self::Outcome) -> Result<bool>;
}

/// Works on all pieces.
///
/// # Errors
/// Returns the first error by the order of pieces; an error of taking a piece
/// comes last.
pub(crate) fn in_order<P: OrderedWork>(pool: &ThreadPool, pieces: &P) -> Result<()> {
    let (lanes, over) = (Lanes::new(1), AtomicBool::new(false));
    let failed: Mutex<[Option<Error>; 2]> = Mutex::default();
    let fail = |place: usize, error| {
        over.store(true, Ordering::Relaxed);
        lock(&failed)[place].get_or_insert(error);
    };
    pool.broadcast(|_| {
        let mut thread = pieces.thread();
        while !over.load(Ordering::Relaxed) {
            let number = match pieces.take(&mut thread) {
                Ok(Some(number)) => number,
                Ok(None) => break,
                Err(error) => return fail(1, error),
            };
            let mut ticket = lanes.ticket(number);
            let outcome = pieces.work(&mut thread);
            ticket.pass(|| match outcome {
                _ if over.load(Ordering::Relaxed) => {}
                Err(error) => fail(0, error),
                Ok(outcome) => match pieces.hear(outcome) {
                    Ok(true) => {}
                    Ok(false) => over.store(true, Ordering::Relaxed),
                    Err(error) => fail(0, error),
                },
            });
        }
    });
    let [worked, taken] = unlocked(failed);
    worked.or(taken).map_or(Ok(()), Err)
}
