//! The course of an undo: from a request to output in place, or to nothing.

use std::collections::BTreeMap;

use super::drift::{Drift, Listing, SHOWN};
use super::job::{Counts, Job, gone};
use crate::error::{Error, Result};
use crate::jobs::undo::fault::UndoFault;
use crate::jobs::undo::log::GroupReader;
use crate::jobs::undo::request::Request;
use crate::jobs::undo::restore::Why;
use crate::pipeline::{self, Watch, lock};
use crate::storage as export;
use crate::storage::{Carried, Stage, Target, append};

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// What was counted, by table: those worked on, and those of the log that
    /// the export lacks.
    pub tables: BTreeMap<String, TableCounts>,
    /// The tables of the log that the export lacks.
    pub missing: Vec<String>,
    /// The tables passed through unread.
    pub copied: Vec<String>,
    /// The tables of which a byte order mark was dropped.
    pub marks: Vec<String>,
    /// The tables with records that were joined by their lines.
    pub by_line: Vec<String>,
    /// The first values that were left alone.
    pub drifted: Vec<Drift>,
    /// Whether an import of the output would replace all stored files.
    pub storage: bool,
}

/// What was counted of a table. Every line of the log about it is in one of
/// the last three counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Records.
    pub records: u64,
    /// Values that were put back.
    pub restored: u64,
    /// Values that stood there as before the run.
    pub already: u64,
    /// Values that were left alone.
    pub drifted: u64,
}

impl Undone {
    /// The counts of all tables together.
    pub fn sum(&self) -> TableCounts {
        self.tables.values().fold(TableCounts::default(), |sum, table| TableCounts {
            records: sum.records + table.records,
            restored: sum.restored + table.restored,
            already: sum.already + table.already,
            drifted: sum.drifted + table.drifted,
        })
    }
}

impl Request {
    /// Works on all tables. Output is staged in `stage` and put in place at
    /// the end; whoever shares the stage can abandon it at any time.
    ///
    /// # Errors
    /// What ended it. Nothing is left of it then.
    pub fn run(&self, stage: &Stage, watch: &dyn Watch) -> Result<Undone> {
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

    /// Nothing where records share an `_id` in a way that shows only at the
    /// end: then all is done again, with that known, and that is the last.
    fn pass(&self, stage: &Stage, watch: &dyn Watch, is_last: bool) -> Result<Option<Undone>> {
        let all = !self.options.only_changed;
        let carried = Carried::new(&self.export, all, |table| self.is_worked(table))?;
        let (feeds, total) = export::feeds(self.worked(), self.options.block_size, None)?;
        let job = Job::new(self, stage)?;
        watch.begin(total);
        let workers = pipeline::run(&self.pool, &job, &feeds, &|bytes| watch.advance(bytes))?;
        if job.has_conflict() && !is_last {
            return Ok(None);
        }
        let counts = job.counts(&workers);
        let mut listings = listings(&job);
        self.list_gone(&mut listings)?;
        self.log.check_unchanged()?;
        self.pool.install(|| job.finish(&carried, stage))?;
        self.write_drifted(stage, &mut listings)?;
        self.commit(stage)?;
        let storage = carried.holds_storage();
        Ok(Some(Undone { storage, ..self.undone(&job, &counts, listings, carried.tables()) }))
    }

    fn undone(
        &self,
        job: &Job<'_>,
        counts: &[Counts],
        listings: BTreeMap<String, Listing>,
        copied: Vec<String>,
    ) -> Undone {
        let mut tables: BTreeMap<String, TableCounts> = BTreeMap::new();
        for (table, counts) in job.tables.iter().zip(counts) {
            let Counts { records, restored, already, .. } = *counts;
            let counts = TableCounts { records, restored, already, drifted: 0 };
            tables.insert(table.table.name.clone(), counts);
        }
        for (name, listing) in &listings {
            tables.entry(name.clone()).or_default().drifted = listing.count;
        }
        let named = |is: fn(&Counts) -> bool| {
            let tables = job.tables.iter().zip(counts).filter(|(_, counts)| is(counts));
            tables.map(|(table, _)| table.table.name.clone()).collect()
        };
        Undone {
            tables,
            missing: self.missing().map(str::to_owned).collect(),
            copied,
            marks: named(|counts| counts.byte_order_mark),
            by_line: named(|counts| counts.by_line),
            drifted: listings.into_values().flat_map(|list| list.first).take(SHOWN).collect(),
            storage: false,
        }
    }

    /// Lists the values of all records that are nowhere.
    fn list_gone(&self, listings: &mut BTreeMap<String, Listing>) -> Result<()> {
        let mut reader = GroupReader::default();
        let target = self.drifted.as_ref();
        for offset in self.log.index.unused() {
            let group = reader.read(&self.log, offset)?;
            let table = &group.head.table;
            let has_table = self.worked().any(|worked| worked.name == *table);
            let why = if has_table { Why::NoRecord } else { Why::NoTable };
            let listing = match listings.get_mut(table) {
                Some(listing) => listing,
                None => listings.entry(table.clone()).or_insert(Listing::new(target)?),
            };
            gone(&group.changes, why).try_for_each(|drift| listing.add(drift, target))?;
        }
        Ok(())
    }

    fn write_drifted(&self, stage: &Stage, listings: &mut BTreeMap<String, Listing>) -> Result<()> {
        let Some(target) = &self.drifted else { return Ok(()) };
        target.write_file(stage, |out| {
            let mut pieces = listings.values_mut().filter_map(|listing| listing.lines.as_mut());
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

    /// Refuses to begin again with what can be read or written only once.
    fn check_repeatable(&self) -> Result<()> {
        let stream =
            self.worked().find(|table| !table.can_be_read_again()).map(|table| &*table.path);
        match stream.or(self.out.place().is_none().then(|| self.out.given())) {
            Some(path) => Err(Error::at(path, UndoFault::SharedIds)),
            None => Ok(()),
        }
    }
}

/// What has drifted so far, by table.
fn listings(job: &Job<'_>) -> BTreeMap<String, Listing> {
    let take = |listing| std::mem::take(&mut *lock(listing));
    let tables = job.tables.iter();
    tables.map(|table| (table.table.name.clone(), take(&table.drifted))).collect()
}
