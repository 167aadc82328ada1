//! The run file of the Clerk CLI: a line for each attempt to bring a user
//! over, of which the last one counts.

use std::collections::HashMap;
use std::path::Path;

use foldhash::fast::RandomState;

use crate::error::Result;
use crate::idmap::build::MapBuilder;
use crate::idmap::fault::MapFault;
use crate::idmap::id::shown;

/// The status of a line whose user was brought over.
const CREATED: &str = "created";

/// The last line of each source of one file.
#[derive(Debug, Default)]
pub(crate) struct RunFile {
    lines: Vec<Line>,
    /// The line of each source, UUIDs in lower case.
    last: HashMap<String, usize, RandomState>,
    /// What is wrong with lines of these numbers.
    faults: Vec<(u64, MapFault)>,
}

#[derive(Debug)]
struct Line {
    source: String,
    /// Empty where nobody was created.
    target: String,
    number: u64,
}

impl RunFile {
    /// Whether a line of this status gives its source a target.
    pub(crate) fn maps(status: &str) -> bool {
        status == CREATED
    }

    /// Adds a line, which takes the place of an earlier one of its source.
    pub(crate) fn add(&mut self, source: &str, status: &str, target: &str, number: u64) {
        let target = if Self::maps(status) { target } else { "" };
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

    /// Notes a fault of a line after those that were added.
    pub(crate) fn fault(&mut self, number: u64, fault: MapFault) {
        self.faults.push((number, fault));
    }

    /// Adds the lines that count and all faults to a map, in their order.
    pub(crate) fn finish(mut self, builder: &mut MapBuilder, path: &Path) -> Result<()> {
        self.lines.sort_by_key(|line| line.number);
        let mut faults = self.faults.into_iter().peekable();
        for Line { source, target, number } in &self.lines {
            while let Some((_, fault)) = faults.next_if(|(before, _)| before < number) {
                builder.fault(fault);
            }
            builder.add(source, target, path, *number)?;
        }
        faults.for_each(|(_, fault)| builder.fault(fault));
        Ok(())
    }
}
