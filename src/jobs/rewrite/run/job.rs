//! The work on all tables: rewrites blocks and delivers the results.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::table::{RejectFiles, TableJob};
use crate::error::{Error, Result, csv_error};
use crate::jobs::rewrite::block::{Outcome, Rewriter};
use crate::jobs::rewrite::log::{self, PlacedBlock};
use crate::jobs::rewrite::patches::{Entries, Patches};
use crate::jobs::rewrite::request::{OnInvalid, REASONS, Request};
use crate::pipeline::{Block, Feed, Ticket, Work, lock};
use crate::report::{self, FileReport, Report, TableTally, Tally, Unmapped, Warning};
use crate::storage::{CarriedFiles, Output, Sink, Stage, Table, Target, append, piece};

/// The work on all tables of a request.
pub(crate) struct Job<'r> {
    request: &'r Request,
    stage: &'r Stage,
    output: Option<Output<'r>>,
    /// The staged folder of rejects, created for the first reject.
    rejects: Mutex<Option<PathBuf>>,
    pub(crate) tables: Vec<TableJob<'r>>,
    patches: Option<Patches<'r>>,
}

/// The memory of a worker.
pub(crate) struct Worker {
    tally: Tally,
    outcome: Outcome,
    lines: Vec<u8>,
    entries: Entries,
}

impl<'r> Job<'r> {
    /// The job of a request; `feeds` are those of its tables, in order.
    pub(crate) fn new(request: &'r Request, stage: &'r Stage, feeds: &[Feed]) -> Result<Self> {
        let out = request.out.as_ref();
        let digest = request.options.digest;
        let output = out.map(|out| Output::new(out, &request.export, digest, stage)).transpose()?;
        let plans = |table: &Table| request.options.plan.table(&table.name);
        let tables = request
            .ruled()
            .zip(feeds)
            .filter_map(|(table, feed)| {
                let output = output.as_ref();
                Some(TableJob::new(request, output, stage, table, plans(table)?, feed))
            })
            .collect::<Result<Vec<_>>>()?;
        let plans = tables.iter().map(|table| (table.table, table.plan));
        let asked = (request.options.patches.as_deref(), request.options.patch_batch);
        let patches = Patches::new(asked, stage, plans)?;
        Ok(Self { request, stage, output, rejects: Mutex::new(None), tables, patches })
    }

    fn empty_tally(&self) -> Tally {
        let tables = self.tables.iter().map(|table| TableTally::new(table.plan.fields.len()));
        Tally { tables: tables.collect(), used: vec![0; self.request.map.map.rows().div_ceil(64)] }
    }

    /// The counts of all workers.
    pub(crate) fn tally(&self, workers: Vec<Worker>) -> Tally {
        let tallies = workers.into_iter().map(|worker| worker.tally);
        let mut tally = tallies.reduce(Tally::merge).unwrap_or_else(|| self.empty_tally());
        self.request.pool.install(|| tally.tables.iter_mut().for_each(TableTally::settle));
        tally
    }

    /// Adds the files that are carried over to the output, and ends it.
    pub(crate) fn finish(&self, carried: &CarriedFiles<'_>) -> Result<Option<FileReport>> {
        let Some(output) = &self.output else { return Ok(None) };
        let sinks =
            self.tables.iter().filter_map(|table| Some((table.table, table.sink.as_ref()?)));
        let archive = output.close(&sinks.collect::<Vec<_>>(), carried, self.stage)?;
        let path = self.request.out.as_ref().map(Target::given);
        Ok(path.zip(archive).map(|(path, (bytes, digest))| FileReport::new(path, bytes, digest)))
    }

    pub(crate) fn report(&self, tally: &Tally, written: bool) -> Report {
        let tables = self.tables.iter().map(|table| table.facts(written)).collect();
        report::build(self.request.facts(), tables, tally)
    }

    pub(crate) fn write_side_files(&self, tally: &Tally) -> Result<()> {
        if self.request.unmapped.is_some() {
            self.write_unmapped(&self.request.unmapped_ids(tally))?;
        }
        if let Some(target) = &self.request.changes {
            target.write_file(self.stage, |out| {
                self.tables
                    .iter()
                    .filter_map(|table| table.changes.as_ref())
                    .try_for_each(|piece| append(&mut lock(piece), out))
            })?;
        }
        self.patches.as_ref().map_or(Ok(()), Patches::finish)?;
        let Some(folder) = lock(&self.rejects).clone() else { return Ok(()) };
        let path = folder.join(format!("{REASONS}.jsonl"));
        let mut out = self.stage.create(&path)?;
        let joined = self.tables.iter().try_for_each(|table| match &mut *lock(&table.rejects) {
            Some(files) => files.raw.flush().and_then(|()| append(&mut files.reasons, &mut out)),
            None => Ok(()),
        });
        joined.map_err(|error| Error::io("cannot write", path, error))
    }

    /// The warnings about the patches.
    pub(crate) fn patch_warnings(&self) -> Vec<Warning> {
        self.patches.as_ref().map(Patches::warnings).unwrap_or_default()
    }

