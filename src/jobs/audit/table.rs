//! One table of both sides, from its first line to its verdict.

use std::path::{Path, PathBuf};

use rayon::ThreadPool;

use super::finding::TableTally;
use super::join::{ByKey, ByPosition, Divergence, Index, Indexed, Join, Unmatched, in_order};
use super::lines::{Lines, RejectedLines, Side};
use super::outcome::{Outcome, Recorder};
use crate::error::Result;
use crate::pipeline::{ProgressSink, unlocked};
use crate::storage::Table;

/// One table on both sides.
pub(crate) struct TableAudit<'t> {
    pub(crate) recorder: Recorder<'t>,
    pub(crate) pool: &'t ThreadPool,
    pub(crate) watch: &'t dyn ProgressSink,
    pub(crate) block: usize,
    pub(crate) sides: &'t Sides,
    /// Whether a run rewrote it, and so dropped a byte order mark.
    pub(crate) rewritten: bool,
}

/// Both sides of a table, and the lines that a run set aside.
#[derive(Debug)]
pub(crate) struct Sides {
    before: Side,
    after: Side,
    aside: Side,
}

impl Sides {
    /// Opens both sides of a table, one of which may be missing.
    pub(crate) fn open(
        name: &str,
        [before, after]: [Option<&Table>; 2],
        rejects: Option<&Path>,
    ) -> Result<Self> {
        let aside = match rejects {
            Some(folder) => Side::optional(&aside_file(folder, name))?,
            None => Side::open(None)?,
        };
        Ok(Self { before: Side::open(before)?, after: Side::open(after)?, aside })
    }
}

/// The file of a table's rejected lines.
pub(crate) fn aside_file(folder: &Path, table: &str) -> PathBuf {
    folder.join(format!("{table}.jsonl"))
}

impl TableAudit<'_> {
    /// Audits the table.
    pub(crate) fn run(&self) -> Result<TableTally> {
        let Sides { before, after, aside } = self.sides;
        let mut tally = self.marks()?;
        let positions = ByPosition::new(
            self.recorder,
            [Lines::new(before), Lines::new(after)],
            RejectedLines::new(aside),
            (self.watch, self.block),
        );
        in_order(self.pool, &positions)?;
        let heard = positions.finish();
        tally.merge(heard.tally);
        if let Some(divergence) = heard.divergence {
            tally.merge(self.by_key(divergence)?);
        }
        self.rest_aside(&mut tally)?;
        [before, after, aside].into_iter().try_for_each(Side::check_unchanged)?;
        Ok(tally)
    }

    /// Compares the byte order marks: a run drops that of a table that it
    /// rewrites.
    fn marks(&self) -> Result<TableTally> {
        let Sides { before, after, .. } = self.sides;
        let wanted = if self.rewritten { 0 } else { before.mark };
        let mut outcome = Outcome::default();
        if after.is_there() && after.mark != wanted {
            self.recorder.mark(after.mark > 0, &mut outcome);
            self.recorder.printer.print(&outcome)?;
        }
        Ok(outcome.tally)
    }

    /// Joins the records by their keys from some place on.
    fn by_key(&self, divergence: Divergence) -> Result<TableTally> {
        let Sides { before, after, aside } = self.sides;
        let judge = self.recorder.judge;
        let how = (judge, self.watch, self.block);
        let mut set_aside = RejectedLines::new(aside);
        set_aside.skip_to(divergence.aside)?;
        let none = Side::open(None)?;
        let old = Index::read(self.pool, (before, divergence.before), set_aside, how)?;
        let new =
            Index::read(self.pool, (after, divergence.after), RejectedLines::new(&none), how)?;
        let mut outcome = Outcome::default();
        self.recorder.aside(&old.aside, &mut outcome);
        self.recorder.printer.print(&outcome)?;
        let mut tally = outcome.tally;
        let sides = Indexed { before: &old, after: &new, judge };
        let join = Join::new(sides)?;
        tally.reordered |= join.reordered;
        let by_key = ByKey::new(self.recorder, sides, &join, (self.watch, self.block));
        in_order(self.pool, &by_key)?;
        tally.merge(unlocked(by_key.tally));
        let alone = Unmatched::new(self.recorder, &new, join.alone(new.len()), self.block);
        in_order(self.pool, &alone)?;
        tally.merge(unlocked(alone.tally));
        Ok(tally)
    }

    /// Reports lines that were set aside, according to a run, but are not in
    /// BEFORE.
    fn rest_aside(&self, tally: &mut TableTally) -> Result<()> {
        let mut aside = RejectedLines::new(&self.sides.aside);
        aside.skip_to(tally.rejected)?;
        while let Some(line) = aside.peek()? {
            let mut outcome = Outcome::default();
            self.recorder.not_there(line, &mut outcome);
            self.recorder.printer.print(&outcome)?;
            tally.merge(outcome.tally);
            aside.step();
        }
        Ok(())
    }
}
