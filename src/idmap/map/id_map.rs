//! The map, once it has passed all checks.

use super::findings::Findings;
use crate::idmap::ids::Forms;
use crate::idmap::table::{Hashing, Index, MapListing, Rows};

/// An ID map that has passed all checks.
///
/// ```
/// use idswap::idmap::{IdRole, MapBuilder};
///
/// let mut builder = MapBuilder::default();
/// builder.add("0E8F2C1A-0000-4000-8000-000000000001", "user_1", "ids.csv".as_ref(), 2)?;
/// let map = builder.build(false)?;
/// // UUID-shaped IDs are found in any letter case.
/// let IdRole::Source(row) = map.role("0e8f2c1a-0000-4000-8000-000000000001") else {
///     panic!("not found");
/// };
/// assert_eq!(map.target(row), "user_1");
/// # Ok::<(), idswap::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct IdMap {
    pub(crate) rows: Rows,
    pub(crate) sources: Index,
    pub(crate) targets: Index,
    pub(crate) hashing: Hashing,
    pub(crate) listing: MapListing,
    /// Whether no target needs escapes in JSON, so that targets can be copied
    /// as they are. Looking for escapes would cost 4 to 10 ns per written
    /// target, a quarter more than copying it.
    pub targets_are_plain: bool,
    /// Counts over its rows.
    pub health: MapCounts,
    /// The rows that warrant a warning.
    pub findings: Findings,
    /// The forms that its IDs share.
    pub forms: Forms,
}

/// The row of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row(pub(crate) u32);

impl Row {
    /// Returns the row's number, which is below [`IdMap::rows`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The role of an ID in the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdRole {
    /// A source that becomes another ID.
    Source(Row),
    /// A source that is its own target: decided to stay.
    Kept(Row),
    /// A target, but not a source.
    Target,
    /// Neither a source nor a target.
    Unknown,
}

/// Counts over the map's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MapCounts {
    /// Distinct source IDs with a target.
    pub entries: u64,
    /// Distinct source IDs without a target.
    pub undecided: u64,
    /// Rows that repeat an earlier row.
    pub duplicates: u64,
    /// Target IDs that several sources share.
    pub many_to_one: u64,
    /// Targets of another form than the majority.
    pub odd_targets: u64,
}
