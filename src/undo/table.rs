//! One table of an undo: what is known of it in order, and where its bytes go.

use std::sync::Mutex;

use super::drift::Listing;
use super::request::Request;
use crate::error::Result;
use crate::export::{Output, Sink, Stage, Table};
use crate::pipeline::{Before, Ticket};

/// One table: what is known in order about it, and where its bytes go.
pub(super) struct TableJob<'r> {
    pub(super) table: &'r Table,
    pub(super) sink: Sink,
    /// Its lines.
    pub(super) lines: Before,
    /// The bytes of output.
    output: Before,
    pub(super) drifted: Mutex<Listing>,
}

impl<'r> TableJob<'r> {
    pub(super) fn new(
        request: &'r Request,
        output: &Output<'_>,
        stage: &Stage,
        table: &'r Table,
    ) -> Result<Self> {
        Ok(Self {
            table,
            sink: output.sink(table, stage)?,
            lines: Before::default(),
            output: Before::default(),
            drifted: Mutex::new(Listing::new(request.drifted.as_ref())?),
        })
    }

    /// Writes what a block became; takes two lanes.
    pub(super) fn write(&self, output: &[u8], ticket: &mut Ticket<'_>) -> Result<()> {
        let offset = ticket.pass(|| self.output.pass(output.len() as u64));
        self.sink.write(output, offset, ticket)
    }
}
