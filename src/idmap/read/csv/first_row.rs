//! The first row of a CSV file, as one separator splits it.

use std::io::{self, Read};
use std::path::Path;

use csv::StringRecord;

use super::replay::Replay;
use crate::error::csv_error;
use crate::idmap::fault::{MapFault, is_column_name};
use crate::idmap::file::RowPlace;

/// The first row, as one separator splits it.
#[derive(Debug)]
pub(crate) struct FirstRow {
    cells: StringRecord,
    pub(crate) separator: u8,
    pub(crate) place: RowPlace,
    /// The bytes up to its end, and the lines that end before that.
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
}

impl FirstRow {
    pub(crate) fn read<R: Read>(
        source: &mut Replay<R>,
        separator: u8,
        path: &Path,
    ) -> io::Result<Result<Self, MapFault>> {
        source.rewind();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(&mut *source);
        let mut record = csv::ByteRecord::new();
        let found = reader.read_byte_record(&mut record).map_err(csv_error)?;
        let end = reader.position().clone();
        let place = RowPlace::new(path, source.first_line());
        if !found {
            return Ok(Err(MapFault::NoHeader(place)));
        }
        Ok(match StringRecord::from_byte_record(record) {
            // UTF-16 has a zero byte in every character of a name.
            Ok(cells) if !cells.iter().any(|cell| cell.contains('\0')) => {
                Ok(Self { cells, separator, place, bytes: end.byte(), lines: end.line() - 1 })
            }
            _ => Err(MapFault::NotUtf8(place)),
        })
    }

    pub(crate) fn cells(&self) -> Vec<&str> {
        self.cells.iter().collect()
    }

    fn first_cell(&self) -> &str {
        self.cells.get(0).unwrap_or_default().trim()
    }

    pub(crate) fn repeated_column(&self, name: &str) -> MapFault {
        MapFault::RepeatedColumn { place: self.place.clone(), name: name.to_owned() }
    }

    /// Whether the row is only `sep=X`; it may have been split at the X.
    pub(crate) fn names_separator(&self) -> bool {
        let first = self.first_cell();
        first.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("sep="))
            && first.chars().count() <= 5
            && self.cells.iter().skip(1).all(str::is_empty)
    }

    /// Whether the row begins like JSON. Its cells are then not names, and may
    /// be secrets.
    pub(crate) fn begins_json(&self) -> bool {
        self.first_cell().starts_with(['{', '['])
    }

    /// Whether the first cell is a name in brackets, as some databases write
    /// names.
    pub(crate) fn has_bracketed_name(&self) -> bool {
        let within = self.first_cell().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        within.is_some_and(is_column_name)
    }
}
