//! The ID map: which source ID becomes which target ID.
//!
//! This module owns the map's readers, its checks and its lookups. The map is
//! immutable once built and shared by all threads; it knows no record.

mod blocks;
mod build;
mod column_list;
mod columns;
mod convert;
mod fault;
mod findings;
mod form;
mod head;
mod header;
mod index;
mod invert;
mod join;
mod json;
#[cfg(test)]
mod json_model;
mod key;
#[cfg(test)]
mod known;
mod lengths;
mod lines;
mod list;
mod listing;
mod lookup;
#[cfg(test)]
mod model;
mod packed;
mod plain;
mod read;
mod read_csv;
mod read_json;
mod row_by_row;
mod rows;
mod run_file;
mod steady;
mod table;
mod taken;
mod wanted;
mod whole;

use std::path::PathBuf;

pub use build::MapBuilder;
pub use column_list::ColumnList;
pub use convert::Direction;
pub use fault::MapFault;
pub use findings::{Findings, OddTarget, Repetition, SharedTarget, name_places};
pub use form::{Form, Forms, is_clerk, is_uuid, shown};
use index::Index;
pub use invert::Loss;
pub use join::{JoinIssue, Joined, ListFault, UserList, join};
use key::Hashing;
pub use lengths::Lengths;
pub use list::{AskedList, List, ListRow, read_lists};
pub use listing::Decision;
use listing::Listing;
pub use lookup::Probe;
pub use read::{MapFile, Reading, read};
use rows::Rows;
pub use taken::{Taken, Told};

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
    rows: Rows,
    sources: Index,
    targets: Index,
    hashing: Hashing,
    listing: Listing,
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
pub struct Row(u32);

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

/// The files of a map, read in the order given, and what they hold together.
#[derive(Debug, Default)]
pub struct LoadedMap {
    /// The map.
    pub map: IdMap,
    /// Where it came from.
    pub files: Vec<MapFile>,
}

/// A file of the map and the lines of it that take part in a fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// The map file, as it was opened.
    pub file: PathBuf,
    /// The line on which the row begins, from 1.
    pub line: u64,
}
