//! The ID map: which source ID becomes which target ID.
//!
//! This module owns the map's readers, its checks and its lookups. The map is
//! immutable once built and shared by all threads; it knows no record.

mod build;
mod fault;
mod id;
pub(crate) mod join;
mod map;
#[cfg(test)]
#[path = "../../tests/models/idmap/mod.rs"]
mod models;
mod read;
mod table;
mod write;

pub use build::MapBuilder;
pub use fault::{ColumnList, MapFault, MapFaults, RowPlace};
pub use id::{Form, Forms, is_clerk, is_uuid, shown};
pub use join::{
    AskedList, JoinIssue, Joined, List, ListFault, ListFaults, ListRow, UserList, join, read_lists,
};
pub use map::{
    Decision, Findings, Health, IdMap, Lengths, OddTarget, Probe, Repetition, Row, SharedTarget,
    Standing, name_places,
};
pub use read::{LoadedMap, MapFile, Reading, Taken, Told, read};
pub use write::{Direction, Loss, NotInvertible};
