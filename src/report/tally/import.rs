//! Counts of what an import into Convex would refuse or change.

use rayon::slice::ParallelSliceMut;

use super::occurrences::Occurrences;
use super::samples::Samples;
use crate::convex::{self, RecordId};

/// The counts of one table. Checks that were not made count nothing.
#[derive(Debug, Clone, Default)]
pub struct ImportTally {
    /// Whether the first record has a creation time, which shows that the table
    /// comes from Convex.
    pub from_convex: bool,
    /// Records that are too large as rows.
    pub large_rows: Occurrences,
    /// Records without an `_id` that is a string.
    pub no_id: Occurrences,
    /// Records with the `_id` of an earlier one; known once the tally is
    /// settled.
    pub repeated_ids: Occurrences,
    /// Records with a name that an import refuses.
    pub refused_names: Occurrences,
    /// The first distinct refused names.
    pub names: Samples,
    /// Records whose creation time an import would read as an integer.
    pub integer_times: Occurrences,
    /// The newest creation time, in milliseconds since 1970.
    pub newest: Option<f64>,
    /// The `_id`s of all records, until the tally is settled.
    pub ids: Vec<RecordId>,
}

impl ImportTally {
    /// Notes a creation time, in milliseconds since 1970.
    pub fn time(&mut self, time: Option<f64>) {
        self.newest = [self.newest, time].into_iter().flatten().max_by(f64::total_cmp);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.from_convex |= other.from_convex;
        self.large_rows.merge(other.large_rows);
        self.no_id.merge(other.no_id);
        self.repeated_ids.merge(other.repeated_ids);
        self.refused_names.merge(other.refused_names);
        self.names.merge(&other.names);
        self.integer_times.merge(other.integer_times);
        self.time(other.newest);
        self.take_ids(other.ids);
    }

    /// Moves IDs in pieces, so that none is held twice.
    fn take_ids(&mut self, mut fewer: Vec<RecordId>) {
        const PIECE: usize = 1 << 16;
        if fewer.len() > self.ids.len() {
            std::mem::swap(&mut fewer, &mut self.ids);
        }
        while !fewer.is_empty() {
            self.ids.extend(fewer.drain(fewer.len().saturating_sub(PIECE)..));
            fewer.shrink_to_fit();
        }
    }

    /// Finds the repeated IDs.
    pub(crate) fn settle(&mut self) {
        let mut ids = std::mem::take(&mut self.ids);
        ids.par_sort_unstable();
        convex::repeated(&ids).for_each(|offset| self.repeated_ids.note(offset));
    }
}
