//! Puts the reports of all shards of a file together, to that of one run.

mod fault;
mod strange;
mod tally;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use fault::MergeFault;
use jiff::Timestamp;
pub use strange::Strange;
use strange::{Mark, marks};

use super::build::{LISTED, needs_attention, table};
use super::parts::first_gap;
use super::{
    Doubt, FileReport, MapReport, PartReport, PatchTally, Report, Summary, TableReport, TableTally,
    Warning, of_patches, warnings,
};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::Shard;
use crate::rules::TablePlan;

/// The reports of shards, put together as they come, in any order. Of each no
/// more is kept than its counts; of their unmapped IDs each once.
#[derive(Debug, Default)]
pub struct Merge {
    frame: Option<Frame>,
    pieces: BTreeMap<u64, Piece>,
    unmapped: BTreeSet<String>,
}

/// The report that came first: what it says besides its counts, all others say,
/// too.
#[derive(Debug)]
struct Frame {
    path: PathBuf,
    report: Report,
    table: String,
    plan: TablePlan,
    marks: Vec<Mark>,
    of: u64,
}

/// What the report of a shard says on its own.
#[derive(Debug)]
struct Piece {
    path: PathBuf,
    timestamp: String,
    part: PartReport,
    tally: TableTally,
    patches: PatchTally,
    strict: bool,
    attention: bool,
}

impl Merge {
    /// Adds the report that was read from `path`.
    ///
    /// # Errors
    /// Where it is no complete report of a shard, or does not belong to the
    /// others.
    pub fn add(&mut self, path: &Path, report: Report) -> Result<()> {
        self.take(path, report).map_err(|fault| Error::at(path, ErrorKind::Merge(fault)))
    }

    fn take(&mut self, path: &Path, mut report: Report) -> Result<(), MergeFault> {
        let shard = shard(&report)?;
        let Taken { name, table, input, unmapped } = take_table(&mut report, shard)?;
        let marks = marks(&report, &name, &input, shard);
        let frame = match &self.frame {
            Some(frame) => frame.compare(marks, shard).map(|()| frame)?,
            None => self.frame.insert(Frame::new(path, &report, name, marks, shard)?),
        };
        if let Some(known) = self.pieces.get(&shard.number()) {
            return Err(MergeFault::Doubled { shard, other: known.path.clone() });
        }
        let Report { warnings, timestamp, strict, attention, .. } = report;
        let piece = Piece {
            path: path.to_owned(),
            timestamp,
            tally: tally::of_table(&frame.plan, &table, &warnings, shard),
            patches: tally::of_patches(&warnings),
            part: PartReport { input, output: table.output },
            strict,
            attention,
        };
        self.pieces.insert(shard.number(), piece);
        self.unmapped.extend(unmapped);
        Ok(())
    }

    /// The report of all shards together.
    ///
    /// # Errors
    /// Where one is missing, or they do not make up the file.
    pub fn finish(self) -> Result<Report> {
        self.check().map_err(|fault| Error::new(ErrorKind::Merge(fault)))?;
        let Self { frame, pieces, unmapped } = self;
        let Some(frame) = frame else {
            return Err(Error::new(ErrorKind::Merge(MergeFault::Nothing)));
        };
        Ok(frame.report(pieces.into_values().collect(), unmapped))
    }

    fn check(&self) -> Result<(), MergeFault> {
        let of = self.frame.as_ref().map_or(0, |frame| frame.of);
        let missing = of.saturating_sub(self.pieces.len() as u64);
        if missing > 0 {
            let missing_ones = (1..=of).filter(|number| !self.pieces.contains_key(number));
            let first = missing_ones.take(MergeFault::NAMED).collect();
            return Err(MergeFault::Missing { first, count: missing, of });
        }
        let gap = first_gap(self.pieces.values().map(|piece| &piece.part.input));
        gap.map_or(Ok(()), |gap| {
            let number = gap.part as u64 + 1;
            Err(MergeFault::Gap { number, of, begin: gap.begin, end: gap.end })
        })
    }
}

/// The shard whose report it is.
fn shard(report: &Report) -> Result<Shard, MergeFault> {
    let Some(shard) = &report.shard else { return Err(MergeFault::Whole) };
    shard.parse().map_err(|_| MergeFault::NoShard(shard.clone()))
}

/// What a report says of the table of its shard.
struct Taken {
    name: String,
    table: TableReport,
    input: FileReport,
    unmapped: Vec<String>,
}

