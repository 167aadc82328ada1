//! The work on all tables: joins records and log, and puts old values back.

use std::sync::atomic::{AtomicBool, Ordering};

use super::drift::Drift;
use super::table::TableJob;
use crate::error::{Error, Location, Result};
use crate::jobs::undo::log::{Change, GroupReader, Key};
use crate::jobs::undo::request::Request;
use crate::jobs::undo::restore::{Fate, Joined, Joiner, Pending, Why};
use crate::json::{Found, Names, Scanner, Verdict, mark_length};
use crate::pipeline::{Block, Ticket, Work, lock};
use crate::storage::{Carried, Digest, Output, Stage};

/// The work on all tables of a request.
pub(crate) struct Job<'r> {
    request: &'r Request,
    output: Output<'r>,
    pub(crate) tables: Vec<TableJob<'r>>,
    id: Names,
    /// Whether lines of the log were given to a record that was not theirs.
    conflict: AtomicBool,
}

/// What a worker keeps.
pub(crate) struct Worker {
    counts: Vec<Counts>,
    scanner: Scanner,
    found: Found,
    reader: GroupReader,
    output: Vec<u8>,
}

/// What was counted of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) records: u64,
    pub(crate) restored: u64,
    pub(crate) already: u64,
    pub(crate) byte_order_mark: bool,
    /// Whether records were joined by their lines.
    pub(crate) by_line: bool,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.restored += other.restored;
        self.already += other.already;
        self.byte_order_mark |= other.byte_order_mark;
        self.by_line |= other.by_line;
    }
}

impl<'r> Job<'r> {
    pub(crate) fn new(request: &'r Request, stage: &Stage) -> Result<Self> {
        let output = Output::new(&request.out, &request.export, Digest::None, stage)?;
        let tables = request.worked();
        let tables = tables.map(|table| TableJob::new(request, &output, stage, table));
        let tables = tables.collect::<Result<_>>()?;
        Ok(Self {
            request,
            output,
            tables,
            id: Names::new(["_id"]),
            conflict: AtomicBool::new(false),
        })
    }

    /// What all workers counted, by table.
    pub(crate) fn counts(&self, workers: &[Worker]) -> Vec<Counts> {
        let mut counts = vec![Counts::default(); self.tables.len()];
        for worker in workers {
            counts.iter_mut().zip(&worker.counts).for_each(|(sum, more)| sum.add(*more));
        }
        counts
    }

    /// Whether the tables have to be read again.
    pub(crate) fn has_conflict(&self) -> bool {
        self.conflict.load(Ordering::Relaxed)
    }

    /// Adds to the output what goes along, and ends it.
    pub(crate) fn finish(&self, carried: &Carried<'_>, stage: &Stage) -> Result<()> {
        let tables: Vec<_> = self.tables.iter().map(|table| (table.table, &table.sink)).collect();
        self.output.close(&tables, carried, stage).map(drop)
    }
}

impl Work for Job<'_> {
    type Worker = Worker;

    /// Lines, claims, place of output, output, drifted values.
    fn lanes(&self) -> usize {
        5
    }

    fn worker(&self) -> Worker {
        Worker {
            counts: vec![Counts::default(); self.tables.len()],
            scanner: Scanner::default(),
            found: Found::default(),
            reader: GroupReader::default(),
            output: Vec::new(),
        }
    }

    fn end_table(&self, table: usize) -> Result<()> {
        self.tables[table].sink.finish()
    }

    fn block(&self, worker: &mut Worker, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        let table = &self.tables[block.table];
        let from = if block.offset == 0 { mark_length(block.bytes) } else { 0 };
        let Worker { counts, scanner, found, reader, output } = worker;
        let counts = &mut counts[block.table];
        counts.byte_order_mark |= from > 0;
        scanner.scan(block.bytes, from, &self.id, true, found);
        let before = ticket.pass(|| table.lines.pass(found.lines.len() as u64));
        check(table, found, before)?;
        counts.records += found.lines.len() as u64;
        let mut joiner = Joiner { log: &self.request.log, reader, block: block.bytes };
        let pending = look_up(&mut joiner, &table.table.name, found, from, before)?;
        counts.by_line |= pending.iter().any(Pending::is_by_line);
        let joined = ticket.pass(|| self.claim(&mut joiner, pending))?;
        output.clear();
        splice(block.bytes, from, &joined, output);
        account(&joined, counts);
        table.write(output, ticket)?;
        ticket.pass(|| list(self.request, table, block.bytes, &joined))
    }
}

