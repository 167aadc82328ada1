//! The first row of a CSV file: its separator, and which column is which.

use std::io::{self, Read};
use std::path::Path;

use csv::StringRecord;

use super::header::Header;
use crate::error::csv_error;
use crate::idmap::fault::{ColumnList, MapFault, RowPlace, is_name};
use crate::idmap::read::packed::packed;
use crate::idmap::read::taken::{Taken, Told};
use crate::idmap::read::wanted::{FIRST_TWO, Places, Wanted, is_data};
use crate::json::{mark_length, without_mark};

/// What cells may be separated by.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// What stands before the rows of a file.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) header: Header,
    /// Where the first row stands.
    pub(crate) place: RowPlace,
    /// Whether it has the names that were given, and what it has.
    pub(crate) has_named: bool,
    pub(crate) columns: ColumnList,
    /// What the file is taken for.
    pub(crate) taken: Taken,
    /// Whether the first row names the columns.
    pub(crate) is_row: bool,
    /// What the head takes up; a header's line break may follow.
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
}

impl Head {
    /// Reads the head of a file; what is wrong with it is a fault of the map.
    pub(crate) fn read<R: Read>(
        source: &mut Replay<R>,
        wanted: &Wanted<'_>,
        path: &Path,
    ) -> io::Result<Result<Self, Vec<MapFault>>> {
        let mut rows = Vec::new();
        for separator in SEPARATORS {
            let row = FirstRow::read(source, separator, path)?;
            if let Some(fault) = packed(&source.kept, path) {
                return Ok(Err(vec![fault]));
            }
            match row {
                Ok(row) if wanted.by_name(&row.cells()).is_some() => {
                    rows = vec![row];
                    break;
                }
                Ok(row) => rows.push(row),
                Err(fault) => return Ok(Err(vec![fault])),
            }
        }
        let mark = mark_length(&source.kept) as u64;
        let hidden = wanted.no_header || rows.iter().any(|row| is_data(&row.cells()));
        Ok(choose(&rows, wanted).map(|(row, places, told)| {
            let is_row = told != Told::NoHeader;
            Self {
                header: Header::new(places, row.cells.len(), row.separator),
                place: row.place.clone(),
                has_named: wanted.has_named(&row.cells()),
                columns: ColumnList::of(&row.cells(), hidden),
                taken: Taken::Csv { separator: row.separator, told },
                is_row,
                bytes: if is_row { row.bytes } else { mark },
                lines: if is_row { row.lines } else { 0 },
            }
        }))
    }
}

/// The row by the right separator, the columns that count, and what tells
/// them.
fn choose<'r>(
    rows: &'r [FirstRow],
    wanted: &Wanted<'_>,
) -> Result<(&'r FirstRow, Places, Told), Vec<MapFault>> {
    let by_name = |row: &'r FirstRow| Some((row, wanted.by_name(&row.cells())?));
    if let Some((row, places)) = rows.iter().find_map(by_name) {
        return match wanted.repeated(&row.cells(), places) {
            Some(name) => Err(vec![row.repeats(name)]),
            None => Ok((row, places, Told::by_name(&row.cells(), places))),
        };
    }
    if let Some(fault) = no_header(rows) {
        return Err(vec![fault]);
    }
    let any = |is: &dyn Fn(&[&str]) -> bool| rows.iter().any(|row| is(&row.cells()));
    let data = any(&is_data);
    let headless = wanted.no_header && (data || !any(&|cells| wanted.has_name(cells)));
    let half = rows.iter().find(|row| !wanted.missing(&row.cells()).is_empty());
    let unnamed = half.is_none() || !wanted.map;
    if let Some(row) = rows.first().filter(|_| data && !headless && unnamed) {
        return Err(vec![MapFault::HeaderIsData(row.place.clone())]);
    }
    match (half, by_position(rows, wanted)) {
        (None, Some(row)) => {
            Ok((row, FIRST_TWO, if headless { Told::NoHeader } else { Told::Order }))
        }
        _ => {
            let widest = rows.iter().rev().max_by_key(|row| row.cells.len());
            let hidden = data || wanted.no_header;
            let fault = |row: &FirstRow| wanted.faults(&row.place, &row.cells(), hidden);
            Err(half.filter(|_| wanted.named.is_some()).or(widest).map(fault).unwrap_or_default())
        }
    }
}

