//! How two records differ.

use super::renames::Renames;

use super::change::Change;
use super::splice;
use super::tape::{Record, Tape};
use super::token::LineFault;

use super::tree::Tree;

use crate::idmap::IdLengths;

/// Compares records; reuses its memory from one to the next.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// The record before.
    pub(crate) before: Tape,
    /// The record of AFTER, if it had to be read separately.
    pub(crate) after: Tape,
    /// The differences, in the order of BEFORE.
    pub(crate) changes: Vec<Change>,
    tree: Tree,
}

impl Comparison {
    /// Finds the differences of two lines, the first of which has been read
    /// already.
    ///
    /// # Errors
    /// Returns the fault of the line of AFTER.
    pub(crate) fn compare(
        &mut self,
        before: &[u8],
        after: &[u8],
        renames: Renames<'_>,
        lengths: &IdLengths,
    ) -> Result<(), LineFault> {
        self.changes.clear();
        let before = Record { text: before, tape: &self.before };
        if splice::compare(before, after, renames, &mut self.changes) {
            return Ok(());
        }
        self.changes.clear();
        self.after.read_for(after, lengths)?;
        let after = Record { text: after, tape: &self.after };
        self.tree.compare(before, after, renames, &mut self.changes);
        Ok(())
    }
}
