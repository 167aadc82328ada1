//! Reads a map in CSV.

use std::io::Read;
use std::path::Path;

use super::blocks::read_blocks;
use super::file::{CsvFile, Progress};
use crate::error::Result;
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;
use crate::idmap::read::clerk_run::ClerkRun;
use crate::idmap::read::map_reader::{CANNOT_READ, FileSummary, MapReader};

/// Adds the rows of a file, and their faults, to a map.
pub(crate) fn read_map(reader: &mut MapReader<'_>, path: &Path) -> Result<FileSummary> {
    let csv = match CsvFile::open(path, CANNOT_READ, &reader.columns)? {
        Ok(csv) => csv,
        Err(faults) => {
            reader.refuse_columns(faults);
            return Ok(FileSummary::default());
        }
    };
    let dialect = &csv.dialect;
    let columns = || dialect.columns.clone();
    reader.note_columns(dialect.has_given_names, dialect.place.clone(), columns);
    let summary = read_open(reader, &csv)?;
    csv.check()?;
    Ok(summary)
}

/// Reads a file in blocks if possible, else row by row.
fn read_open(reader: &mut MapReader<'_>, csv: &CsvFile<'_>) -> Result<FileSummary> {
    // Each line of a run file depends on those after it.
    let is_run = csv.dialect.layout.places.status.is_some();
    let Some(size) = csv.size().filter(|_| !is_run) else {
        let start = Progress::start(reader.digest);
        return read_rows(reader, csv, csv.whole(), start);
    };
    let progress = read_blocks(csv, size, reader)?;
    match progress.bytes == size {
        true => Ok(summary(csv, &progress)),
        false => read_rows(reader, csv, csv.rest(progress.bytes)?, progress),
    }
}

/// Reads `stream`, which continues the file where `progress` ends.
fn read_rows(
    reader: &mut MapReader<'_>,
    csv: &CsvFile<'_>,
    stream: impl Read,
    progress: Progress,
) -> Result<FileSummary> {
    let layout = csv.dialect.layout;
    let (builder, mut run) = (&mut reader.builder, ClerkRun::default());
    let progress = csv.for_each_row(stream, progress, |row, line| {
        let row = row.and_then(|row| match layout.cells(row) {
            Some((source, target)) if is_broken(source, target) => {
                Err(MapFault::LineBreakInSource(RowPlace::new(csv.path, line)))
            }
            cells => Ok(cells.zip(Some(layout.places.status.and_then(|place| row.get(place))))),
        });
        match row {
            Ok(Some(((source, target), None))) => {
                return builder.add(source, target, csv.path, line);
            }
            Ok(Some(((source, target), Some(status)))) => run.add(source, status, target, line),
            Ok(None) => {}
            Err(fault) if layout.places.status.is_some() => run.add_fault(line, fault),
            Err(fault) => builder.add_fault(fault),
        }
        Ok(())
    })?;
    run.finish(builder, csv.path)?;
    Ok(summary(csv, &progress))
}

fn summary(csv: &CsvFile<'_>, progress: &Progress) -> FileSummary {
    FileSummary {
        bytes: progress.bytes,
        digest: progress.hasher.finish(),
        recognition: Some(csv.dialect.recognition.clone()),
    }
}

/// Whether a source takes up several lines: a quote that is not closed takes in
/// the target, and all cells up to the next quote. Undecided sources may, since
/// lists of unmapped IDs have such sources.
fn is_broken(source: &str, target: &str) -> bool {
    source.contains(['\n', '\r']) && !target.is_empty()
}

#[cfg(test)]
#[path = "../../../../tests/models/idmap/csv.rs"]
mod tests;
