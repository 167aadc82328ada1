//! Slow models that the readers, the builder and the lookups are held against.

pub(crate) mod known;
mod map;
mod readers;

pub(crate) use known::{Known, known};
pub(crate) use map::is_uuid;
