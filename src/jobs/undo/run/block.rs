//! The steps by which the output of a block is made.

use super::drift::{DriftList, DriftedValue};
use super::undone::TableCounts;
use crate::error::{Error, Location, Result};
use crate::jobs::undo::log::RecordKey;
use crate::jobs::undo::restore::{Joined, Joiner, Outcome, Pending};
use crate::json::{Found, Verdict};
use crate::storage::{Table, Target};

/// A record of a block, by its line in the export, and its changes.
pub(crate) type JoinedLine = (u64, Joined);

/// Refuses a line that is no record. `before` is the number of lines before the
/// block.
///
/// # Errors
/// Returns the fault of the line: it is the last one that was scanned.
pub(crate) fn check(table: &Table, found: &Found, before: u64) -> Result<()> {
    match found.lines.last().map(|line| line.verdict) {
        Some(Verdict::Invalid(fault)) => {
            let line = before + found.lines.len() as u64;
            let place = Location::in_line(&table.path, line, fault.at);
            Err(Error::new(fault.kind).located(place))
        }
        _ => Ok(()),
    }
}

/// Looks up all records of a block, whose first one begins at `from`.
pub(crate) fn look_up<'b>(
    joiner: &mut Joiner<'b>,
    table: &'b str,
    found: &Found,
    from: usize,
    before: u64,
) -> Result<Vec<Pending<'b>>> {
    let mut all = Vec::new();
    let (mut start, mut first) = (from, 0);
    for (number, line) in (before + 1..).zip(&found.lines) {
        let id = found.hits[first..line.hits].last();
        let key = id.and_then(|id| RecordKey::of(joiner.block, id));
        let key = key.unwrap_or(RecordKey::Line(number));
        all.extend(joiner.look_up(table, (number, start), key)?);
        (start, first) = (line.end + 1, line.hits);
    }
    Ok(all)
}

/// Copies a block to `output` and replaces new values with old ones.
pub(crate) fn splice(block: &[u8], from: usize, joined: &[JoinedLine], output: &mut Vec<u8>) {
    let pairs = joined.iter().flat_map(|(_, joined)| joined.pairs());
    let restored = pairs.filter_map(|(change, outcome)| Some((outcome.restored()?, change)));
    let mut restored: Vec<_> = restored.map(|(span, change)| (span, change.restored())).collect();
    restored.sort_unstable_by_key(|(span, _)| span.start);
    let mut copied = from;
    for (span, old) in restored {
        output.extend_from_slice(&block[copied..span.start]);
        output.extend_from_slice(old.as_bytes());
        copied = span.end;
    }
    output.extend_from_slice(&block[copied..]);
}

/// Counts the values that were restored or were the old ones already.
pub(crate) fn count(joined: &[JoinedLine], counts: &mut TableCounts) {
    for outcome in joined.iter().flat_map(|(_, joined)| &joined.outcomes) {
        match outcome {
            Outcome::Restored(_) => counts.restored += 1,
            Outcome::Already => counts.already += 1,
            Outcome::Drifted(..) => {}
        }
    }
}

/// Lists the drifted values of a block, one at a time, since each has its own
/// copy of what is there.
pub(crate) fn list_drift(
    block: &[u8],
    joined: &[JoinedLine],
    list: &mut DriftList,
    target: Option<&Target>,
) -> Result<()> {
    for (line, joined) in joined {
        for (change, outcome) in joined.pairs() {
            if let Outcome::Drifted(why, found) = outcome {
                let found = found.clone().map(|found| &block[found]);
                list.add(DriftedValue::of(change, Some(*line), *why, found), target)?;
            }
        }
    }
    Ok(())
}
