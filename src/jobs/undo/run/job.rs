//! The work on all tables: joins records with their changes and restores old
//! values.

use std::sync::atomic::{AtomicBool, Ordering};

use super::block::{self, JoinedLine};
use super::table::TableJob;
use super::undone::TableCounts;
use crate::error::Result;
use crate::jobs::undo::log::ChangeReader;
use crate::jobs::undo::request::Request;
use crate::jobs::undo::restore::{Joiner, Pending};
use crate::json::{Found, Names, Scanner, mark_length};
use crate::pipeline::{Block, Ticket, Work, lock};
use crate::storage::{CarriedFiles, Digest, Output, Stage};

/// The work on all tables of a request.
pub(crate) struct Job<'r> {
    request: &'r Request,
    output: Output<'r>,
    pub(crate) tables: Vec<TableJob<'r>>,
    id: Names,
    /// Whether changes were given to a record that matches them less than a
    /// later one.
    conflict: AtomicBool,
}

/// The state of a worker: counts, and buffers that are reused.
pub(crate) struct Worker {
    notes: Vec<TableNotes>,
    scanner: Scanner,
    found: Found,
    reader: ChangeReader,
    output: Vec<u8>,
}

/// What a pass notes of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TableNotes {
    /// Without drifted values: those are counted where they are listed.
    pub(crate) counts: TableCounts,
    pub(crate) has_byte_order_mark: bool,
    /// Whether records were joined by their lines.
    pub(crate) is_by_line: bool,
}

impl TableNotes {
    fn add(&mut self, other: Self) {
        self.counts += other.counts;
        self.has_byte_order_mark |= other.has_byte_order_mark;
        self.is_by_line |= other.is_by_line;
    }
}

impl<'r> Job<'r> {
    /// Opens the output.
    pub(crate) fn new(request: &'r Request, stage: &Stage) -> Result<Self> {
        let output = Output::new(&request.out, &request.export, Digest::None, stage)?;
        let tables = request.tables_to_read();
        let tables = tables.map(|table| TableJob::new(request, &output, stage, table));
        let tables = tables.collect::<Result<_>>()?;
        let conflict = AtomicBool::new(false);
        Ok(Self { request, output, tables, id: Names::new(["_id"]), conflict })
    }

    /// The notes of all workers together, by table.
    pub(crate) fn notes(&self, workers: &[Worker]) -> Vec<TableNotes> {
        let mut notes = vec![TableNotes::default(); self.tables.len()];
        for worker in workers {
            notes.iter_mut().zip(&worker.notes).for_each(|(sum, more)| sum.add(*more));
        }
        notes
    }

    /// Whether the tables must be read again.
    pub(crate) fn has_conflict(&self) -> bool {
        self.conflict.load(Ordering::Relaxed)
    }

    /// Adds to the output what is carried over, and completes it.
    pub(crate) fn finish(&self, carried: &CarriedFiles<'_>, stage: &Stage) -> Result<()> {
        let tables: Vec<_> = self.tables.iter().map(|table| (table.table, &table.sink)).collect();
        self.output.close(&tables, carried, stage).map(drop)
    }

    /// Decides which changes belong to which records, in the order of records.
    fn claim(&self, joiner: &mut Joiner<'_>, pending: Vec<Pending<'_>>) -> Result<Vec<JoinedLine>> {
        let mut all = Vec::with_capacity(pending.len());
        for pending in pending {
            let line = pending.line;
            let conflict = || self.conflict.store(true, Ordering::Relaxed);
            all.extend(joiner.claim(pending, conflict)?.map(|joined| (line, joined)));
        }
        Ok(all)
    }
}

impl Work for Job<'_> {
    type Worker = Worker;

    /// Lines, claims, offset of output, output, drifted values.
    fn lanes(&self) -> usize {
        5
    }

    fn worker(&self) -> Worker {
        Worker {
            notes: vec![TableNotes::default(); self.tables.len()],
            scanner: Scanner::default(),
            found: Found::default(),
            reader: ChangeReader::default(),
            output: Vec::new(),
        }
    }

    fn end_table(&self, table: usize) -> Result<()> {
        self.tables[table].sink.finish()
    }

    fn block(&self, worker: &mut Worker, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        let (table, bytes) = (&self.tables[block.table], block.bytes);
        let from = if block.offset == 0 { mark_length(bytes) } else { 0 };
        let Worker { notes, scanner, found, reader, output } = worker;
        let TableNotes { counts, has_byte_order_mark, is_by_line } = &mut notes[block.table];
        *has_byte_order_mark |= from > 0;
        scanner.scan(bytes, from, &self.id, true, found);
        let before = ticket.pass(|| table.lines.pass(found.lines.len() as u64));
        block::check(table.table, found, before)?;
        counts.records += found.lines.len() as u64;
        let mut joiner = Joiner { log: &self.request.log, reader, block: bytes };
        let pending = block::look_up(&mut joiner, &table.table.name, found, from, before)?;
        *is_by_line |= pending.iter().any(Pending::is_by_line);
        let joined = ticket.pass(|| self.claim(&mut joiner, pending))?;
        output.clear();
        block::splice(bytes, from, &joined, output);
        block::count(&joined, counts);
        table.write(output, ticket)?;
        let target = self.request.drifted.as_ref();
        ticket.pass(|| block::list_drift(bytes, &joined, &mut lock(&table.drifted), target))
    }
}