    /// Writes the list of unmapped IDs.
    pub(crate) fn write_unmapped(&self, ids: &[Unmapped<'_>]) -> Result<()> {
        let Some(target) = &self.request.unmapped else { return Ok(()) };
        target.write(self.stage, |out| {
            let mut rows = csv::Writer::from_writer(out);
            let header = ["source_id", "target_id", "count", "table", "field", "line"];
            rows.write_record(header).map_err(csv_error)?;
            for unmapped in ids {
                let (table, seen) = (&self.tables[unmapped.table], unmapped.seen);
                let (count, line) = (seen.count.to_string(), table.line_of(seen));
                let field = table.plan.fields[seen.field].path.as_str();
                let row = [unmapped.id, "", &count, &table.table.name, field, &line];
                rows.write_record(row).map_err(csv_error)?;
            }
            rows.flush()
        })
    }
}

impl Work for Job<'_> {
    type Worker = Worker;

    /// Seat, ordered output, input digest, output digest, changes, patches if
    /// wanted, rejects.
    fn lanes(&self) -> usize {
        6 + usize::from(self.patches.is_some())
    }

    fn worker(&self) -> Worker {
        Worker {
            tally: self.empty_tally(),
            outcome: Outcome::default(),
            lines: Vec::new(),
            entries: Entries::default(),
        }
    }

    fn end_table(&self, table: usize) -> Result<()> {
        self.tables[table].sink.as_ref().map_or(Ok(()), Sink::finish)
    }

    fn block(&self, worker: &mut Worker, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        let table = &self.tables[block.table];
        let Worker { tally, outcome, lines, entries } = worker;
        let rewriter = Rewriter {
            plan: table.plan,
            map: &self.request.map.map,
            classes: &self.request.classes,
            reject: self.request.options.on_invalid == OnInvalid::Reject,
            log: table.changes.is_some(),
            patches: self.patches.is_some(),
            checks: &table.checks,
        };
        rewriter.block(block.bytes, block.offset, block.table, tally, outcome);
        let seat = ticket.pass(|| table.take_seat(block, outcome));
        if let Some(invalid) = outcome.invalid {
            return Err(table.invalid(seat, block.offset, invalid));
        }
        outcome.sight_unmapped(&mut tally.tables[block.table], seat.lines + 1, block.offset);
        table.write(&outcome.output, seat.output, ticket)?;
        ticket.pass(|| lock(&table.input).update(block.bytes));
        ticket.pass(|| lock(&table.output).update(&outcome.output));
        let placed = PlacedBlock {
            names: &table.names,
            block: block.bytes,
            pointers: &outcome.pointers,
            first_line: table.first_line(seat),
            offset: block.offset,
        };
        self.log_changes(table, placed, outcome, lines, ticket)?;
        if let Some(patches) = &self.patches {
            patches.take(block.table, placed, outcome, entries, ticket)?;
        }
        self.set_aside(table, placed, outcome, lines, ticket)
    }
}

impl Job<'_> {
    fn log_changes(
        &self,
        table: &TableJob<'_>,
        placed: PlacedBlock<'_>,
        outcome: &Outcome,
        lines: &mut Vec<u8>,
        ticket: &mut Ticket<'_>,
    ) -> Result<()> {
        lines.clear();
        let map = &self.request.map.map;
        log::changes(placed, &outcome.edits, |edit| map.target(edit.row), lines);
        ticket.pass(|| match (&table.changes, &self.request.changes) {
            (Some(piece), Some(target)) => lock(piece)
                .write_all(lines)
                .map_err(|error| Error::io("cannot write", target.given(), error)),
            _ => Ok(()),
        })
    }

    fn set_aside(
        &self,
        table: &TableJob<'_>,
        placed: PlacedBlock<'_>,
        outcome: &Outcome,
        lines: &mut Vec<u8>,
        ticket: &mut Ticket<'_>,
    ) -> Result<()> {
        lines.clear();
        log::reasons(placed, &outcome.rejects, lines);
        ticket.pass(|| {
            if outcome.rejects.is_empty() || self.request.options.dry_run {
                return Ok(());
            }
            let Some(folder) = &self.request.rejects else { return Ok(()) };
            let mut files = lock(&table.rejects);
            let files = match &mut *files {
                Some(files) => files,
                none => none.insert(self.reject_files(&table.table.name, folder)?),
            };
            let mut raw = outcome.rejects.iter().map(|reject| &placed.block[reject.raw.clone()]);
            raw.try_for_each(|raw| files.raw.write_all(raw))
                .and_then(|()| files.reasons.write_all(lines))
                .map_err(|error| Error::io("cannot write", folder, error))
        })
    }

    fn reject_files(&self, table: &str, folder: &Path) -> Result<RejectFiles> {
        let root = {
            // Several tables may meet their first reject at the same time.
            let mut staged = lock(&self.rejects);
            match &*staged {
                Some(root) => root.clone(),
                None => staged.insert(self.stage.folder(folder, false)?).clone(),
            }
        };
        let raw = BufWriter::new(self.stage.create(&root.join(format!("{table}.jsonl")))?);
        Ok(RejectFiles { raw, reasons: piece(&Target::Place(folder.to_owned()))? })
    }
}
