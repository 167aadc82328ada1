//! Parsers of numbers in arguments.

use crate::pipeline::{NoShard, Shard};

/// Parses a number of threads.
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=1024) => Ok(count),
        _ => Err("give a number from 1 to 1024".to_owned()),
    }
}

/// Parses a shard.
pub(crate) fn shard(text: &str) -> Result<Shard, String> {
    text.parse().map_err(|fault: NoShard| fault.to_string())
}

/// Parses a block size.
pub(crate) fn block_size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes) if (1..=1 << 30).contains(&bytes) => Ok(bytes),
        _ => Err("give a number of bytes from 1 to 1073741824".to_owned()),
    }
}
