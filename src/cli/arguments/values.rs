//! Parsers of option values.

use crate::pipeline::{NoShard, Shard};
use crate::rules::Path;

/// Parses a number of threads.
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=1024) => Ok(count),
        _ => Err("give a number from 1 to 1024".to_owned()),
    }
}

/// Parses a shard, as in `3/8`.
pub(crate) fn shard(text: &str) -> Result<Shard, String> {
    text.parse().map_err(|fault: NoShard| fault.to_string())
}

/// Parses a path within records.
pub(crate) fn path(text: &str) -> Result<Path, String> {
    Path::parse(text).map_err(|fault| {
        format!("{} (at character {})", fault.kind, text[..fault.at].chars().count() + 1)
    })
}
