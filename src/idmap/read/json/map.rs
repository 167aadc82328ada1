//! Reads JSON maps.

use std::path::Path;

use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

use super::cell::{BadCell, Cell};
use super::document::{Content, Document, Entry};
use super::rows::{Finder, Found, Members, Row};
use crate::error::{Error, Result};
use crate::idmap::build::{At, Columns, MapBuilder};
use crate::idmap::fault::{ColumnList, Form, MapFault, MapFaults, RowPlace};
use crate::idmap::id::Hashing;
use crate::idmap::read::clerk_run::RunFile;
use crate::idmap::read::json;
use crate::idmap::read::packed::packed;
use crate::idmap::read::reader::{CANNOT_READ, MapFile, Reader};
use crate::idmap::read::taken::{Taken, Told};
use crate::idmap::table::MOST_TEXT;
use crate::json::Walker;
use crate::storage::{Hasher, read_whole};

/// Rows that a thread takes at a time.
const CHUNK: usize = 1 << 10;
/// Chunks that are in memory at once.
const CHUNKS: usize = 64;
/// The members of an object that may be a row.
const FEW: usize = 20;

impl Reader<'_> {
    /// Adds the rows of a file; what is wrong with them goes to the builder.
    pub(crate) fn json(&mut self, form: Form, path: &Path) -> Result<MapFile> {
        let bytes = read_whole(path, CANNOT_READ)?;
        let taken = match (packed(&bytes, path), form) {
            (Some(fault), _) => self.at_fault(fault),
            (None, Form::Lines) => self.lines(&bytes, path)?,
            (None, Form::Document) => match Document::new(&bytes, path) {
                Ok(document) => self.document(document, path)?,
                Err(fault) => self.at_fault(fault),
            },
        };
        let mut hasher = Hasher::new(self.reading.digest);
        hasher.update(&bytes);
        let (path, digest) = (path.to_owned(), hasher.finish());
        Ok(MapFile { path, bytes: bytes.len() as u64, rows: 0, digest, taken })
    }

    /// A file that is at fault as a whole.
    fn at_fault(&mut self, fault: MapFault) -> Option<Taken> {
        self.builder.fault(fault);
        None
    }

    fn lines(&mut self, bytes: &[u8], path: &Path) -> Result<Option<Taken>> {
        let rows = match json::read_lines(bytes, path) {
            Ok(rows) => rows,
            Err(fault) => return Ok(self.at_fault(fault)),
        };
        let wanted = self.wanted;
        let finder = Finder::new(Form::Lines, path, &wanted);
        let chunks = || rows.par_chunks(CHUNK).map(|chunk| finder.look(chunk));
        let found = self.pool.install(|| chunks().reduce(Found::default, Found::merge));
        self.rows(&rows, &finder, found)
    }

    fn document(&mut self, document: Document<'_>, path: &Path) -> Result<Option<Taken>> {
        let wanted = self.wanted;
        let finder = Finder::new(Form::Document, path, &wanted);
        if let Some((rows, found)) = finder.objects(document.text) {
            return self.rows(&rows, &finder, found);
        }
        let mut flat = Flat::new(&mut self.builder, path);
        let content = document.read(&mut |entry| flat.add(&entry));
        let Flat { names, done, .. } = flat;
        done?;
        match content {
            Ok(Content::Rows(rows)) => {
                let found = finder.look(&rows);
                self.rows(&rows, &finder, found)
            }
            Ok(Content::Flat) => {
                self.flat(&names, path);
                Ok(Some(Taken::Flat))
            }
            Err(fault) => Ok(self.at_fault(fault)),
        }
    }

    /// A flat object has no columns; one that has them is a row.
    fn flat(&mut self, names: &[String], path: &Path) {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let place = RowPlace { file: path.to_owned(), line: 1 };
        match self.wanted.by_name(&names) {
            Some(_) => self.builder.fault(MapFault::FlatRow(place)),
            None => self.lacks_named(place, || ColumnList::Named(Vec::new())),
        }
    }

    fn rows(
        &mut self,
        rows: &[Row<'_>],
        finder: &Finder<'_>,
        found: Found,
    ) -> Result<Option<Taken>> {
        let none = || ColumnList::Named(Vec::new());
        let members = match finder.members(rows, &found) {
            // Columns need not be told where there is nothing in them.
            _ if rows.is_empty() => {
                self.lacks_named(finder.place(rows), none);
                return Ok(Some(finder.taken(Told::NoRows)));
            }
            Ok(members) => members,
            Err(faults) => {
                // It may have the columns that are named, and is at fault anyway.
                self.has_named = true;
                self.builder.faults(faults);
                self.builder.faults(found.faults);
                return Ok(None);
            }
        };
        match members.has_named {
            true => self.has_named = true,
            false => self.lacks_named(finder.place(rows), || finder.columns(rows)),
        }
        match members.has_status() {
            true => self.run_file(rows, &members, finder)?,
            false => self.members(rows, &members, finder)?,
        }
        Ok(Some(finder.taken(members.told)))
    }

    /// Adds rows, on all threads.
    fn members(&mut self, rows: &[Row<'_>], members: &Members, finder: &Finder<'_>) -> Result<()> {
        let hashing = self.builder.hashing();
        let part = |rows: &[Row<'_>]| part(rows, members, finder, &hashing);
        for rows in rows.chunks(CHUNK * CHUNKS) {
            let parts = || rows.par_chunks(CHUNK).map(part).collect::<Vec<_>>();
            for (rows, columns) in rows.chunks(CHUNK).zip(self.pool.install(parts)) {
                append(&mut self.builder, rows, columns, &part, finder.path)?;
            }
        }
        Ok(())
    }

    fn run_file(&mut self, rows: &[Row<'_>], members: &Members, finder: &Finder<'_>) -> Result<()> {
        let (mut run, mut walker) = (RunFile::default(), Walker::default());
        for row in rows {
            let [source, target, status] = match members.cells(row, &mut walker) {
                Ok(cells) => cells,
                Err(fault) => {
                    run.fault(row.line, finder.fault(row, fault));
                    continue;
                }
            };
            let status = if let Cell::Text(status) = &status { status } else { "" };
            // What a failed attempt has for a target is nobody's ID.
            let target = if RunFile::maps(status) { target } else { Cell::Empty };
            match ids(&source, &target) {
                Ok((source, target)) => run.add(source, status, target, row.line),
                Err(fault) => run.fault(row.line, fault(row.place(finder.path))),
            }
        }
        run.finish(&mut self.builder, finder.path)
    }
}

/// A flat object on its way into a map.
struct Flat<'f> {
    builder: &'f mut MapBuilder,
    path: &'f Path,
    /// The names of its first members.
    names: Vec<String>,
    /// Whether there was room for all so far.
    done: Result<()>,
}

impl<'f> Flat<'f> {
    fn new(builder: &'f mut MapBuilder, path: &'f Path) -> Self {
        Self { builder, path, names: Vec::new(), done: Ok(()) }
    }

    /// Adds an entry: a source and its target.
    fn add(&mut self, Entry { name, value, line }: &Entry<'_>) {
        if let Cell::Text(name) = name
            && self.names.len() < FEW
        {
            self.names.push(name.to_string());
        }
        let entry = match value {
            Cell::Container => Err(MapFault::Nested as BadCell),
            _ => ids(name, value),
        };
        match entry {
            Ok((source, target)) if self.done.is_ok() => {
                self.done = self.builder.add(source, target, self.path, *line);
            }
            Ok(_) => {}
            Err(fault) => {
                self.builder.fault(fault(RowPlace { file: self.path.to_owned(), line: *line }));
            }
        }
    }
}

/// Source and target, or what is wrong with either.
fn ids<'c>(source: &'c Cell<'_>, target: &'c Cell<'_>) -> Result<(&'c str, &'c str), BadCell> {
    Ok((source.id()?, target.id()?))
}

/// The columns of some rows; `None` where a map has no room for them.
fn part(
    rows: &[Row<'_>],
    members: &Members,
    finder: &Finder<'_>,
    hashing: &Hashing,
) -> Option<Columns> {
    let (mut part, mut walker) = (Columns::default(), Walker::default());
    for row in rows {
        let [source, target, _] = match members.cells(row, &mut walker) {
            Ok(cells) => cells,
            Err(fault) => {
                part.fault(finder.fault(row, fault));
                continue;
            }
        };
        let at = At { path: finder.path, file: 0, line: row.line };
        match ids(&source, &target) {
            Ok((source, target)) => part.add(source, target, at, hashing, MOST_TEXT)?,
            Err(fault) => part.fault(fault(at.place())),
        }
    }
    Some(part)
}

/// Adds a part of a map. Where there is no room for it, its halves, down to
/// the row that has none.
fn append(
    builder: &mut MapBuilder,
    rows: &[Row<'_>],
    columns: Option<Columns>,
    part: &impl Fn(&[Row<'_>]) -> Option<Columns>,
    path: &Path,
) -> Result<()> {
    if let Some(mut columns) = columns
        && builder.append(&mut columns, path, 0)
    {
        return Ok(());
    }
    if let [row] = rows {
        return Err(Error::new(MapFaults(vec![MapFault::TooLarge(row.place(path))])));
    }
    let (first, second) = rows.split_at(rows.len() / 2);
    append(builder, first, part(first), part, path)?;
    append(builder, second, part(second), part, path)
}
