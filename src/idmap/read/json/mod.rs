//! Maps and lists in JSON: one object, an array of objects, or an object on
//! each line. Files are read as a whole; what they hold stays where it is.

mod cell;
mod document;
mod line_counter;
mod lines;
mod map;
mod rows;

pub(crate) use cell::{BadCell, Cell};
pub(crate) use document::{Content, Document};
pub(crate) use lines::read_lines;
pub(crate) use rows::{Finder, Row};