/// The row of two columns without names that say which they are. Another
/// separator that splits it as well may be the one that is meant.
fn by_position<'r>(rows: &'r [FirstRow], wanted: &Wanted<'_>) -> Option<&'r FirstRow> {
    let mut split = rows.iter().filter(|row| row.cells.len() > 1);
    match (split.next(), split.next()) {
        (Some(row), None) => Some(row).filter(|row| wanted.by_order(&row.cells())),
        _ => None,
    }
}

/// What a first row is that is neither a header nor data.
fn no_header(rows: &[FirstRow]) -> Option<MapFault> {
    let row = rows.first()?;
    if row.names_separator() {
        return Some(MapFault::SeparatorLine(row.place.clone()));
    }
    // Some databases write names in brackets.
    let is_json = row.begins_json() && !rows.iter().any(FirstRow::has_brackets);
    is_json.then(|| MapFault::Misnamed(row.place.clone()))
}

/// The first row as one separator has it.
#[derive(Debug)]
struct FirstRow {
    cells: StringRecord,
    separator: u8,
    place: RowPlace,
    /// The bytes up to its end, and the lines that end before that.
    bytes: u64,
    lines: u64,
}

impl FirstRow {
    fn read<R: Read>(
        source: &mut Replay<R>,
        separator: u8,
        path: &Path,
    ) -> io::Result<Result<Self, MapFault>> {
        source.at = 0;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(&mut *source);
        let mut record = csv::ByteRecord::new();
        let found = reader.read_byte_record(&mut record).map_err(csv_error)?;
        let end = reader.position().clone();
        let place = RowPlace { file: path.to_owned(), line: source.first_line() };
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

    fn cells(&self) -> Vec<&str> {
        self.cells.iter().collect()
    }

    fn first(&self) -> &str {
        self.cells.get(0).unwrap_or_default().trim()
    }

    fn repeats(&self, name: &str) -> MapFault {
        MapFault::RepeatedColumn { place: self.place.clone(), name: name.to_owned() }
    }

    /// Whether it is `sep=X` and nothing else; the X may have split it.
    fn names_separator(&self) -> bool {
        let named = self.first().get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("sep="));
        named && self.first().chars().count() <= 5 && self.cells.iter().skip(1).all(str::is_empty)
    }

    /// Whether it is the begin of JSON: its cells are no names, and some of
    /// them may be secrets.
    fn begins_json(&self) -> bool {
        self.first().starts_with(['{', '['])
    }

    /// Whether its first cell is a name in brackets.
    fn has_brackets(&self) -> bool {
        let within = self.first().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        within.is_some_and(is_name)
    }
}

/// A stream that can be read from its start again: what was read is kept.
#[derive(Debug)]
pub(crate) struct Replay<R> {
    source: R,
    kept: Vec<u8>,
    at: usize,
}

impl<R: Read> Replay<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, kept: Vec::new(), at: 0 }
    }

    /// The stream, and what of it has been read.
    pub(crate) fn into_parts(self) -> (R, Vec<u8>) {
        (self.source, self.kept)
    }

    /// The line of the first row: empty lines before it are none.
    fn first_line(&self) -> u64 {
        let text = without_mark(&self.kept);
        let row = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
        memchr::memchr_iter(b'\n', &text[..row]).count() as u64 + 1
    }
}

impl<R: Read> Read for Replay<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut kept = self.kept.get(self.at..).unwrap_or_default();
        let count = match kept.is_empty() {
            false => kept.read(buffer)?,
            true => {
                let count = self.source.read(buffer)?;
                self.kept.extend_from_slice(&buffer[..count]);
                count
            }
        };
        self.at += count;
        Ok(count)
    }
}
