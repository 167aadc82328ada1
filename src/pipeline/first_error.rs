//! The first error of a run, whichever thread meets it.

use std::sync::Mutex;

use super::lock::{lock, unlocked};
use crate::error::Error;

/// The error with the lowest table and block number so far.
#[derive(Debug, Default)]
pub(crate) struct FirstError(Mutex<Option<(usize, u64, Error)>>);

impl FirstError {
    /// Keeps `error` unless an earlier one is known.
    pub(crate) fn raise(&self, table: usize, block: u64, error: Error) {
        let mut first = lock(&self.0);
        if first.as_ref().is_none_or(|(t, b, _)| (table, block) < (*t, *b)) {
            *first = Some((table, block, error));
        }
    }

    /// Whether further blocks of `table` cannot matter any more. Blocks of
    /// earlier tables still do, since they may have an earlier error.
    pub(crate) fn covers(&self, table: usize) -> bool {
        let first = lock(&self.0);
        first.as_ref().is_some_and(|(halted, ..)| *halted <= table)
    }

    pub(crate) fn into_error(self) -> Option<Error> {
        let first = unlocked(self.0);
        first.map(|(.., error)| error)
    }
}
