//! How a CSV file is written, by its first row: the separator, whether there is
//! a header, and which columns count.

use std::io::{self, Read};
use std::path::Path;

use super::first_row::FirstRow;
use super::replay::Replay;
use super::row_layout::RowLayout;
use crate::idmap::fault::{ColumnList, MapFault};
use crate::idmap::file::RowPlace;
use crate::idmap::read::column_choice::{ColumnChoice, ColumnPlaces, is_data};
use crate::idmap::read::compressed::compressed_fault;
use crate::idmap::read::recognition::{ColumnRecognition, FileRecognition};
use crate::json::mark_length;

/// The separators of cells that are recognised.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// How a CSV file is written.
#[derive(Debug)]
pub(crate) struct CsvDialect {
    pub(crate) layout: RowLayout,
    /// The first row.
    pub(crate) place: RowPlace,
    /// Whether it has the column names that were given.
    pub(crate) has_given_names: bool,
    pub(crate) columns: ColumnList,
    pub(crate) recognition: FileRecognition,
    /// Whether the first row names the columns.
    pub(crate) has_header: bool,
    /// The bytes before the first row of data, without the line break of a
    /// header, and the lines that end in them.
    pub(crate) header_bytes: u64,
    pub(crate) header_lines: u64,
}

impl CsvDialect {
    /// Recognises the dialect of a file, or returns the faults of its first row.
    pub(crate) fn recognise<R: Read>(
        source: &mut Replay<R>,
        choice: &ColumnChoice<'_>,
        path: &Path,
    ) -> io::Result<Result<Self, Vec<MapFault>>> {
        let mut rows = Vec::new();
        for separator in SEPARATORS {
            let row = FirstRow::read(source, separator, path)?;
            if let Some(fault) = compressed_fault(source.kept(), path) {
                return Ok(Err(vec![fault]));
            }
            match row {
                Ok(row) if choice.by_name(&row.cells()).is_some() => {
                    rows = vec![row];
                    break;
                }
                Ok(row) => rows.push(row),
                Err(fault) => return Ok(Err(vec![fault])),
            }
        }
        let mark = mark_length(source.kept()) as u64;
        let hidden = choice.no_header || rows.iter().any(|row| is_data(&row.cells()));
        Ok(choose(&rows, choice).map(|(row, places, columns)| {
            let cells = row.cells();
            let has_header = columns != ColumnRecognition::NoHeader;
            Self {
                layout: RowLayout { places, count: cells.len(), separator: row.separator },
                place: row.place.clone(),
                has_given_names: choice.has_given_names(&cells),
                columns: ColumnList::of(&cells, hidden),
                recognition: FileRecognition::Csv { separator: row.separator, columns },
                has_header,
                header_bytes: if has_header { row.bytes } else { mark },
                header_lines: if has_header { row.lines } else { 0 },
            }
        }))
    }
}

/// Chooses the row split by the right separator, and the columns that count.
fn choose<'r>(
    rows: &'r [FirstRow],
    choice: &ColumnChoice<'_>,
) -> Result<(&'r FirstRow, ColumnPlaces, ColumnRecognition), Vec<MapFault>> {
    let by_name = |row: &'r FirstRow| Some((row, choice.by_name(&row.cells())?));
    if let Some((row, places)) = rows.iter().find_map(by_name) {
        return match choice.repeated_name(&row.cells(), places) {
            Some(name) => Err(vec![row.repeated_column(name)]),
            None => Ok((row, places, ColumnRecognition::by_name(&row.cells(), places))),
        };
    }
    if let Some(fault) = not_csv(rows) {
        return Err(vec![fault]);
    }
    let any = |is: &dyn Fn(&[&str]) -> bool| rows.iter().any(|row| is(&row.cells()));
    let data = any(&is_data);
    let headless = choice.no_header && (data || !any(&|cells| choice.has_any_name(cells)));
    let incomplete = rows.iter().find(|row| !choice.missing(&row.cells()).is_empty());
    let unnamed = incomplete.is_none() || !choice.is_map;
    if let Some(row) = rows.first().filter(|_| data && !headless && unnamed) {
        return Err(vec![MapFault::HeaderIsData(row.place.clone())]);
    }
    if incomplete.is_none()
        && let Some(row) = by_order(rows, choice)
    {
        let recognition =
            if headless { ColumnRecognition::NoHeader } else { ColumnRecognition::Order };
        return Ok((row, ColumnPlaces::FIRST_TWO, recognition));
    }
    let widest = rows.iter().rev().max_by_key(|row| row.cells().len());
    let hidden = data || choice.no_header;
    let faults = |row: &FirstRow| choice.faults(&row.place, &row.cells(), hidden);
    Err(incomplete.filter(|_| choice.given.is_some()).or(widest).map(faults).unwrap_or_default())
}

/// Returns the row of two columns that are identified by their order. If another
/// separator splits the row as well, either may be the right one.
fn by_order<'r>(rows: &'r [FirstRow], choice: &ColumnChoice<'_>) -> Option<&'r FirstRow> {
    let mut split = rows.iter().filter(|row| row.cells().len() > 1);
    match (split.next(), split.next()) {
        (Some(row), None) => Some(row).filter(|row| choice.by_order(&row.cells())),
        _ => None,
    }
}

/// Returns the fault of a first row that is neither a header nor data.
fn not_csv(rows: &[FirstRow]) -> Option<MapFault> {
    let row = rows.first()?;
    if row.names_separator() {
        return Some(MapFault::SeparatorLine(row.place.clone()));
    }
    let is_json = row.begins_json() && !rows.iter().any(FirstRow::has_bracketed_name);
    is_json.then(|| MapFault::JsonInCsv(row.place.clone()))
}