impl Job<'_> {
    /// Decides which lines of the log are whose, in the order of records.
    fn claim(
        &self,
        joiner: &mut Joiner<'_>,
        pending: Vec<Pending<'_>>,
    ) -> Result<Vec<(u64, Joined)>> {
        let mut all = Vec::with_capacity(pending.len());
        for pending in pending {
            let line = pending.line;
            let conflict = || self.conflict.store(true, Ordering::Relaxed);
            all.extend(joiner.claim(pending, conflict)?.map(|joined| (line, joined)));
        }
        Ok(all)
    }
}

/// Refuses a line that is no record.
fn check(table: &TableJob<'_>, found: &Found, before: u64) -> Result<()> {
    match found.lines.last().map(|line| line.verdict) {
        Some(Verdict::Invalid(fault)) => {
            let line = before + found.lines.len() as u64;
            let place = Location::in_line(&table.table.path, line, fault.at);
            Err(Error::new(fault.kind).located(place))
        }
        _ => Ok(()),
    }
}

/// Looks up all records of a block.
fn look_up<'b>(
    joiner: &mut Joiner<'b>,
    table: &'b str,
    found: &Found,
    from: usize,
    before: u64,
) -> Result<Vec<Pending<'b>>> {
    let mut all = Vec::new();
    let (mut start, mut first) = (from, 0);
    for (number, line) in (before + 1..).zip(&found.lines) {
        let id = found.hits[first..line.hits].last();
        let key = id.and_then(|id| Key::of(joiner.block, id)).unwrap_or(Key::Line(number));
        all.extend(joiner.look_up(table, (number, start), key)?);
        (start, first) = (line.end + 1, line.hits);
    }
    Ok(all)
}

/// Copies a block and puts the old values in.
fn splice(block: &[u8], from: usize, joined: &[(u64, Joined)], output: &mut Vec<u8>) {
    let mut spans = Vec::new();
    for (_, Joined { group, fates }) in joined {
        for (change, fate) in group.changes.iter().zip(fates) {
            if let Fate::Restored(span) = fate {
                spans.push((span.clone(), change.restored()));
            }
        }
    }
    spans.sort_unstable_by_key(|(span, _)| span.start);
    let mut copied = from;
    for (span, old) in spans {
        output.extend_from_slice(&block[copied..span.start]);
        output.extend_from_slice(old.as_bytes());
        copied = span.end;
    }
    output.extend_from_slice(&block[copied..]);
}

/// Counts what was put back and what stood there.
fn account(joined: &[(u64, Joined)], counts: &mut Counts) {
    for fate in joined.iter().flat_map(|(_, joined)| &joined.fates) {
        match fate {
            Fate::Restored(_) => counts.restored += 1,
            Fate::Already => counts.already += 1,
            Fate::Drifted(..) => {}
        }
    }
}

/// Lists the drifted values of a block, one at a time: each has its own copy
/// of what stands there.
fn list(
    request: &Request,
    table: &TableJob<'_>,
    block: &[u8],
    joined: &[(u64, Joined)],
) -> Result<()> {
    let mut listing = lock(&table.drifted);
    for (line, Joined { group, fates }) in joined {
        for (change, fate) in group.changes.iter().zip(fates) {
            if let Fate::Drifted(why, found) = fate {
                let found = found.clone().map(|found| &block[found]);
                let drift = Drift::of(change, Some(*line), *why, found);
                listing.add(drift, request.drifted.as_ref())?;
            }
        }
    }
    Ok(())
}

/// The values of a record that is nowhere.
pub(crate) fn gone(changes: &[Change], why: Why) -> impl Iterator<Item = Drift> {
    changes.iter().map(move |change| Drift::of(change, None, why, None))
}
