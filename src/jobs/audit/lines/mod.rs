//! The lines of both sides of a table.

mod aside;
mod lines;
mod ranges;

pub(crate) use aside::SetAside;
pub(crate) use lines::{Aside, Block, Line, Lines, Place, Side, Want, line};
pub(crate) use ranges::{RangeLines, Ranges};
