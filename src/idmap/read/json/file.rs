//! A JSON file and its rows.

use std::path::Path;

use super::column_finder::{ColumnFinder, FoundNames};
use super::document::{self, Entry};
use super::lines::read_lines;
use super::row::Row;
use crate::error::Result;
use crate::idmap::fault::MapFault;
use crate::idmap::file::JsonFormat;
use crate::idmap::read::compressed::compressed_fault;
use crate::storage::read_whole;

/// A JSON file in memory.
pub(crate) struct JsonFile<'p> {
    pub(crate) path: &'p Path,
    pub(crate) format: JsonFormat,
    pub(crate) bytes: Vec<u8>,
}

/// The content of a JSON file.
pub(crate) enum JsonContent<'t> {
    /// One object, whose entries have been taken.
    Flat,
    /// Rows, and the column names in them if those are already known.
    Rows(Vec<Row<'t>>, Option<FoundNames>),
}

impl<'p> JsonFile<'p> {
    /// Reads a file; `action` is what fails if that is impossible.
    pub(crate) fn read(path: &'p Path, format: JsonFormat, action: &'static str) -> Result<Self> {
        Ok(Self { path, format, bytes: read_whole(path, action)? })
    }

    /// Returns the rows of the file; or calls `take` for each entry of a flat
    /// object.
    ///
    /// # Errors
    /// Returns the fault of a file that cannot be understood as a whole.
    pub(crate) fn content<'t>(
        &'t self,
        finder: &ColumnFinder<'_>,
        take: &mut dyn FnMut(Entry<'t>),
    ) -> Result<JsonContent<'t>, MapFault> {
        if let Some(fault) = compressed_fault(&self.bytes, self.path) {
            return Err(fault);
        }
        if self.format == JsonFormat::Lines {
            return Ok(JsonContent::Rows(read_lines(&self.bytes, self.path)?, None));
        }
        let text = document::text(&self.bytes, self.path)?;
        if let Some((rows, names)) = finder.objects(text) {
            return Ok(JsonContent::Rows(rows, Some(names)));
        }
        let rows = document::parse(text, self.path, take)?;
        Ok(rows.map_or(JsonContent::Flat, |rows| JsonContent::Rows(rows, None)))
    }
}
