//! What the reports of all shards have in common, and the merged report made
//! from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::fault::MergeFault;
use super::mismatch::{Mismatch, Property};
use super::shard_report::ShardReport;
use super::tally;
use crate::pipeline::Shard;
use crate::report::build::{LISTED, needs_attention, table};
use crate::report::model::{MapReport, Report, Summary, TableReport, Warning};
use crate::report::tally::{PatchTally, TableTally};
use crate::report::verdict::Inconsistency;
use crate::report::warnings::{of_patches, run as warnings};
use crate::rules::TablePlan;

/// The report of the shard that was added first, without its counts. All others
/// have to agree with it.
#[derive(Debug)]
pub(crate) struct MergeFrame {
    path: PathBuf,
    report: Report,
    shard: Shard,
    table: String,
    plan: TablePlan,
    properties: Vec<Property>,
}

impl MergeFrame {
    /// The frame of the report at `path`, whose table has been taken out.
    pub(crate) fn new(
        path: &Path,
        report: &Report,
        table: String,
        properties: Vec<Property>,
        shard: Shard,
    ) -> Result<Self, MergeFault> {
        let plan = tally::plan(&report.rules, &table)
            .ok_or_else(|| MergeFault::inconsistency(shard, Inconsistency::Fields(&table)))?;
        let (path, report) = (path.to_owned(), report.clone());
        Ok(Self { path, report, shard, table, plan, properties })
    }

    /// The number of shards.
    pub(crate) fn shards(&self) -> u64 {
        self.shard.of()
    }

    /// The plan of the table.
    pub(crate) fn plan(&self) -> &TablePlan {
        &self.plan
    }

    /// Refuses the report of a shard of another run. If its shard is an earlier
    /// one, it replaces the frame, so that the order of adding does not show.
    pub(crate) fn meet(
        &mut self,
        path: &Path,
        report: &Report,
        properties: Vec<Property>,
        shard: Shard,
    ) -> Result<(), MergeFault> {
        if let Some(mismatch) = Mismatch::first(properties, &self.properties).map(Box::new) {
            return Err(MergeFault::Foreign { shard, mismatch, first: self.path.clone() });
        }
        if shard < self.shard {
            (self.path, self.report, self.shard) = (path.to_owned(), report.clone(), shard);
        }
        Ok(())
    }

    /// The merged report of all shards, given in order.
    pub(crate) fn report(self, pieces: Vec<ShardReport>, unmapped: BTreeSet<String>) -> Report {
        let timestamp = latest(&pieces).unwrap_or_default();
        let strict = pieces.iter().any(|piece| piece.strict);
        let of_shards = pieces.iter().any(|piece| piece.attention);
        let mut tally = TableTally::new(self.plan.fields.len());
        let (mut patches, mut is_written) = (PatchTally::default(), true);
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            tally.merge(piece.tally);
            patches.merge(piece.patches);
            is_written &= piece.part.output.is_some();
            parts.push(piece.part);
        }
        // A run that refuses its data writes no patches.
        let patches = (is_written || self.report.dry_run).then_some(patches);
        let warnings = self.warnings(&tally, patches);
        let attention =
            of_shards || needs_attention(&self.plan, &tally) || strict && !warnings.is_empty();
        let total = unmapped.len() as u64;
        let unmapped = unmapped.into_iter().take(LISTED).collect();
        let counts = table(&self.plan, &tally, (unmapped, total));
        let mut summary = Summary { total_unmapped: total, ..Summary::default() };
        summary.add(&tally);
        Report {
            timestamp,
            shard: None,
            strict: false,
            map: MapReport { unused: None, ..self.report.map },
            tables: Some(BTreeMap::from([(self.table, TableReport { parts, ..counts })])),
            summary: Some(summary),
            warnings,
            attention,
            ..self.report
        }
    }

    /// The warnings of a single run: those about the map as each shard has
    /// them, the others from the merged counts.
    fn warnings(&self, tally: &TableTally, patches: Option<PatchTally>) -> Vec<Warning> {
        let of_run = self.report.warnings.iter().filter(|warning| warning.table.is_none());
        let (of_batch, mut all): (Vec<_>, Vec<_>) = of_run.cloned().partition(Warning::is_of_batch);
        warnings::of_run(std::slice::from_ref(tally), &mut all);
        warnings::of_table(&self.table, &self.plan, tally, &mut all);
        if let Some(patches) = patches {
            all.extend(of_batch);
            all.extend(of_patches(&self.table, patches));
        }
        all.iter_mut().for_each(|warning| warning.values.clear());
        all
    }
}

/// The time of the last run.
fn latest(pieces: &[ShardReport]) -> Option<String> {
    let timestamps = pieces.iter().map(|piece| &piece.timestamp);
    timestamps.max_by_key(|timestamp| timestamp.parse::<Timestamp>().ok()).cloned()
}
