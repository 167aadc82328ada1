//! A run: from a request to output in place, or to nothing.

use super::job::Job;
use crate::error::{Class, Error, Result};
use crate::jobs::rewrite::fault::UnmappedIds;
use crate::jobs::rewrite::request::{OnUnmapped, Options, Request};
use crate::pipeline::{self, ProgressSink};
use crate::report::{self, Facts, Report, Tally, Unmapped, Warning};
use crate::storage as export;
use crate::storage::{CarriedFiles, STORED_FILES_WARNING, Stage, Table, Target};

impl Request {
    /// Runs over all tables. Output is staged in `stage` and put in place at
    /// the end; another thread that shares the stage can abandon the run at any
    /// time.
    ///
    /// # Errors
    /// Returns the error that ended the run. No output is left then, and a
    /// report only if the data was refused.
    pub fn run(&self, stage: &Stage, watch: &dyn ProgressSink) -> Result<Report> {
        let _guard = stage.abandon_at_end();
        self.rewrite(stage, watch)
    }

    fn rewrite(&self, stage: &Stage, watch: &dyn ProgressSink) -> Result<Report> {
        let is_ruled = |table: &Table| self.options.plan.table(&table.name).is_some();
        let carried = CarriedFiles::new(&self.export, self.options.all_tables, is_ruled)
            .map_err(|error| self.refuse(stage, error))?;
        let Options { block_size, shard, .. } = self.options;
        let (feeds, total) = export::feeds(self.ruled(), block_size, shard)
            .map_err(|error| self.refuse(stage, error))?;
        let job = Job::new(self, stage, &feeds)?;
        watch.begin(total);
        let workers = pipeline::run(&self.pool, &job, &feeds, &|bytes| watch.advance(bytes));
        let tally = match workers {
            Ok(workers) => job.tally(workers),
            Err(error) => return Err(self.refuse(stage, error)),
        };
        if self.options.on_unmapped == OnUnmapped::Fail && tally.has_unmapped() {
            return Err(self.refuse_unmapped(stage, &job, &tally));
        }
        let finished = self.pool.install(|| job.finish(&carried));
        let archive = finished.map_err(|error| self.refuse(stage, error))?;
        job.write_side_files(&tally)?;
        let mut report = job.report(&tally, self.out.is_some());
        report.copied = carried.tables();
        report.archive = archive;
        if carried.holds_storage() {
            report.warnings.push(stored_files());
            report.attention |= self.options.strict;
        }
        for warning in job.patch_warnings() {
            report.warnings.push(warning);
            report.attention |= self.options.strict;
        }
        self.write_report(stage, &report)?;
        if self.options.force {
            self.allow_replacing(stage)?;
        }
        stage.commit()?;
        Ok(report)
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            timestamp: &self.options.timestamp,
            dry_run: self.options.dry_run,
            shard: self.options.shard,
            strict: self.options.strict,
            map: &self.map,
            classes: &self.classes,
            plan: &self.options.plan,
            digest: self.options.digest,
            missing: &self.missing,
            schemas: &self.schemas,
        }
    }

    /// Leaves only the report of the refused data.
    fn refuse(&self, stage: &Stage, error: Error) -> Error {
        stage.discard();
        if error.class() != Class::Data {
            return error;
        }
        let report = report::failed(self.facts(), &error);
        let unsaid = self.write_report(stage, &report).and_then(|()| stage.commit()).err();
        error.and(unsaid)
    }

    /// Leaves only the list of unmapped IDs and the report.
    fn refuse_unmapped(&self, stage: &Stage, job: &Job<'_>, tally: &Tally) -> Error {
        stage.discard();
        let ids = self.unmapped_ids(tally);
        let error = Error::new(UnmappedIds {
            total: ids.len() as u64,
            shown: ids.iter().take(10).map(|unmapped| unmapped.id.to_owned()).collect(),
            list: self.unmapped.as_ref().map(|list| list.given().to_owned()),
        });
        let left = job
            .write_unmapped(&ids)
            .and_then(|()| self.write_report(stage, &job.report(tally, false)))
            .and_then(|()| match &self.unmapped {
                Some(Target::Place(list)) if self.options.force => stage.replace(list),
                _ => Ok(()),
            })
            .and_then(|()| stage.commit());
        error.and(left.err())
    }

    /// The unmapped IDs of all tables, sorted by the threads of the run.
    pub(crate) fn unmapped_ids<'t>(&self, tally: &'t Tally) -> Vec<Unmapped<'t>> {
        self.pool.install(|| tally.unmapped())
    }

    fn write_report(&self, stage: &Stage, report: &Report) -> Result<()> {
        let Some(target) = &self.report else { return Ok(()) };
        target.write(stage, |out| out.write_all(report.to_json().as_bytes()))?;
        target.place().map_or(Ok(()), |path| stage.replace(path))
    }

    fn allow_replacing(&self, stage: &Stage) -> Result<()> {
        let out = self.out.as_ref().and_then(Target::place);
        let side =
            [&self.unmapped, &self.changes].map(|side| side.as_ref().and_then(Target::place));
        let rejects = self.rejects.as_deref().filter(|_| !self.options.dry_run);
        let paths = [out, side[0], side[1], self.options.patches.as_deref(), rejects];
        paths.into_iter().flatten().try_for_each(|path| stage.replace(path))
    }
}

/// The warning that the import of a snapshot would replace all stored files.
fn stored_files() -> Warning {
    Warning {
        code: "storage".into(),
        message: STORED_FILES_WARNING.to_owned(),
        count: 1,
        table: None,
        field: None,
        offset: None,
        values: Vec::new(),
    }
}
