//! Reads lists of users: two columns of a CSV, a JSON array or a JSONL file.

use super::list::{List, ListRequest, ListRow};
use crate::error::{Error, Result};
use crate::idmap::fault::{MapFault, MapFaults};
use crate::idmap::file::{FileFormat, RowPlace};
use crate::idmap::read::ColumnChoice;
use crate::idmap::read::csv::{CsvFile, Progress};
use crate::idmap::read::json::{
    Cell, CellFault, ColumnFinder, JsonContent, JsonFile, Row, RowMembers,
};
use crate::json::Walker;
use crate::storage::Digest;

/// Reads two columns of each of two lists.
///
/// # Errors
/// Returns an error if a list cannot be read, or all faults of both: columns
/// that they lack, and rows that cannot be understood.
pub(crate) fn read_lists(asked: [ListRequest<'_>; 2]) -> Result<[List; 2]> {
    let [first, second] = asked.map(ListReader::read);
    let (first, second) = (first?, second?);
    let faults = [first.faults, second.faults].concat();
    match faults.is_empty() {
        true => Ok([first.list, second.list]),
        false => Err(Error::new(MapFaults(faults))),
    }
}

/// The action that fails if a list cannot be read.
const CANNOT_READ: &str = "cannot read the list";

/// A list that is being read.
struct ListReader {
    list: List,
    faults: Vec<MapFault>,
}

impl ListReader {
    fn read(ListRequest { path, columns }: ListRequest<'_>) -> Result<Self> {
        let list = List { path: path.to_owned(), rows: Vec::new() };
        let mut reader = Self { list, faults: Vec::new() };
        let choice = ColumnChoice::of_list(columns);
        match FileFormat::of(path) {
            FileFormat::Csv => match CsvFile::open(path, CANNOT_READ, &choice)? {
                Ok(csv) => reader.add_csv(&csv)?,
                Err(faults) => reader.faults = faults,
            },
            FileFormat::Json(format) => {
                let file = JsonFile::read(path, format, CANNOT_READ)?;
                reader.add_json(&file, &ColumnFinder::new(format, path, choice));
            }
        }
        Ok(reader)
    }

    fn add(&mut self, cells: [&str; 2], line: u64) {
        self.list.rows.push(ListRow { cells: cells.map(str::to_owned), line });
    }

    fn add_csv(&mut self, csv: &CsvFile<'_>) -> Result<()> {
        csv.for_each_row(csv.whole(), Progress::start(Digest::None), |row, line| {
            match row.map(|row| csv.dialect.layout.cells(row)) {
                Ok(Some((id, address))) => self.add([id, address], line),
                Ok(None) => {}
                Err(fault) => self.faults.push(fault),
            }
            Ok(())
        })?;
        csv.check()
    }

    fn add_json(&mut self, file: &JsonFile<'_>, finder: &ColumnFinder<'_>) {
        match file.content(finder, &mut |_| ()) {
            Ok(JsonContent::Rows(rows, _)) if rows.is_empty() => {}
            Ok(JsonContent::Rows(rows, found)) => {
                let found = found.unwrap_or_else(|| finder.find_names(&rows));
                match finder.members(&rows, &found) {
                    Ok(members) => self.add_rows(&rows, finder, &members),
                    Err(faults) => self.faults.extend(faults.into_iter().chain(found.faults)),
                }
            }
            Ok(JsonContent::Flat) => {
                self.faults.push(MapFault::NotAList(RowPlace::new(file.path, 1)));
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    fn add_rows(&mut self, rows: &[Row<'_>], finder: &ColumnFinder<'_>, members: &RowMembers) {
        let mut walker = Walker::default();
        for row in rows {
            let [id, address, _] = match members.cells(row, &mut walker) {
                Ok(cells) => cells,
                Err(fault) => {
                    self.faults.push(finder.row_fault(row, fault));
                    continue;
                }
            };
            let cells = written(&id, MapFault::WrongIdType)
                .and_then(|id| Ok([id, written(&address, MapFault::WrongAddressType)?]));
            match cells {
                Ok(cells) => self.add(cells, row.line),
                Err(fault) => self.faults.push(fault(row.place(finder.path))),
            }
        }
    }
}

/// Returns a string, or a number as it is written; empty if there is none.
fn written<'c>(cell: &'c Cell<'_>, otherwise: CellFault) -> Result<&'c str, CellFault> {
    match cell {
        Cell::Bare("true" | "false") | Cell::Container => Err(otherwise),
        _ => cell.as_written(),
    }
}

#[cfg(test)]
#[path = "../../../tests/models/idmap/lists.rs"]
mod tests;
