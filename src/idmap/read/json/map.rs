//! Reads a map in JSON.

use std::path::Path;

use rayon::ThreadPool;
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

use super::cell::{Cell, ids};
use super::column_finder::{ColumnFinder, FoundNames};
use super::file::{JsonContent, JsonFile};
use super::flat_map::FlatMap;
use super::members::RowMembers;
use super::row::Row;
use crate::error::{Error, Result};
use crate::idmap::build::{MapBuilder, RowBatch, RowOrigin};
use crate::idmap::fault::{ColumnList, MapFault, MapFaults};
use crate::idmap::file::{JsonFormat, RowPlace};
use crate::idmap::read::clerk_run::ClerkRun;
use crate::idmap::read::map_reader::{CANNOT_READ, FileSummary, MapReader};
use crate::idmap::read::recognition::{ColumnRecognition, FileRecognition};
use crate::idmap::table::{Hashing, MAX_TEXT};
use crate::json::Walker;
use crate::storage::Hasher;

/// The rows that a thread takes at a time.
const CHUNK: usize = 1 << 10;
/// The parsed chunks that are in memory at once.
const CHUNKS: usize = 64;

/// Adds the rows of a file, and their faults, to a map.
pub(crate) fn read_map(
    reader: &mut MapReader<'_>,
    format: JsonFormat,
    path: &Path,
) -> Result<FileSummary> {
    let file = JsonFile::read(path, format, CANNOT_READ)?;
    let finder = ColumnFinder::new(format, path, reader.columns);
    let mut flat = FlatMap::new(&mut reader.builder, path);
    let content = file.content(&finder, &mut |entry| flat.add(&entry));
    let FlatMap { names, added, .. } = flat;
    added?;
    let recognition = match content {
        Ok(JsonContent::Rows(rows, found)) => {
            let found = found.unwrap_or_else(|| find_names(&finder, &rows, reader.pool));
            add_rows(reader, &rows, &finder, found)?
        }
        Ok(JsonContent::Flat) => {
            check_flat(reader, &names, path);
            Some(FileRecognition::Flat)
        }
        Err(fault) => {
            reader.builder.add_fault(fault);
            None
        }
    };
    let mut hasher = Hasher::new(reader.digest);
    hasher.update(&file.bytes);
    Ok(FileSummary { bytes: file.bytes.len() as u64, digest: hasher.finish(), recognition })
}

fn find_names(finder: &ColumnFinder<'_>, rows: &[Row<'_>], pool: &ThreadPool) -> FoundNames {
    let chunks = || rows.par_chunks(CHUNK).map(|chunk| finder.find_names(chunk));
    pool.install(|| chunks().reduce(FoundNames::default, FoundNames::merge))
}

/// Checks that a flat object, which has no columns, is not a single row.
fn check_flat(reader: &mut MapReader<'_>, names: &[String], path: &Path) {
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let place = RowPlace::new(path, 1);
    match reader.columns.by_name(&names) {
        Some(_) => reader.builder.add_fault(MapFault::SingleRow(place)),
        None => reader.note_columns(false, place, || ColumnList::Named(Vec::new())),
    }
}

/// Adds the rows of a file. Returns how the file was recognised, if it was.
fn add_rows(
    reader: &mut MapReader<'_>,
    rows: &[Row<'_>],
    finder: &ColumnFinder<'_>,
    found: FoundNames,
) -> Result<Option<FileRecognition>> {
    // Without rows, columns need not be recognised.
    if rows.is_empty() {
        reader.note_columns(false, finder.place(rows), || ColumnList::Named(Vec::new()));
        return Ok(Some(finder.recognition(ColumnRecognition::NoRows)));
    }
    let members = match finder.members(rows, &found) {
        Ok(members) => members,
        Err(faults) => {
            reader.refuse_columns(faults);
            reader.builder.add_faults(found.faults);
            return Ok(None);
        }
    };
    let columns = || finder.columns(rows);
    reader.note_columns(members.has_given_names, finder.place(rows), columns);
    match members.has_status() {
        true => add_run(reader, rows, &members, finder)?,
        false => add_in_parallel(reader, rows, &members, finder)?,
    }
    Ok(Some(finder.recognition(members.recognition)))
}

/// Adds rows, parsed on all threads.
fn add_in_parallel(
    reader: &mut MapReader<'_>,
    rows: &[Row<'_>],
    members: &RowMembers,
    finder: &ColumnFinder<'_>,
) -> Result<()> {
    let hashing = reader.builder.hashing();
    let parse = |rows: &[Row<'_>]| parse(rows, members, finder, &hashing);
    for rows in rows.chunks(CHUNK * CHUNKS) {
        let batches = || rows.par_chunks(CHUNK).map(parse).collect::<Vec<_>>();
        for (rows, batch) in rows.chunks(CHUNK).zip(reader.pool.install(batches)) {
            append(&mut reader.builder, rows, batch, &parse, finder.path)?;
        }
    }
    Ok(())
}

/// Adds the rows of a run file, of which the last one of each source counts.
fn add_run(
    reader: &mut MapReader<'_>,
    rows: &[Row<'_>],
    members: &RowMembers,
    finder: &ColumnFinder<'_>,
) -> Result<()> {
    let (mut run, mut walker) = (ClerkRun::default(), Walker::default());
    for row in rows {
        let [source, target, status] = match members.cells(row, &mut walker) {
            Ok(cells) => cells,
            Err(fault) => {
                run.add_fault(row.line, finder.row_fault(row, fault));
                continue;
            }
        };
        let status = if let Cell::Text(status) = &status { status } else { "" };
        // The target of a failed attempt does not matter, whatever it is.
        let target = if ClerkRun::has_target(status) { target } else { Cell::Empty };
        match ids(&source, &target) {
            Ok((source, target)) => run.add(source, status, target, row.line),
            Err(fault) => run.add_fault(row.line, fault(row.place(finder.path))),
        }
    }
    run.finish(&mut reader.builder, finder.path)
}

/// Parses rows. Returns `None` if a map has no room for them.
fn parse(
    rows: &[Row<'_>],
    members: &RowMembers,
    finder: &ColumnFinder<'_>,
    hashing: &Hashing,
) -> Option<RowBatch> {
    let (mut batch, mut walker) = (RowBatch::default(), Walker::default());
    for row in rows {
        let [source, target, _] = match members.cells(row, &mut walker) {
            Ok(cells) => cells,
            Err(fault) => {
                batch.add_fault(finder.row_fault(row, fault));
                continue;
            }
        };
        let origin = RowOrigin { path: finder.path, file: 0, line: row.line };
        match ids(&source, &target) {
            Ok((source, target)) => batch.add(source, target, origin, hashing, MAX_TEXT)?,
            Err(fault) => batch.add_fault(fault(origin.place())),
        }
    }
    Some(batch)
}

/// Adds the parsed `rows` to a map. If there is no room for them, adds their
/// halves instead, down to the row that has none.
fn append(
    builder: &mut MapBuilder,
    rows: &[Row<'_>],
    batch: Option<RowBatch>,
    parse: &impl Fn(&[Row<'_>]) -> Option<RowBatch>,
    path: &Path,
) -> Result<()> {
    if let Some(mut batch) = batch
        && builder.append(&mut batch, path, 0)
    {
        return Ok(());
    }
    if let [row] = rows {
        return Err(Error::new(MapFaults(vec![MapFault::TooLarge(row.place(path))])));
    }
    let (first, second) = rows.split_at(rows.len() / 2);
    append(builder, first, parse(first), parse, path)?;
    append(builder, second, parse(second), parse, path)
}
