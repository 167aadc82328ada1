//! One table of an undo: what is known of it in order, and where its bytes go.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::drift::Listing;
use super::request::Request;
use crate::error::Result;
use crate::export::{Sink, Stage, Table};
use crate::pipeline::Ticket;

/// One table: what is known in order about it, and where its bytes go.
pub(super) struct TableJob<'r> {
    pub(super) table: &'r Table,
    pub(super) sink: Sink,
    /// The lines before the next block.
    lines: Mutex<u64>,
    /// The bytes of output before the next block's.
    output: Mutex<u64>,
    pub(super) drifted: Mutex<Listing>,
}

impl<'r> TableJob<'r> {
    pub(super) fn new(
        request: &'r Request,
        stage: &Stage,
        root: Option<&Path>,
        table: &'r Table,
    ) -> Result<Self> {
        Ok(Self {
            table,
            sink: Sink::of_table(table, &request.out, root, stage)?,
            lines: Mutex::default(),
            output: Mutex::default(),
            drifted: Mutex::new(Listing::new(request.drifted.as_ref())?),
        })
    }

    /// Numbers a block's lines; returns how many stand before it.
    pub(super) fn lines_before(&self, lines: usize) -> u64 {
        let mut next = lock(&self.lines);
        let before = *next;
        *next += lines as u64;
        before
    }

    /// Writes what a block became.
    pub(super) fn write(&self, output: &[u8], ticket: &mut Ticket<'_>) -> Result<()> {
        let offset = ticket.pass(|| {
            let mut next = lock(&self.output);
            let offset = *next;
            *next += output.len() as u64;
            let ordered = self.sink.is_ordered();
            if ordered { self.sink.append(output).map(|()| None) } else { Ok(Some(offset)) }
        })?;
        offset.map_or(Ok(()), |offset| self.sink.write_at(output, offset))
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
