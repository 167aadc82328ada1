//! Reads CSV maps (RFC 4180).

mod blocks;
mod head;
mod header;
mod map;
mod plain;
mod row_by_row;

pub(crate) use head::{Head, Replay};
pub(crate) use row_by_row::{Measured, RowByRow};
