//! What comes before a block, in whatever is counted.

use std::sync::Mutex;

use super::lock;

/// A count that goes on from block to block, each in its turn.
#[derive(Debug, Default)]
pub struct Before(Mutex<u64>);

impl Before {
    /// Counts a block's own; returns what was counted before.
    pub fn pass(&self, own: u64) -> u64 {
        let mut next = lock(&self.0);
        let before = *next;
        *next += own;
        before
    }
}
