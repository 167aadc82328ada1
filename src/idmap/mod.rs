//! The ID map: which source ID becomes which target ID.
//!
//! This module owns the map's readers, its checks and its lookups. The map is
//! immutable once built and shared by all threads; it knows no record.

mod build;
mod fault;
mod form;
mod join;
mod map;
#[cfg(test)]
mod models;
mod read;
mod table;
mod write;

pub use build::MapBuilder;
pub use fault::{ColumnList, MapFault, MapFaults};
pub use form::{Form, Forms, is_clerk, is_uuid, shown};
pub use join::{
    AskedList, JoinIssue, Joined, List, ListFault, ListFaults, ListRow, UserList, join, read_lists,
};
pub use map::{
    Findings, Health, IdMap, Lengths, LoadedMap, OddTarget, Probe, Repetition, Row, RowPlace,
    SharedTarget, Standing, name_places,
};
pub use read::{MapFile, Reading, Taken, Told, read};
pub use table::Decision;
pub use write::{Direction, Loss, NotInvertible};
