//! The lines of both sides of a table.

mod aside;
mod lines;
mod ranges;

pub(crate) use aside::RejectedLines;
pub(crate) use lines::{Amount, Aside, Block, Line, Lines, Place, Side, line};
pub(crate) use ranges::{RangeLines, Ranges};
