//! Reads lists of users, from which a map is joined.

use std::path::Path;

use super::read::io_error;
use super::{MapFault, RowPlace};
use crate::error::{Error, ErrorKind, Result};

/// A row of a list of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The two cells that were asked for, as they stand.
    pub cells: [String; 2],
    /// Where the row stands.
    pub place: RowPlace,
}

/// Reads the two columns of a CSV list. `columns` gives for each the names that
/// it may have, the best first.
///
/// # Errors
/// A file that cannot be read, or all faults of its rows at once.
pub fn read_list(path: &Path, columns: [&[&str]; 2]) -> Result<Vec<ListRow>> {
    let cannot = |error| Error::io("cannot read the list", path, error);
    let file = std::fs::File::open(path).map_err(cannot)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.headers().map_err(|error| cannot(io_error(error)))?.clone();
    let place = |line| RowPlace { file: path.to_owned(), line };
    let find = |names: &[&str]| {
        names.iter().find_map(|name| header.iter().position(|cell| cell.trim() == *name))
    };
    let [Some(id), Some(on)] = columns.map(find) else {
        let columns = header.iter().map(str::to_owned).collect();
        let fault = MapFault::UnknownColumns { place: place(1), columns };
        return Err(Error::new(ErrorKind::Map(vec![fault])));
    };
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| cannot(io_error(error)))?;
        let cell = |column| row.get(column).unwrap_or_default().to_owned();
        let line = row.position().map_or(0, csv::Position::line);
        rows.push(ListRow { cells: [cell(id), cell(on)], place: place(line) });
    }
    Ok(rows)
}
