//! The course of an undo: from a request to complete output, or to none.

use std::collections::BTreeMap;

use super::drift::{DriftList, DriftedValue, MOST_SHOWN};
use super::job::{Job, TableNotes};
use super::undone::{TableCounts, UndoSummary};
use crate::error::{Error, Result};
use crate::jobs::undo::fault::UndoFault;
use crate::jobs::undo::log::ChangeReader;
use crate::jobs::undo::request::Request;
use crate::jobs::undo::restore::DriftReason;
use crate::pipeline::{self, ProgressSink, lock};
use crate::storage::{CarriedFiles, Stage, Target, append, feeds};

impl Request {
    /// Processes all tables. Output is staged in `stage` and moved into place
    /// at the end; another holder of the stage can abandon it at any time.
    ///
    /// # Errors
    /// Returns the error that ended the run. No output is left then.
    pub fn run(&self, stage: &Stage, watch: &dyn ProgressSink) -> Result<UndoSummary> {
        let _guard = stage.abandon_at_end();
        if let Some(undone) = self.pass(stage, watch, false)? {
            return Ok(undone);
        }
        self.check_repeatable()?;
        stage.discard();
        self.log.index.begin_again();
        let changed = || Error::changed(&self.options.changes);
        self.pass(stage, watch, true)?.ok_or_else(changed)
    }

    /// Reads all tables once. Returns `None` if a later record turned out to
    /// match changes better than the one that took them: then another pass is
    /// needed, which knows all matches and is the last.
    fn pass(
        &self,
        stage: &Stage,
        watch: &dyn ProgressSink,
        is_last: bool,
    ) -> Result<Option<UndoSummary>> {
        let all = !self.options.only_changed;
        let carried = CarriedFiles::new(&self.export, all, |table| self.is_read(table))?;
        let (feeds, total) = feeds(self.tables_to_read(), self.options.block_size, None)?;
        let job = Job::new(self, stage)?;
        watch.begin(total);
        let workers = pipeline::run(&self.pool, &job, &feeds, &|bytes| watch.advance(bytes))?;
        if job.has_conflict() && !is_last {
            return Ok(None);
        }
        let notes = job.notes(&workers);
        let mut lists = drift_lists(&job);
        self.list_unused(&mut lists)?;
        self.log.check_unchanged()?;
        self.pool.install(|| job.finish(&carried, stage))?;
        self.write_drifted(stage, &mut lists)?;
        self.commit(stage)?;
        let storage = carried.holds_storage();
        Ok(Some(UndoSummary { storage, ..self.undone(&job, &notes, lists, carried.tables()) }))
    }

    fn undone(
        &self,
        job: &Job<'_>,
        notes: &[TableNotes],
        lists: BTreeMap<String, DriftList>,
        copied: Vec<String>,
    ) -> UndoSummary {
        let names = job.tables.iter().map(|table| &table.table.name);
        let noted = names.zip(notes).map(|(name, notes)| (name.clone(), notes));
        let mut tables: BTreeMap<String, TableCounts> =
            noted.clone().map(|(name, notes)| (name, notes.counts)).collect();
        for (name, list) in &lists {
            tables.entry(name.clone()).or_default().drifted = list.count;
        }
        let named = |is: fn(&TableNotes) -> bool| {
            noted.clone().filter(|(_, notes)| is(notes)).map(|(name, _)| name).collect()
        };
        UndoSummary {
            tables,
            missing: self.missing().map(str::to_owned).collect(),
            copied,
            marks: named(|notes| notes.has_byte_order_mark),
            by_line: named(|notes| notes.is_by_line),
            drifted: lists.into_values().flat_map(|list| list.first).take(MOST_SHOWN).collect(),
            storage: false,
        }
    }

    /// Lists the values of changes that no record has taken.
    fn list_unused(&self, lists: &mut BTreeMap<String, DriftList>) -> Result<()> {
        let mut reader = ChangeReader::default();
        let target = self.drifted.as_ref();
        for offset in self.log.index.unused() {
            let unused = reader.read(&self.log, offset)?;
            let table = &unused.record.table;
            let has_table = self.tables_to_read().any(|read| read.name == *table);
            let why = if has_table { DriftReason::NoRecord } else { DriftReason::NoTable };
            let list = match lists.get_mut(table) {
                Some(list) => list,
                None => lists.entry(table.clone()).or_insert(DriftList::new(target)?),
            };
            for change in &unused.changes {
                list.add(DriftedValue::of(change, None, why, None), target)?;
            }
        }
        Ok(())
    }

    fn write_drifted(&self, stage: &Stage, lists: &mut BTreeMap<String, DriftList>) -> Result<()> {
        let Some(target) = &self.drifted else { return Ok(()) };
        target.write_file(stage, |out| {
            let mut pieces = lists.values_mut().filter_map(|list| list.lines.as_mut());
            pieces.try_for_each(|piece| append(piece, out))
        })
    }

    fn commit(&self, stage: &Stage) -> Result<()> {
        if self.options.force {
            let targets = [Some(&self.out), self.drifted.as_ref()].into_iter().flatten();
            targets.filter_map(Target::place).try_for_each(|path| stage.replace(path))?;
        }
        stage.commit()
    }

    /// Refuses another pass over a stream.
    fn check_repeatable(&self) -> Result<()> {
        let stream = self.tables_to_read().find(|table| !table.can_be_read_again());
        let stream = stream.map(|table| &*table.path);
        match stream.or(self.out.place().is_none().then(|| self.out.given())) {
            Some(path) => Err(Error::at(path, UndoFault::SharedIds)),
            None => Ok(()),
        }
    }
}

/// Takes the lists of drifted values, by table.
fn drift_lists(job: &Job<'_>) -> BTreeMap<String, DriftList> {
    let take = |list| std::mem::take(&mut *lock(list));
    let tables = job.tables.iter();
    tables.map(|table| (table.table.name.clone(), take(&table.drifted))).collect()
}
