//! The run file of the Clerk CLI: a line for each attempt to import a user, of
//! which the last one counts.

use std::collections::HashMap;
use std::path::Path;

use foldhash::fast::RandomState;

use crate::error::Result;
use crate::idmap::build::MapBuilder;
use crate::idmap::fault::MapFault;
use crate::idmap::ids::shown;

/// The status of a line whose user was created.
const CREATED: &str = "created";

/// The last line of each source in one run file.
#[derive(Debug, Default)]
pub(crate) struct ClerkRun {
    lines: Vec<Line>,
    /// The index in `lines` of each source, UUIDs in lower case.
    last: HashMap<String, usize, RandomState>,
    /// Faults, each with the number of its line.
    faults: Vec<(u64, MapFault)>,
}

#[derive(Debug)]
struct Line {
    source: String,
    /// Empty if no user was created.
    target: String,
    number: u64,
}

impl ClerkRun {
    /// Whether a line with this status gives its source a target.
    pub(crate) fn has_target(status: &str) -> bool {
        status == CREATED
    }

    /// Adds a line, which replaces an earlier one of the same source.
    pub(crate) fn add(&mut self, source: &str, status: &str, target: &str, number: u64) {
        let target = if Self::has_target(status) { target } else { "" };
        let line = Line { source: source.to_owned(), target: target.to_owned(), number };
        // Each line without a source is a fault of its own.
        let place = match source.is_empty() {
            true => self.lines.len(),
            false => *self.last.entry(shown(source).into_owned()).or_insert(self.lines.len()),
        };
        match self.lines.get_mut(place) {
            Some(earlier) => *earlier = line,
            None => self.lines.push(line),
        }
    }

    /// Adds the fault of a line that follows those added so far.
    pub(crate) fn add_fault(&mut self, number: u64, fault: MapFault) {
        self.faults.push((number, fault));
    }

    /// Adds the lines that count and all faults to a map, in their order.
    pub(crate) fn finish(mut self, builder: &mut MapBuilder, path: &Path) -> Result<()> {
        self.lines.sort_by_key(|line| line.number);
        let mut faults = self.faults.into_iter().peekable();
        for Line { source, target, number } in &self.lines {
            while let Some((_, fault)) = faults.next_if(|(before, _)| before < number) {
                builder.add_fault(fault);
            }
            builder.add(source, target, path, *number)?;
        }
        faults.for_each(|(_, fault)| builder.add_fault(fault));
        Ok(())
    }
}
