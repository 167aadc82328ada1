//! One table of a run.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Mutex;

use crate::error::{Error, Location, Result};
use crate::jobs::rewrite::block::{Checks, Invalid, Outcome};
use crate::jobs::rewrite::fault::InvalidRecord;
use crate::jobs::rewrite::log::QuotedNames;
use crate::jobs::rewrite::request::Request;
use crate::pipeline::{Block, Feed, Part, Ticket, lock};
use crate::report::{FileReport, FirstSeen, TableFacts};
use crate::rules::TablePlan;
use crate::storage::{Hasher, Output, Sink, Stage, Table, piece};

/// One table: what is known about it in order, and where its output goes.
pub(crate) struct TableJob<'r> {
    pub(crate) table: &'r Table,
    pub(crate) plan: &'r TablePlan,
    /// The part of it that is read, unless it is the whole file.
    part: Option<Part>,
    /// The names in its log lines.
    pub(crate) names: QuotedNames,
    pub(crate) checks: Checks,
    pub(crate) sink: Option<Sink>,
    pub(crate) seat: Mutex<BlockPlace>,
    pub(crate) input: Mutex<Hasher>,
    pub(crate) output: Mutex<Hasher>,
    /// The lines of the change log, joined at the end.
    pub(crate) changes: Option<Mutex<BufWriter<File>>>,
    pub(crate) rejects: Mutex<Option<RejectFiles>>,
}

pub(crate) struct RejectFiles {
    pub(crate) raw: BufWriter<File>,
    /// The lines of the list of reasons, joined at the end.
    pub(crate) reasons: BufWriter<File>,
}

/// Where a block is in its table: what comes before it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BlockPlace {
    /// Where the first record begins.
    begin: Option<u64>,
    pub(crate) lines: u64,
    input: u64,
    pub(crate) output: u64,
}

impl<'r> TableJob<'r> {
    pub(crate) fn new(
        request: &'r Request,
        output: Option<&Output<'_>>,
        stage: &Stage,
        table: &'r Table,
        plan: &'r TablePlan,
        feed: &Feed,
    ) -> Result<Self> {
        let sink = output.map(|output| output.sink(table, stage));
        let changes = request.changes.as_ref().map(piece);
        let hasher = || Mutex::new(Hasher::new(request.options.digest));
        Ok(Self {
            table,
            plan,
            part: feed.part(),
            names: QuotedNames::new(&table.name, plan),
            checks: Checks::of_table(&request.export, table, request.schema(table)),
            sink: sink.transpose()?,
            seat: Mutex::default(),
            input: hasher(),
            output: hasher(),
            changes: changes.transpose()?.map(Mutex::new),
            rejects: Mutex::new(None),
        })
    }

    pub(crate) fn take_seat(&self, block: Block<'_>, outcome: &Outcome) -> BlockPlace {
        let mut next = lock(&self.seat);
        if !block.bytes.is_empty() {
            next.begin.get_or_insert(block.offset);
        }
        let seat = *next;
        next.lines += outcome.lines;
        next.input += block.bytes.len() as u64;
        next.output += outcome.output.len() as u64;
        seat
    }

    /// The number of the first line of a block; unknown in a part of a file.
    pub(crate) fn first_line(&self, seat: BlockPlace) -> Option<u64> {
        self.part.is_none().then_some(seat.lines + 1)
    }

    /// The line of an unmapped ID's first occurrence, as lists show it.
    pub(crate) fn line_of(&self, seen: FirstSeen) -> String {
        self.part.map_or_else(|| seen.line.to_string(), |_| String::new())
    }

    /// The error for an invalid line of the block at `offset`.
    pub(crate) fn invalid(&self, seat: BlockPlace, offset: u64, invalid: Invalid) -> Error {
        let Invalid { line, start, fault } = invalid;
        let place = match self.first_line(seat) {
            Some(first) => Location::in_line(&self.table.path, first + line, fault.at),
            None => Location::in_record(&self.table.path, offset + start as u64, fault.at),
        };
        Error::new(InvalidRecord(fault.kind)).located(place)
    }

    /// Writes the output of a block; passes one lane.
    pub(crate) fn write(&self, output: &[u8], offset: u64, ticket: &mut Ticket<'_>) -> Result<()> {
        match &self.sink {
            Some(sink) => sink.write(output, offset, ticket),
            None => {
                ticket.pass(|| ());
                Ok(())
            }
        }
    }

    pub(crate) fn facts(&self, written: bool) -> TableFacts<'_> {
        let seat = *lock(&self.seat);
        let output = self.sink.as_ref().filter(|_| written).map(Sink::path);
        TableFacts {
            name: &self.table.name,
            plan: self.plan,
            input: FileReport {
                offset: self.part.map(|part| seat.begin.unwrap_or(part.begin)),
                file_bytes: self.part.map(|part| part.file),
                ..FileReport::new(&self.table.path, seat.input, lock(&self.input).finish())
            },
            output: output
                .map(|path| FileReport::new(path, seat.output, lock(&self.output).finish())),
        }
    }
}
