//! The run over all tables: opens, rewrites, accounts, and puts in place.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::block::{Outcome, Rewriter};
use super::carry::Carried;
use super::log::{self, Placed};
use super::request::{OnInvalid, OnUnmapped, Request};
use crate::digest::Hasher;
use crate::error::{Class, Error, ErrorKind, Location, Result};
use crate::export::{Sink, Stage, Table, Target};
use crate::pipeline::{self, Block, Feed, Ticket, Work};
use crate::report::{self, Facts, FileReport, Report, TableFacts, TableTally, Tally};
use crate::rules::TablePlan;

/// Hears how far a run has come.
pub trait Watch: Sync {
    /// The run begins; `total` is the bytes to read, where that is known.
    fn begin(&self, total: Option<u64>);
    /// So many more bytes are done.
    fn advance(&self, bytes: u64);
}

/// Nobody watches.
impl Watch for () {
    fn begin(&self, _total: Option<u64>) {}
    fn advance(&self, _bytes: u64) {}
}

impl Request {
    /// Runs over all tables. Output is staged in `stage` and put in place at
    /// the end; whoever shares the stage can abandon the run at any time.
    ///
    /// # Errors
    /// What ended the run. Nothing but the report is left of it then, and
    /// that only where the data was refused.
    pub fn run(&self, stage: &Stage, watch: &dyn Watch) -> Result<Report> {
        self.rewrite(stage, watch).inspect_err(|_| stage.abandon())
    }

    fn rewrite(&self, stage: &Stage, watch: &dyn Watch) -> Result<Report> {
        let pool = pipeline::pool(self.options.threads)?;
        let carried = Carried::new(self).map_err(|error| self.refuse(stage, error))?;
        let (feeds, total) = self.feeds()?;
        let job = Job::new(self, stage)?;
        watch.begin(total);
        let workers = pipeline::run(&pool, &job, &feeds, &|bytes| watch.advance(bytes));
        let tally = match workers.and_then(|workers| check_unchanged(&feeds).map(|()| workers)) {
            Ok(workers) => workers.into_iter().fold(job.empty_tally(), |a, b| a.merge(b.tally)),
            Err(error) => return Err(self.refuse(stage, error)),
        };
        if self.options.on_unmapped == OnUnmapped::Fail && !tally.unmapped().is_empty() {
            return Err(self.refuse_unmapped(stage, &job, &tally));
        }
        job.finish()?;
        if let Some(root) = &job.root {
            pool.install(|| carried.write(root, stage))?;
        }
        job.write_side_files(&tally)?;
        let mut report = job.report(&tally, self.out.is_some());
        report.copied = carried.tables();
        carried.warn(&mut report);
        self.write_report(stage, &report)?;
        if self.options.force {
            self.allow_replacing(stage)?;
        }
        stage.commit()?;
        Ok(report)
    }

    fn feeds(&self) -> Result<(Vec<Feed>, Option<u64>)> {
        let mut feeds = Vec::new();
        let mut total = Some(0);
        for table in self.ruled() {
            let (feed, size) = table.feed(self.options.block_size)?;
            feeds.push(feed);
            total = total.zip(size).map(|(sum, size)| sum + size);
        }
        Ok((feeds, total))
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            timestamp: &self.options.timestamp,
            dry_run: self.options.dry_run,
            strict: self.options.strict,
            map: &self.map,
            plan: &self.options.plan,
            missing: &self.missing,
        }
    }

    /// Leaves nothing but the report of refused data.
    fn refuse(&self, stage: &Stage, error: Error) -> Error {
        stage.keep_only(&[]);
        if error.class() != Class::Data {
            return error;
        }
        let report = report::failed(self.facts(), &error);
        self.write_report(stage, &report).and_then(|()| stage.commit()).err().unwrap_or(error)
    }

    /// Leaves nothing but the list of the unmapped and the report.
    fn refuse_unmapped(&self, stage: &Stage, job: &Job<'_>, tally: &Tally) -> Error {
        stage.keep_only(&[]);
        let ids = tally.unmapped();
        let error = Error::new(ErrorKind::Unmapped {
            total: ids.len() as u64,
            shown: ids.keys().take(10).map(|id| (*id).to_owned()).collect(),
            list: self.unmapped.as_ref().map(|list| list.given().to_owned()),
        });
        let left = job
            .write_unmapped(tally)
            .and_then(|()| self.write_report(stage, &job.report(tally, false)))
            .and_then(|()| match &self.unmapped {
                Some(Target::Place(list)) if self.options.force => stage.replace(list),
                _ => Ok(()),
            })
            .and_then(|()| stage.commit());
        left.err().unwrap_or(error)
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
        let paths = [out, side[0], side[1], rejects];
        paths.into_iter().flatten().try_for_each(|path| stage.replace(path))
    }
}

