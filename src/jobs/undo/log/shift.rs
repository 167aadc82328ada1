//! Lines that a run set aside are missing from its output, so that those
//! after them stand further up.

use std::collections::BTreeMap;
use std::path::Path;

use super::fault::ReasonsFault;
use super::lines::{Lines, Listed};
use super::members::Members;
use crate::error::Result;

const MEMBERS: [&str; 3] = ["table", "line", "offset"];
const TABLE: usize = 0;
const LINE: usize = 1;
const OFFSET: usize = 2;

/// The lines that a run set aside, sorted, by table.
#[derive(Debug, Default)]
pub(crate) struct Shift(BTreeMap<String, Vec<u64>>);

impl Shift {
    /// Reads the list of reasons in a folder of rejects.
    ///
    /// # Errors
    /// A list that cannot be read, or that no run wrote.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let lines = Lines::open(&folder.join("reasons.jsonl"), None)?;
        let mut shift = Self::default();
        let mut table = String::new();
        lines.read(&MEMBERS, ReasonsFault, |line: Listed<'_>| {
            let Listed { bytes, start, hits, .. } = line;
            let members = Members { bytes, start, hits, names: &MEMBERS };
            members.text(members.need(TABLE)?, &mut table)?;
            let number = members.number(LINE)?;
            // Shards know no lines, nor do their logs, so that none is shifted.
            if number.is_none() && members.number(OFFSET)?.is_none() {
                members.need(LINE)?;
            }
            let lines = shift.0.entry(table.clone()).or_default();
            lines.extend(number);
            Ok(())
        })?;
        shift.0.values_mut().for_each(|lines| lines.sort_unstable());
        Ok(shift)
    }

    /// Where a line of the run's input stands in its output.
    pub(crate) fn line(&self, table: &str, line: u64) -> u64 {
        let before = |lines: &Vec<u64>| lines.partition_point(|aside| *aside < line) as u64;
        line - self.0.get(table).map_or(0, before).min(line)
    }
}
