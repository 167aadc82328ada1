//! Counts about the patches of a table.

use super::occurrences::Occurrences;

/// The counts about the patches of a table.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PatchTally {
    /// Records left out.
    pub left_out: Occurrences,
    /// Lines that are too long for an argument; their places are not kept.
    pub too_long: Occurrences,
    /// Records whose entries have whole numbers, which a mutation receives as
    /// floats.
    pub whole_numbers: Occurrences,
}
