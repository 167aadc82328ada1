//! One table of a run: what is known of it in order, and where its bytes go.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::outcome::Outcome;
use super::request::Request;
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::export::{self, Sink, Stage, Table, Target};
use crate::pipeline::Ticket;
use crate::report::{FileReport, TableFacts};
use crate::rules::TablePlan;

/// One table: what is known in order about it, and where its bytes go.
pub(super) struct TableJob<'r> {
    pub(super) table: &'r Table,
    pub(super) plan: &'r TablePlan,
    pub(super) sink: Option<Sink>,
    pub(super) seat: Mutex<Seat>,
    pub(super) input: Mutex<Hasher>,
    pub(super) output: Mutex<Hasher>,
    /// The lines of the change log, joined at the end.
    pub(super) changes: Option<Mutex<BufWriter<File>>>,
    pub(super) rejects: Mutex<Option<RejectFiles>>,
}

pub(super) struct RejectFiles {
    pub(super) raw: BufWriter<File>,
    /// The lines of the list of reasons, joined at the end.
    pub(super) reasons: BufWriter<File>,
}

/// What comes before a block in its table.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seat {
    pub(super) lines: u64,
    pub(super) input: u64,
    pub(super) output: u64,
}

impl<'r> TableJob<'r> {
    pub(super) fn new(
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
        let changes = request.changes.as_ref().map(piece);
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

    pub(super) fn take_seat(&self, block: &[u8], outcome: &Outcome) -> Seat {
        let mut next = lock(&self.seat);
        let seat = *next;
        next.lines += outcome.lines;
        next.input += block.len() as u64;
        next.output += outcome.output.len() as u64;
        seat
    }

    pub(super) fn write(&self, output: &[u8], offset: u64, ticket: &mut Ticket<'_>) -> Result<()> {
        match &self.sink {
            Some(sink) if sink.is_ordered() => ticket.pass(|| sink.append(output)),
            sink => {
                ticket.pass(|| ());
                sink.as_ref().map_or(Ok(()), |sink| sink.write_at(output, offset))
            }
        }
    }

    pub(super) fn facts(&self, request: &Request, written: bool) -> TableFacts<'_> {
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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file without a name, for lines that are joined at the end. It lies on the
/// disk of what it is for: the system's temporary folder may be memory.
pub(super) fn piece(wanted_for: &Target) -> Result<BufWriter<File>> {
    let file = match wanted_for.place() {
        Some(path) => tempfile::tempfile_in(export::parent(path)),
        None => tempfile::tempfile(),
    };
    file.map(BufWriter::new).map_err(|error| Error::io("cannot write", wanted_for.given(), error))
}

/// Appends a finished piece to what it belongs to.
pub(super) fn append(piece: &mut BufWriter<File>, out: &mut File) -> io::Result<()> {
    piece.flush()?;
    let file = piece.get_mut();
    file.rewind()?;
    io::copy(file, out).map(drop)
}
