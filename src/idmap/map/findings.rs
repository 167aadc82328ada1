//! The rows of a map that warrant a warning, with their places.

use crate::idmap::file::RowPlace;

/// Rows that deserve a look although they are not faults: of each kind the first
/// [`Findings::KEPT`] in the order of the map. [`MapCounts`](super::MapCounts) counts
/// all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Rows that repeat an earlier one.
    pub duplicates: Vec<Repetition>,
    /// Targets that several sources share.
    pub shared: Vec<SharedTarget>,
    /// The number of rows that have a shared target, including those that are
    /// not kept here.
    pub sharing: u64,
    /// Targets of another form than the majority.
    pub odd: Vec<OddTarget>,
}

impl Findings {
    /// The most findings of a kind that are kept.
    pub const KEPT: usize = 1000;
    /// The most places that a message names.
    pub const NAMED: usize = 10;
}

/// A row that repeats an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// The first row of its source.
    pub first: RowPlace,
    /// The row itself.
    pub place: RowPlace,
}

/// A target that several sources share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedTarget {
    /// The target, as lists show it.
    pub target: String,
    /// The number of rows that have it.
    pub rows: u64,
    /// The places of the first of these rows: at least two, and more until the
    /// places of all shared targets reach [`Findings::KEPT`].
    pub places: Vec<RowPlace>,
}

/// A target of another form than the majority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddTarget {
    /// The target, as lists show it.
    pub target: String,
    /// Its row.
    pub place: RowPlace,
}

/// Returns the first [`Findings::NAMED`] places in words, and how many more there
/// are of `total`.
pub(crate) fn name_places<'p>(
    places: impl IntoIterator<Item = &'p RowPlace>,
    total: u64,
) -> String {
    let shown: Vec<_> = places.into_iter().take(Findings::NAMED).map(ToString::to_string).collect();
    let mut text = shown.join(", ");
    let more = total.saturating_sub(shown.len() as u64);
    if more > 0 {
        text += &format!(" and {more} more");
    }
    text
}
