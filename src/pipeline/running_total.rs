//! A count over all blocks before the current one.

use std::sync::Mutex;

use super::lock;

/// A running total over blocks, each adding to it in its turn.
#[derive(Debug, Default)]
pub(crate) struct RunningTotal(Mutex<u64>);

impl RunningTotal {
    /// Adds a block's own count and returns the total before it.
    pub(crate) fn pass(&self, own: u64) -> u64 {
        let mut next = lock(&self.0);
        let before = *next;
        *next += own;
        before
    }
}
