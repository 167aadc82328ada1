//! The rows of a builder, by which tests compare readers.

use crate::idmap::build::{MapBuilder, RowBatch};
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;

/// The rows of a map before they are checked against each other: decided and
/// undecided ones, faults, and counts.
pub(crate) type BuiltRows =
    (Vec<(String, String, RowPlace)>, Vec<(String, u32, RowPlace)>, Vec<(u32, MapFault)>, String);

pub(crate) fn built_rows(builder: &MapBuilder) -> BuiltRows {
    let RowBatch { decided, undecided, lines, undecided_lines, faults, counts } = builder.rows();
    let files = builder.files();
    let row = |row| {
        let (source, target) = (decided.source(row), decided.target(row));
        (source.into_owned(), target.to_owned(), lines.place(row, files))
    };
    let decided = (0..decided.len() as u32).map(row).collect();
    let row = |row| {
        let before = undecided_lines.decided_before(row);
        (undecided.source(row).into_owned(), before, undecided_lines.place(row, files))
    };
    let open = (0..undecided.len() as u32).map(row);
    (decided, open.collect(), faults.clone(), format!("{counts:?}"))
}