fn check_unchanged(feeds: &[Feed]) -> Result<()> {
    feeds.iter().try_for_each(|feed| match feed {
        Feed::File(file) => file.check_unchanged(),
        Feed::Stream(_) => Ok(()),
    })
}

/// The work on all tables of a request.
struct Job<'r> {
    request: &'r Request,
    stage: &'r Stage,
    /// The staged output folder.
    root: Option<PathBuf>,
    /// The staged folder of rejects, made for the first of them.
    rejects: Mutex<Option<PathBuf>>,
    tables: Vec<TableJob<'r>>,
}

/// One table: what is known in order about it, and where its bytes go.
struct TableJob<'r> {
    table: &'r Table,
    plan: &'r TablePlan,
    sink: Option<Sink>,
    seat: Mutex<Seat>,
    input: Mutex<Hasher>,
    output: Mutex<Hasher>,
    /// The lines of the change log, joined at the end.
    changes: Option<Mutex<BufWriter<File>>>,
    rejects: Mutex<Option<RejectFiles>>,
}

struct RejectFiles {
    raw: BufWriter<File>,
    /// The lines of the list of reasons, joined at the end.
    reasons: BufWriter<File>,
}

/// What comes before a block in its table.
#[derive(Debug, Clone, Copy, Default)]
struct Seat {
    lines: u64,
    input: u64,
    output: u64,
}

/// What a worker keeps.
pub(super) struct Worker {
    tally: Tally,
    outcome: Outcome,
    lines: Vec<u8>,
}

impl<'r> Job<'r> {
    fn new(request: &'r Request, stage: &'r Stage) -> Result<Self> {
        let root = match &request.out {
            Some(Target::Place(out)) if request.export.is_folder() => {
                Some(stage.folder(out, true)?)
            }
            _ => None,
        };
        let plans = |table: &Table| request.options.plan.table(&table.name);
        let tables = request
            .ruled()
            .filter_map(|table| {
                Some(TableJob::new(request, stage, root.as_deref(), table, plans(table)?))
            })
            .collect::<Result<_>>()?;
        Ok(Self { request, stage, root, rejects: Mutex::new(None), tables })
    }

    fn empty_tally(&self) -> Tally {
        let tables = self.tables.iter().map(|table| TableTally::new(table.plan.fields.len()));
        Tally { tables: tables.collect(), used: vec![0; self.request.map.map.rows().div_ceil(64)] }
    }

    /// Flushes the tables.
    fn finish(&self) -> Result<()> {
        self.tables.iter().filter_map(|table| table.sink.as_ref()).try_for_each(Sink::flush)
    }

    fn report(&self, tally: &Tally, written: bool) -> Report {
        let tables = self.tables.iter().map(|table| table.facts(self.request, written)).collect();
        report::build(self.request.facts(), tables, tally)
    }

    fn write_side_files(&self, tally: &Tally) -> Result<()> {
        self.write_unmapped(tally)?;
        if let Some(target) = &self.request.changes {
            target.write(self.stage, |out| {
                self.tables
                    .iter()
                    .filter_map(|table| table.changes.as_ref())
                    .try_for_each(|piece| append(&mut lock(piece), out))
            })?;
        }
        let Some(folder) = lock(&self.rejects).clone() else { return Ok(()) };
        let path = folder.join("reasons.jsonl");
        let mut out = BufWriter::new(self.stage.create(&path)?);
        let joined = self.tables.iter().try_for_each(|table| match &mut *lock(&table.rejects) {
            Some(files) => files.raw.flush().and_then(|()| append(&mut files.reasons, &mut out)),
            None => Ok(()),
        });
        joined.and_then(|()| out.flush()).map_err(|error| Error::io("cannot write", path, error))
    }

    /// Writes the template for unmapped IDs.
    fn write_unmapped(&self, tally: &Tally) -> Result<()> {
        let Some(target) = &self.request.unmapped else { return Ok(()) };
        target.write(self.stage, |out| {
            let mut rows = csv::Writer::from_writer(out);
            rows.write_record(["source_id", "target_id", "count", "table", "field", "line"])?;
            for (id, (table, seen)) in tally.unmapped() {
                let table = &self.tables[table];
                let (count, line) = (seen.count.to_string(), seen.line.to_string());
                let field = &table.plan.fields[seen.field].path;
                rows.write_record([id, "", &count, &table.table.name, field, &line])?;
            }
            rows.flush()
        })
    }
}

/// Appends a finished piece to what it belongs to.
fn append(piece: &mut BufWriter<File>, out: &mut dyn Write) -> io::Result<()> {
    piece.flush()?;
    let file = piece.get_mut();
    file.rewind()?;
    io::copy(file, out).map(drop)
}

