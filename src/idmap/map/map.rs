//! The map, once it has passed all checks.

use super::findings::Findings;
use crate::idmap::id::{Forms, Hashing};
use crate::idmap::table::{Index, Listing, Rows};

/// An ID map that has passed all checks.
///
/// ```
/// use idswap::idmap::{MapBuilder, Standing};
///
/// let mut builder = MapBuilder::default();
/// builder.add("0E8F2C1A-0000-4000-8000-000000000001", "user_1", "ids.csv".as_ref(), 2)?;
/// let map = builder.build(false)?;
/// // UUID-shaped IDs are found in any letter case.
/// let Standing::Source(row) = map.standing("0e8f2c1a-0000-4000-8000-000000000001") else {
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
    pub(crate) listing: Listing,
    /// Whether JSON needs no escapes in any target.
    pub targets_are_plain: bool,
    /// What the map itself gives cause to say.
    pub health: Health,
    /// Where it stands.
    pub findings: Findings,
    /// The forms that its IDs share.
    pub forms: Forms,
}

/// A source's place in the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row(pub(crate) u32);

impl Row {
    /// A number below [`IdMap::rows`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What an ID is to the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A source that becomes another ID.
    Source(Row),
    /// A source that the map gives as its own target: decided to stay.
    Kept(Row),
    /// Only a target.
    Target,
    /// Neither.
    Unknown,
}

/// Counts over the map's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Health {
    /// Distinct source IDs with a target.
    pub entries: u64,
    /// Distinct source IDs that no row decides.
    pub undecided: u64,
    /// Rows that repeat an earlier row.
    pub duplicates: u64,
    /// Target IDs that several sources share.
    pub many_to_one: u64,
    /// Targets of another form than most.
    pub odd_targets: u64,
}
