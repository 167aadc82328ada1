//! Reads CSV (RFC 4180).
//!
//! A map in a file is read in blocks by all threads, a stream row by row. Both
//! give the same rows; where a block does not show whether it begins within
//! quotes, the reader of rows takes over.

mod block_rows;
mod blocks;
mod dialect;
mod file;
mod first_row;
mod map;
mod replay;
mod row_layout;
mod row_reader;

pub(crate) use file::{CsvFile, Progress};
pub(crate) use map::read_map;
