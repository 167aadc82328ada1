//! The rows of a map in memory, and the hash tables that find them.

mod hashing;
mod index;
mod listing;
mod row_lines;
mod rows;
mod slot_table;

pub(crate) use hashing::Hashing;
pub(crate) use index::Index;
pub(crate) use listing::MapListing;
pub(crate) use row_lines::{RowLines, UndecidedLines};
pub(crate) use rows::{MAX_TEXT, Rows, Side};
