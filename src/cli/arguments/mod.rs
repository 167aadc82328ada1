//! Arguments that several commands accept.

mod block_size;
mod map;
mod values;

pub(crate) use block_size::BlockArgs;
pub(crate) use map::{ColumnArgs, MapArgs};
pub(crate) use values::{path, shard, threads};
