//! The ID map: which source ID becomes which target ID.
//!
//! This module owns the map's readers, its checks and its lookups. The map is
//! immutable once built and shared by all threads; it does not know records.
//!
//! Its modules, each of which imports only those before it:
//!
//! - `ids`: the forms of IDs, and how IDs are compared
//! - `file`: the formats of files, and the places of rows in them
//! - `fault`: everything that can be wrong with a map, and what to do about it
//! - `table`: rows in memory, and the hash tables that find them
//! - `map`: the finished map, its lookups and findings
//! - `build`: adds up rows, checks them and makes the map
//! - `read`: reads map files and lists of users, each by its format
//! - `write`: writes a map as CSV, as it is or inverted
//! - `join`: makes a map from two lists of users
//!
//! A new format begins in `file/format.rs` and `read/load.rs`; a new check of
//! single rows in `build/row_batch.rs`, one of rows against each other in
//! `build/cross_checks.rs`.

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
pub(crate) use join::{JoinIssue, Joined, List, ListRequest, ListRow, ListSide, join, read_lists};
pub use map::{
    Decision, Findings, IdMap, IdRole, MapCounts, OddTarget, Probe, Repetition, Row, SharedTarget,
};
pub(crate) use map::{IdLengths, name_places};
pub use read::{ColumnRecognition, FileRecognition, LoadedMap, MapFile, Reading, read};
pub use write::{Direction, Loss, NotInvertible};