impl Work for Job<'_> {
    type Worker = Worker;

    /// Seat, ordered output, input digest, output digest, changes, rejects.
    fn lanes(&self) -> usize {
        6
    }

    fn worker(&self) -> Worker {
        Worker { tally: self.empty_tally(), outcome: Outcome::default(), lines: Vec::new() }
    }

    fn block(&self, worker: &mut Worker, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        let table = &self.tables[block.table];
        let Worker { tally, outcome, lines } = worker;
        let rewriter = Rewriter {
            plan: table.plan,
            map: &self.request.map.map,
            reject: self.request.options.on_invalid == OnInvalid::Reject,
            log: table.changes.is_some(),
        };
        rewriter.block(block.bytes, block.offset, block.table, tally, outcome);
        let seat = ticket.pass(|| table.take_seat(block.bytes, outcome));
        if let Some((line, fault)) = outcome.invalid {
            let place = Location {
                file: table.table.path.clone(),
                line: Some(seat.lines + line + 1),
                column: Some(fault.at as u64 + 1),
            };
            return Err(Error::new(ErrorKind::InvalidRecord(fault.kind)).located(place));
        }
        outcome.sight_unmapped(&mut tally.tables[block.table], seat.lines + 1, block.offset);
        table.write(&outcome.output, seat.output, ticket)?;
        ticket.pass(|| lock(&table.input).update(block.bytes));
        ticket.pass(|| lock(&table.output).update(&outcome.output));
        let placed = Placed {
            table: &table.table.name,
            block: block.bytes,
            first_line: seat.lines + 1,
            offset: block.offset,
        };
        self.log_changes(table, placed, outcome, lines, ticket)?;
        self.set_aside(table, placed, outcome, lines, ticket)
    }
}

impl Job<'_> {
    fn log_changes(
        &self,
        table: &TableJob<'_>,
        placed: Placed<'_>,
        outcome: &Outcome,
        lines: &mut Vec<u8>,
        ticket: &mut Ticket<'_>,
    ) -> Result<()> {
        lines.clear();
        let map = &self.request.map.map;
        log::changes(placed, table.plan, &outcome.edits, |edit| map.target(edit.row), lines);
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
        placed: Placed<'_>,
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
            // Several tables may meet their first reject at once.
            let mut staged = lock(&self.rejects);
            match &*staged {
                Some(root) => root.clone(),
                None => staged.insert(self.stage.folder(folder, false)?).clone(),
            }
        };
        let raw = BufWriter::new(self.stage.create(&root.join(format!("{table}.jsonl")))?);
        Ok(RejectFiles { raw, reasons: piece(folder)? })
    }
}

/// A file without a name, for lines that are joined at the end.
fn piece(wanted_for: &Path) -> Result<BufWriter<File>> {
    let file = tempfile::tempfile();
    file.map(BufWriter::new).map_err(|error| Error::io("cannot write", wanted_for, error))
}

impl<'r> TableJob<'r> {
    fn new(
        request: &'r Request,
        stage: &Stage,
        root: Option<&Path>,
        table: &'r Table,
        plan: &'r TablePlan,
    ) -> Result<Self> {
        let sink = match (root, &request.out) {
            (Some(root), Some(out)) => {
                let file = stage.create(&root.join(&table.relative))?;
                Some(Sink::file(file, &out.given().join(&table.relative)))
            }
            (None, Some(out)) => Some(Sink::open(out, stage)?),
            (_, None) => None,
        };
        let changes = request.changes.as_ref().map(|target| piece(target.given()));
        let hasher = || Mutex::new(Hasher::new(request.options.digest));
        Ok(Self {
            table,
            plan,
            sink,
            seat: Mutex::default(),
            input: hasher(),
            output: hasher(),
            changes: changes.transpose()?.map(Mutex::new),
            rejects: Mutex::new(None),
        })
    }

    fn take_seat(&self, block: &[u8], outcome: &Outcome) -> Seat {
        let mut next = lock(&self.seat);
        let seat = *next;
        next.lines += outcome.lines;
        next.input += block.len() as u64;
        next.output += outcome.output.len() as u64;
        seat
    }

    fn write(&self, output: &[u8], offset: u64, ticket: &mut Ticket<'_>) -> Result<()> {
        match &self.sink {
            Some(sink) if sink.is_ordered() => ticket.pass(|| sink.append(output)),
            sink => {
                ticket.pass(|| ());
                sink.as_ref().map_or(Ok(()), |sink| sink.write_at(output, offset))
            }
        }
    }

    fn facts(&self, request: &Request, written: bool) -> TableFacts<'_> {
        let seat = *lock(&self.seat);
        let output = match (&request.out, request.export.is_folder()) {
            _ if !written => None,
            (Some(out), true) => Some(out.given().join(&self.table.relative)),
            (Some(out), false) => Some(out.given().to_owned()),
            (None, _) => None,
        };
        TableFacts {
            name: &self.table.name,
            plan: self.plan,
            input: FileReport::new(&self.table.path, seat.input, lock(&self.input).finish()),
            output: output
                .map(|path| FileReport::new(&path, seat.output, lock(&self.output).finish())),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
