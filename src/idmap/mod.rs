//! The ID map: which source ID becomes which target ID.
//!
//! This module owns the map's readers, its checks and its lookups. The map is
//! immutable once built and shared by all threads; it does not know records.
//!
//! From low to high: `ids` and `file` are the forms of IDs and the places of
//! rows, `fault` what can be wrong. `table` holds rows in memory, `map` the
//! finished map with its lookups. `build` checks rows and makes the map. `read`
//! reads files of every format, `write` writes a map, and `join` makes one from
//! two lists of users.

mod build;
mod fault;
mod file;
mod ids;
mod join;
mod map;
#[cfg(test)]
#[path = "../../tests/models/idmap/mod.rs"]
mod models;
mod read;
mod table;
mod write;

pub use build::MapBuilder;
pub use fault::{ColumnList, MapFault, MapFaults};
pub use file::RowPlace;
pub use ids::{Form, Forms};
pub(crate) use ids::{is_clerk, is_uuid, shown};
pub(crate) use join::{AskedList, JoinIssue, Joined, List, ListRow, UserList, join, read_lists};
pub use map::{
    Decision, Findings, Health, IdMap, OddTarget, Probe, Repetition, Row, SharedTarget, Standing,
};
pub(crate) use map::{Lengths, name_places};
pub use read::{ColumnRecognition, FileRecognition, LoadedMap, MapFile, Reading, read};
pub use write::{Direction, Loss, NotInvertible};
