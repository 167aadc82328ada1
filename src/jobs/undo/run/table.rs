//! One table of an undo: what is counted in order, and where its output goes.

use std::sync::Mutex;

use super::drift::DriftList;
use crate::error::Result;
use crate::jobs::undo::request::Request;
use crate::pipeline::{RunningTotal, Ticket};
use crate::storage::{Output, Sink, Stage, Table};

/// One table: what is counted in order, and where its output goes.
pub(crate) struct TableJob<'r> {
    pub(crate) table: &'r Table,
    pub(crate) sink: Sink,
    /// The number of lines so far.
    pub(crate) lines: RunningTotal,
    /// The number of bytes of output so far.
    output: RunningTotal,
    pub(crate) drifted: Mutex<DriftList>,
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
            lines: RunningTotal::default(),
            output: RunningTotal::default(),
            drifted: Mutex::new(DriftList::new(request.drifted.as_ref())?),
        })
    }

    /// Writes the output of a block; takes two lanes.
    pub(crate) fn write(&self, output: &[u8], ticket: &mut Ticket<'_>) -> Result<()> {
        let offset = ticket.pass(|| self.output.pass(output.len() as u64));
        self.sink.write(output, offset, ticket)
    }
}
