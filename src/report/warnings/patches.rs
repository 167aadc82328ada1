//! Warnings about patches.

use crate::report::tally::PatchTally;

use super::build::{counted_warning, times, warning};
use crate::report::model::Warning;

/// The code for batches that are too long for an argument.
const TOO_LONG: &str = "patchBatch";

impl PatchTally {
    /// Adds the counts of another tally.
    pub(crate) fn merge(&mut self, other: Self) {
        self.left_out.merge(other.left_out);
        self.too_long.merge(other.too_long);
        self.whole_numbers.merge(other.whole_numbers);
    }
}

impl Warning {
    /// Whether it is about the size of batches, in any table.
    pub(crate) fn is_of_batch(&self) -> bool {
        self.code == TOO_LONG && self.table.is_none()
    }
}

/// The warning about batches that may be too long for an argument.
pub(crate) fn of_batch(size: usize) -> Warning {
    let message =
        format!("a batch of {size} entries may be too long for an argument of `npx convex run`");
    warning(TOO_LONG, message, 1)
}

/// The warnings about the patches of a table.
pub(crate) fn of_patches(table: &str, tally: PatchTally) -> impl Iterator<Item = Warning> {
    [
        (
            "patchLeftOut",
            tally.left_out,
            "record is left out of the patches, left-out.jsonl says why",
            "records are left out of the patches, left-out.jsonl says why",
        ),
        (
            TOO_LONG,
            tally.too_long,
            "line of patches is too long for an argument of `npx convex run`",
            "lines of patches are too long for an argument of `npx convex run`",
        ),
        (
            "patchNumbers",
            tally.whole_numbers,
            "record has a whole number in its patch, which reaches a mutation as a float",
            "records have whole numbers in their patches, which reach a mutation as floats",
        ),
    ]
    .into_iter()
    .filter_map(move |(code, occurrences, one, many)| {
        counted_warning(code, occurrences, times(occurrences.count, one, many), table, None)
    })
}
