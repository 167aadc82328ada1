//! A Convex snapshot's lists of tables.
//!
//! An import with `--replace` empties every table that a list names and the
//! snapshot lacks, so an output that holds some tables must list only those.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Location, Result};

#[derive(Deserialize)]
struct Entry {
    name: String,
}

/// The lines of the list at `path` that name one of `emitted`, byte for byte;
/// `None` where no line does.
///
/// # Errors
/// A list that cannot be read, or a line that is no entry.
pub fn cut_table_list(path: &Path, emitted: &BTreeSet<&str>) -> Result<Option<Vec<u8>>> {
    let list = fs::read(path).map_err(|error| Error::io("cannot read", path, error))?;
    let mut kept = Vec::new();
    for (line, bytes) in (1..).zip(list.split_inclusive(|byte| *byte == b'\n')) {
        let entry: Entry = serde_json::from_slice(bytes).map_err(|error| {
            let column = Some(error.column() as u64).filter(|column| *column > 0);
            let place = Location { file: path.to_owned(), line: Some(line), column };
            Error::new(ErrorKind::InvalidTableList(error)).located(place)
        })?;
        if emitted.contains(entry.name.as_str()) {
            kept.extend_from_slice(bytes);
        }
    }
    Ok(Some(kept).filter(|kept| !kept.is_empty()))
}
