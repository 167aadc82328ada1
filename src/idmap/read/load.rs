//! Reads a map: chooses a reader for each file by its format.

use std::path::Path;

use rayon::ThreadPool;

use super::loaded_map::{LoadedMap, MapFile};
use super::map_reader::{FileSummary, MapReader};
use super::reading::Reading;
use super::{csv, json};
use crate::error::Result;
use crate::idmap::build::MapBuilder;
use crate::idmap::file::FileFormat;
use crate::pipeline::BLOCK_SIZE;

/// Reads the files of a map and checks it, on all threads of `pool`.
///
/// # Errors
/// Returns an error if a file cannot be read, or all faults of the map at once.
pub fn read(reading: &Reading, pool: &ThreadPool) -> Result<LoadedMap> {
    let mut reader = MapReader::new(reading, pool, MapBuilder::default(), BLOCK_SIZE)?;
    let mut files = Vec::new();
    for path in &reading.paths {
        let before = reader.builder.row_count();
        let FileSummary { bytes, digest, recognition } = read_file(&mut reader, path)?;
        let rows = reader.builder.row_count() - before;
        files.push(MapFile { path: path.clone(), bytes, rows, digest, taken: recognition });
    }
    let builder = reader.finish();
    Ok(LoadedMap { map: pool.install(|| builder.build(reading.chains))?, files })
}

/// Adds the rows of a file to a map.
pub(crate) fn read_file(reader: &mut MapReader<'_>, path: &Path) -> Result<FileSummary> {
    match FileFormat::of(path) {
        FileFormat::Csv => csv::read_map(reader, path),
        FileFormat::Json(format) => json::read_map(reader, format, path),
    }
}
