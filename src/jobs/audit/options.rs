//! The options of an audit.

use super::allowed::Allowed;
use crate::idmap::Reading;
use crate::rules::{Path, Plan};
use std::path::PathBuf;

/// What to compare, and how.
#[derive(Debug)]
pub struct Options {
    /// The export before.
    pub before: PathBuf,
    /// The export after.
    pub after: PathBuf,
    /// The name of the table in single files or on standard input.
    pub table: Option<String>,
    /// The map, if there is one.
    pub map: Option<Reading>,
    /// The rules to check AFTER against. Without rules, the map's changes are
    /// accepted anywhere.
    pub plan: Option<Plan>,
    /// Where the keys of records are.
    pub key: Path,
    /// Places whose differences are ignored.
    pub ignored: Vec<Path>,
    /// The folder of rejected lines.
    pub rejects: Option<PathBuf>,
    /// Differences that are counted but accepted.
    pub allowed: Allowed,
    /// How many findings to print; `None` prints all of them.
    pub limit: Option<u64>,
    /// The size of a block, in bytes.
    pub block_size: usize,
    /// The number of threads; `None` means all cores.
    pub threads: Option<usize>,
}
