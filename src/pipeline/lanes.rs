//! Turns by block number: the ordered primitive of the pipeline.

use std::sync::{Condvar, Mutex, PoisonError};

use super::lock;

/// The lanes of one table. Blocks pass through each lane in the order of their
/// numbers, which must be given out from 0 without gaps.
#[derive(Debug)]
pub(crate) struct Lanes(Vec<Lane>);

#[derive(Debug, Default)]
struct Lane {
    turn: Mutex<Turn>,
    moved: Condvar,
}

/// Whose turn it is in a lane.
#[derive(Debug, Default)]
struct Turn {
    number: u64,
    /// How many blocks are waiting. If none is, nobody is woken: that would be
    /// a system call for each lane and block.
    waiting: usize,
}

impl Lanes {
    /// Opens `count` lanes.
    pub(crate) fn new(count: usize) -> Self {
        Self((0..count).map(|_| Lane::default()).collect())
    }

    /// The ticket of block `number`.
    pub(crate) fn ticket(&self, number: u64) -> Ticket<'_> {
        Ticket { lanes: &self.0, number }
    }
}

/// A block's right to pass once through each lane.
///
/// If it is dropped early, by an error or a panic, it passes through the
/// remaining lanes without work, so that no later block waits forever.
#[derive(Debug)]
pub struct Ticket<'l> {
    lanes: &'l [Lane],
    number: u64,
}

impl Ticket<'_> {
    /// Waits for this block's turn in the next lane and runs `work` there,
    /// alone. After the last lane, it just runs `work`.
    pub fn pass<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let Some((lane, _)) = self.lanes.split_first() else {
            return work();
        };
        lane.wait(self.number);
        let done = work();
        self.leave();
        done
    }

    /// Leaves the current lane.
    fn leave(&mut self) {
        if let Some((lane, rest)) = self.lanes.split_first() {
            self.lanes = rest;
            lane.pass_on();
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        while let Some(lane) = self.lanes.first() {
            lane.wait(self.number);
            self.leave();
        }
    }
}

impl Lane {
    fn wait(&self, number: u64) {
        let mut turn = lock(&self.turn);
        if turn.number != number {
            turn.waiting += 1;
            let others = |turn: &mut Turn| turn.number != number;
            turn = self.moved.wait_while(turn, others).unwrap_or_else(PoisonError::into_inner);
            turn.waiting -= 1;
        }
    }

    fn pass_on(&self) {
        let mut turn = lock(&self.turn);
        turn.number += 1;
        if turn.waiting > 0 {
            self.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn passes_in_order_whoever_comes_first() {
        let lanes = Lanes::new(2);
        let seen = Mutex::new([const { Vec::new() }; 2]);
        let next = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= 200 {
                            break;
                        }
                        let mut ticket = lanes.ticket(number);
                        if number % 7 == 3 {
                            continue; // dropped without work
                        }
                        for lane in 0..2 {
                            ticket.pass(|| seen.lock().expect("no panic")[lane].push(number));
                        }
                    }
                });
            }
        });
        let expected: Vec<u64> = (0..200).filter(|number| number % 7 != 3).collect();
        assert_eq!(*seen.lock().expect("no panic"), [expected.clone(), expected]);
    }

    #[test]
    fn a_panic_holds_nobody_up() {
        let lanes = Lanes::new(1);
        std::thread::scope(|scope| {
            let broken = scope.spawn(|| lanes.ticket(0).pass(|| panic!("on purpose")));
            assert!(broken.join().is_err());
        });
        assert_eq!(lanes.ticket(1).pass(|| 7), 7);
    }
}
