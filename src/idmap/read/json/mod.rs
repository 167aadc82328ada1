//! Reads JSON: one object, an array of objects, or an object on each line.
//!
//! Files are read as a whole, and rows are slices of their text.

mod cell;
mod column_finder;
mod document;
mod file;
mod flat_map;
mod lines;
mod map;
mod member_names;
mod members;
mod row;

pub(crate) use cell::{Cell, CellFault};
pub(crate) use column_finder::ColumnFinder;
pub(crate) use file::{JsonContent, JsonFile};
pub(crate) use map::read_map;
pub(crate) use members::RowMembers;
pub(crate) use row::Row;
