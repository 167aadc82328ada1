//! Rows to map: collects every fault before it refuses.

mod builder;
mod columns;

pub use builder::MapBuilder;
pub(crate) use columns::{At, Columns, is_odd};
