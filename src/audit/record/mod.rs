//! One record, read without the scanner: what the audit judges by must not
//! share the mistakes of what it judges.

mod change;
mod number;
mod place;
mod seek;
mod splice;
mod tape;
mod text;
mod token;
mod tree;

pub(super) use change::{Change, Kind};
pub(super) use place::{Places, Step, pointer};
pub(super) use seek::seek;
pub(super) use tape::{Record, Tape};
pub(super) use text::{Text, decode, quote};
pub use token::{LineFault, LineFaultKind};

use tree::Tree;

use crate::idmap::{IdMap, Lengths};

/// Finds out how records differ; keeps its memory from one to the next.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// The record before.
    pub(super) before: Tape,
    /// The record after, where it had to be read on its own.
    pub(super) after: Tape,
    /// Where they differ, in the order in which they stand before.
    pub(super) changes: Vec<Change>,
    tree: Tree,
}

/// The map by which member names may have become others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Renames<'m>(pub(super) Option<&'m IdMap>);

impl<'m> Renames<'m> {
    /// The name that one may have become.
    fn of(self, name: &Text<'_>) -> Option<&'m str> {
        let map = self.0?;
        map.source_row(name.bytes()).map(|row| map.target(row))
    }
}

impl Comparison {
    /// Finds the differences of two lines, of which the one before has been
    /// read already.
    ///
    /// # Errors
    /// What is wrong with the line after.
    pub(super) fn compare(
        &mut self,
        before: &[u8],
        after: &[u8],
        renames: Renames<'_>,
        lengths: &Lengths,
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