/// Takes its table out of a report that is complete and balances.
fn take_table(report: &mut Report, shard: Shard) -> Result<Taken, MergeFault> {
    if report.error.is_some() || report.tables.is_none() {
        return Err(MergeFault::Refused { shard, error: report.error.clone() });
    }
    if let Some(doubt) = report.doubts().first() {
        return Err(MergeFault::doubt(shard, *doubt));
    }
    let mut tables = report.tables.take().unwrap_or_default();
    let Some((name, mut table)) = tables.pop_first().filter(|_| tables.is_empty()) else {
        return Err(MergeFault::Tables(shard));
    };
    let Some(input) = table.input.take().filter(|input| input.file_bytes.is_some()) else {
        return Err(MergeFault::doubt(shard, Doubt::NoInput(&name)));
    };
    let unmapped = std::mem::take(&mut table.unmapped);
    if unmapped.len() as u64 != table.unmapped_total {
        return Err(MergeFault::doubt(shard, Doubt::Unmapped(&name)));
    }
    Ok(Taken { name, table, input, unmapped })
}

impl Frame {
    fn new(
        path: &Path,
        report: &Report,
        table: String,
        marks: Vec<Mark>,
        shard: Shard,
    ) -> Result<Self, MergeFault> {
        let plan = tally::plan(&report.rules, &table)
            .ok_or_else(|| MergeFault::doubt(shard, Doubt::Fields(&table)))?;
        let (path, report) = (path.to_owned(), report.clone());
        Ok(Self { path, report, table, plan, marks, of: shard.of() })
    }

    /// Refuses the report of a shard of another run.
    fn compare(&self, marks: Vec<Mark>, shard: Shard) -> Result<(), MergeFault> {
        match Strange::first(marks, &self.marks) {
            None => Ok(()),
            Some(strange) => Err(MergeFault::Foreign { shard, strange, first: self.path.clone() }),
        }
    }

    /// The report of these shards, which are all of them, in their order.
    fn report(self, pieces: Vec<Piece>, unmapped: BTreeSet<String>) -> Report {
        let (strict, attention) = pieces.iter().fold((false, false), |(strict, open), piece| {
            (strict | piece.strict, open | piece.attention)
        });
        let timestamp = latest(&pieces).unwrap_or_default();
        let mut tally = TableTally::new(self.plan.fields.len());
        let (mut patches, mut parts) = (PatchTally::default(), Vec::with_capacity(pieces.len()));
        for piece in pieces {
            tally.merge(piece.tally);
            patches.merge(piece.patches);
            parts.push(piece.part);
        }
        let warnings = self.warnings(&tally, patches);
        let total = unmapped.len() as u64;
        let unmapped = unmapped.into_iter().take(LISTED).collect();
        let counts = table(&self.plan, &tally, (unmapped, total));
        let mut summary = Summary { total_unmapped: total, ..Summary::default() };
        summary.add(&tally);
        let open = needs_attention(&self.plan, &tally) || strict && !warnings.is_empty();
        Report {
            timestamp,
            shard: None,
            strict: false,
            map: MapReport { unused: None, ..self.report.map },
            tables: Some(BTreeMap::from([(self.table, TableReport { parts, ..counts })])),
            summary: Some(summary),
            warnings,
            attention: attention || open,
            ..self.report
        }
    }

    /// What one run would warn of: of its map as each shard does, of the rest by
    /// the counts of all.
    fn warnings(&self, tally: &TableTally, patches: PatchTally) -> Vec<Warning> {
        let of_run = self.report.warnings.iter().filter(|warning| warning.table.is_none());
        let (of_batch, mut all): (Vec<_>, Vec<_>) = of_run.cloned().partition(Warning::is_of_batch);
        warnings::of_run(std::slice::from_ref(tally), &mut all);
        warnings::of_table(&self.table, &self.plan, tally, &mut all);
        all.extend(of_batch);
        all.extend(of_patches(&self.table, patches));
        all.iter_mut().for_each(|warning| warning.values.clear());
        all
    }
}

/// When the last of the shards was run.
fn latest(pieces: &[Piece]) -> Option<String> {
    let timestamps = pieces.iter().map(|piece| &piece.timestamp);
    timestamps.max_by_key(|timestamp| timestamp.parse::<Timestamp>().ok()).cloned()
}
