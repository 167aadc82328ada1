//! A map, and the files that it was read from.

use std::path::PathBuf;

use super::recognition::FileRecognition;
use crate::idmap::map::IdMap;

/// A map, and the files that it was read from.
#[derive(Debug, Default)]
pub struct LoadedMap {
    /// The map.
    pub map: IdMap,
    /// Its files, in the order in which they were read.
    pub files: Vec<MapFile>,
}

/// A file that the map was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapFile {
    /// Its path, as given.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its rows that are part of the map, including those without a target.
    pub rows: u64,
    /// The digest of its bytes, if digests are wanted.
    pub digest: Option<String>,
    /// How it was recognised, unless the file as a whole is at fault.
    pub taken: Option<FileRecognition>,
}
