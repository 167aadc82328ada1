//! Slow models against which the tests check the readers, the builder and the
//! lookups of ID maps. They are part of the crate's unit tests.

mod built_rows;
mod map;
mod readers;

pub(crate) use built_rows::{BuiltRows, built_rows};
pub(crate) use map::is_uuid;
