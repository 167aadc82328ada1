//! A Convex snapshot's list of tables, cut down to those emitted.
//!
//! An import with `--replace` empties every table that a list names and the
//! snapshot lacks, so an output that holds some tables must list only those.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::{Error, ErrorKind, Location, Result, Row};
use crate::json::{self, Kind, Names, Walker};

/// The lines of a list, that at `path`, which name one of `emitted`, byte for byte;
/// `None` where no line does.
///
/// # Errors
/// A line that is no entry.
pub(crate) fn cut(path: &Path, list: &[u8], emitted: &BTreeSet<&str>) -> Result<Option<Vec<u8>>> {
    let mut walker = Walker::default();
    let mut kept = Vec::new();
    for (number, raw) in (1..).zip(list.split_inclusive(|byte| *byte == b'\n')) {
        let error = |kind, column| {
            let place = Location { file: path.to_owned(), row: Some(Row::Line(number)), column };
            Error::new(kind).located(place)
        };
        let line = raw.strip_suffix(b"\n").unwrap_or(raw);
        let name = name(line, &mut walker).map_err(|fault| {
            error(ErrorKind::InvalidTableList(fault.kind), Some(fault.at as u64 + 1))
        })?;
        let name = name.ok_or_else(|| error(ErrorKind::UnnamedTable, None))?;
        if emitted.contains(name.as_str()) {
            kept.extend_from_slice(raw);
        }
    }
    Ok(Some(kept).filter(|kept| !kept.is_empty()))
}

/// The name in an entry.
fn name(line: &[u8], walker: &mut Walker) -> Result<Option<String>, json::Fault> {
    let entry = json::check_utf8(line)?;
    walker.walk(entry, &Names::new(["name"]))?;
    let Some(hit) = walker.hits().last().filter(|hit| matches!(hit.kind, Kind::String { .. }))
    else {
        return Ok(None);
    };
    let mut name = String::new();
    json::decode(&entry[hit.start + 1..hit.end - 1], &mut name);
    Ok(Some(name))
}
