//! Lines that a run set aside. They are missing from its output, so later
//! records are on lower line numbers there than in its input.

use std::collections::BTreeMap;
use std::path::Path;

use super::fault::LogList;
use super::lines::Lines;
use crate::error::Result;

const MEMBERS: [&str; 3] = ["table", "line", "offset"];
const TABLE: usize = 0;
const LINE: usize = 1;
const OFFSET: usize = 2;

/// The line numbers that a run set aside, sorted, by table.
#[derive(Debug, Default)]
pub(crate) struct RejectedLines(BTreeMap<String, Vec<u64>>);

impl RejectedLines {
    /// Reads the list of reasons in a folder of rejects.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let reasons = Lines::open(&folder.join("reasons.jsonl"), None)?;
        let mut rejected = Self::default();
        let mut table = String::new();
        reasons.read(LogList::Reasons, &MEMBERS, |members, _| {
            members.require_text(TABLE, &mut table)?;
            let line = members.number(LINE)?;
            // A shard knows no line numbers, and neither does its change log.
            if line.is_none() && members.number(OFFSET)?.is_none() {
                members.require(LINE)?;
            }
            rejected.0.entry(table.clone()).or_default().extend(line);
            Ok(())
        })?;
        rejected.0.values_mut().for_each(|lines| lines.sort_unstable());
        Ok(rejected)
    }

    /// The line in the run's output of a record on `line` of its input.
    pub(crate) fn output_line(&self, table: &str, line: u64) -> u64 {
        let before = |lines: &Vec<u64>| lines.partition_point(|rejected| *rejected < line) as u64;
        line - self.0.get(table).map_or(0, before).min(line)
    }
}
