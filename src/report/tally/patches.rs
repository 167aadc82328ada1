//! What was counted of the patches of a table.

use super::noted::Noted;

/// What is noted of the patches of a table.
#[derive(Debug, Clone, Copy, Default)]
pub struct PatchTally {
    /// Records left out of them.
    pub left_out: Noted,
    /// Lines that are too long for an argument; their places are not kept.
    pub too_long: Noted,
    /// Records whose entries hold whole numbers that a mutation takes for
    /// floats.
    pub whole_numbers: Noted,
}
