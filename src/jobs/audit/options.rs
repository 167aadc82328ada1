//! What an audit compares, and by what.

use super::allowed::Allowed;
use crate::idmap::Reading;
use crate::rules::{Path, Plan};
use std::path::PathBuf;

/// What to compare, and by what.
#[derive(Debug)]
pub struct Options {
    /// The export before.
    pub before: PathBuf,
    /// The export after.
    pub after: PathBuf,
    /// The name of the table in single files or on standard input.
    pub table: Option<String>,
    /// The map, where there is one.
    pub map: Option<Reading>,
    /// The rules that the export after is held against. Without any,
    /// everything that the map says may happen anywhere.
    pub plan: Option<Plan>,
    /// Where the keys of records stand.
    pub key: Path,
    /// Places whose differences are no matter.
    pub ignored: Vec<Path>,
    /// The folder of lines that a run set aside.
    pub rejects: Option<PathBuf>,
    /// What is accepted besides what the map says: it is counted, but no
    /// finding.
    pub allowed: Allowed,
    /// How many findings to print; all of them without it.
    pub limit: Option<u64>,
    /// The size of a block, in bytes.
    pub block_size: usize,
    /// The number of threads; all cores without it.
    pub threads: Option<usize>,
}
