//! The options of a scan.

use std::path::PathBuf;

use crate::idmap::Reading;
use crate::rules::Plan;

/// The options of a scan.
#[derive(Debug)]
pub struct Options {
    /// The export.
    pub export: PathBuf,
    /// The name of the table in a single file or on standard input.
    pub table: Option<String>,
    /// The map.
    pub map: Reading,
    /// The rules.
    pub plan: Plan,
    /// The size of a block, in bytes.
    pub block_size: usize,
    /// The number of threads; `None` for one a core.
    pub threads: Option<usize>,
}
