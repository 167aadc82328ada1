//! The rows of a map in memory, and how they are found by hash.

mod index;
mod listing;
mod row_lines;
mod rows;
mod slots;

pub(crate) use index::Index;
pub(crate) use listing::Listing;
pub(crate) use row_lines::{Between, Lines};
pub(crate) use rows::{MOST_TEXT, Rows, Side};
