//! The lines of both sides of a table.

mod lines;
mod ranges;
mod rejected;

pub(crate) use lines::{Amount, Aside, Block, Line, Lines, Place, Side, line};
pub(crate) use ranges::{RangeLines, Ranges};
pub(crate) use rejected::RejectedLines;
