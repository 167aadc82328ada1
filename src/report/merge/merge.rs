//! Puts the reports of all shards together.

use super::shard_report::ShardReport;

use super::tally;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::fault::MergeFault;
use super::frame::MergeFrame;
use super::mismatch::properties;

use crate::error::{Error, Result};
use crate::pipeline::Shard;
use crate::report::model::{FileReport, PartReport, Report, TableReport};
use crate::report::verdict::{Inconsistency, first_gap};

/// Merges reports of shards, added in any order. Keeps only their counts, and
/// each unmapped ID once.
#[derive(Debug, Default)]
pub struct Merge {
    frame: Option<MergeFrame>,
    pieces: BTreeMap<u64, ShardReport>,
    unmapped: BTreeSet<String>,
}

impl Merge {
    /// Adds the report that was read from `path`.
    ///
    /// # Errors
    /// Returns an error if it is no complete report of a shard, or belongs to
    /// another run.
    pub fn add(&mut self, path: &Path, report: Report) -> Result<()> {
        self.take(path, report).map_err(|fault| Error::at(path, fault))
    }

    fn take(&mut self, path: &Path, mut report: Report) -> Result<(), MergeFault> {
        let shard = shard(&report)?;
        let ShardTable { name, table, input, unmapped } = take_table(&mut report, shard)?;
        let properties = properties(&report, &name, &input, shard);
        let frame = match &mut self.frame {
            Some(frame) => frame.meet(path, &report, properties, shard).map(|()| frame)?,
            None => self.frame.insert(MergeFrame::new(path, &report, name, properties, shard)?),
        };
        if let Some(known) = self.pieces.get(&shard.number()) {
            return Err(MergeFault::Doubled { shard, other: known.path.clone() });
        }
        let Report { warnings, timestamp, strict, attention, .. } = report;
        let piece = ShardReport {
            path: path.to_owned(),
            timestamp,
            tally: tally::of_table(frame.plan(), &table, &warnings, shard),
            patches: tally::of_patches(&warnings),
            part: PartReport { input, output: table.output },
            strict,
            attention,
        };
        self.pieces.insert(shard.number(), piece);
        self.unmapped.extend(unmapped);
        Ok(())
    }

    /// The merged report.
    ///
    /// # Errors
    /// Returns an error if a shard is missing, or the shards do not make up the
    /// file.
    pub fn finish(self) -> Result<Report> {
        self.join().map_err(Error::new)
    }

    fn join(self) -> Result<Report, MergeFault> {
        let Self { frame, pieces, unmapped } = self;
        let frame = frame.ok_or(MergeFault::Nothing)?;
        let of = frame.shards();
        let missing = of.saturating_sub(pieces.len() as u64);
        if missing > 0 {
            let numbers = (1..=of).filter(|number| !pieces.contains_key(number));
            let first = numbers.take(MergeFault::NAMED).collect();
            return Err(MergeFault::Missing { first, count: missing, of });
        }
        if let Some(gap) = first_gap(pieces.values().map(|piece| &piece.part.input)) {
            let number = gap.part as u64 + 1;
            return Err(MergeFault::Gap { number, of, begin: gap.begin, end: gap.end });
        }
        Ok(frame.report(pieces.into_values().collect(), unmapped))
    }
}

/// The shard of a report.
fn shard(report: &Report) -> Result<Shard, MergeFault> {
    let Some(shard) = &report.shard else {
        let is_merged = report.tables.iter().flatten().any(|(_, table)| !table.parts.is_empty());
        return Err(if is_merged { MergeFault::Merged } else { MergeFault::Whole });
    };
    shard.parse().map_err(|_| MergeFault::NoShard(shard.clone()))
}

/// What the report of a shard says about its table.
struct ShardTable {
    name: String,
    table: TableReport,
    input: FileReport,
    unmapped: Vec<String>,
}

/// Takes the table out of a report that is complete and consistent.
fn take_table(report: &mut Report, shard: Shard) -> Result<ShardTable, MergeFault> {
    if report.error.is_some() || report.tables.is_none() {
        return Err(MergeFault::Refused { shard, error: report.error.clone() });
    }
    if let Some(inconsistency) = report.inconsistencies().first() {
        return Err(MergeFault::inconsistency(shard, *inconsistency));
    }
    let mut tables = report.tables.take().unwrap_or_default();
    let Some((name, mut table)) = tables.pop_first().filter(|_| tables.is_empty()) else {
        return Err(MergeFault::Tables(shard));
    };
    let Some(input) = table.input.take().filter(|input| input.file_bytes.is_some()) else {
        return Err(MergeFault::inconsistency(shard, Inconsistency::NoInput(&name)));
    };
    let unmapped = std::mem::take(&mut table.unmapped);
    let is_list = unmapped.is_sorted_by(|one, next| one < next);
    if !is_list || unmapped.len() as u64 != table.unmapped_total {
        return Err(MergeFault::inconsistency(shard, Inconsistency::Unmapped(&name)));
    }
    Ok(ShardTable { name, table, input, unmapped })
}
