//! One table of an undo: what is known of it in order, and where its bytes go.

use std::sync::Mutex;

use super::drift::Listing;
use crate::error::Result;
use crate::jobs::undo::request::Request;
use crate::pipeline::{Before, Ticket};
use crate::storage::{Output, Sink, Stage, Table};

/// One table: what is known in order about it, and where its bytes go.
pub(crate) struct TableJob<'r> {
    pub(crate) table: &'r Table,
    pub(crate) sink: Sink,
    /// Its lines.
    pub(crate) lines: Before,
    /// The bytes of output.
    output: Before,
    pub(crate) drifted: Mutex<Listing>,
}

impl<'r> TableJob<'r> {
    pub(crate) fn new(
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
    pub(crate) fn write(&self, output: &[u8], ticket: &mut Ticket<'_>) -> Result<()> {
        let offset = ticket.pass(|| self.output.pass(output.len() as u64));
        self.sink.write(output, offset, ticket)
    }
}
