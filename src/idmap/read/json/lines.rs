//! JSONL: an object on each line that is not blank.

use std::path::Path;

use super::row::Row;
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;
use crate::json::without_mark;

/// Returns the rows of a file, including those that are not UTF-8.
///
/// # Errors
/// Returns a fault if there are no rows.
pub(crate) fn read_lines<'t>(bytes: &'t [u8], path: &Path) -> Result<Vec<Row<'t>>, MapFault> {
    let bytes = without_mark(bytes);
    let mut rows = Vec::new();
    // Nearly every file is UTF-8 as a whole; in others each line is checked on
    // its own.
    let text = simdutf8::basic::from_utf8(bytes).ok();
    let (mut start, mut line) = (0, 0);
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |end| start + end);
        line += 1;
        let row = match text {
            Some(text) => text.get(start..end),
            None => simdutf8::basic::from_utf8(&bytes[start..end]).ok(),
        };
        match row {
            Some(text) if is_blank(text) => {}
            Some(text) => rows.push(Row { text, line }),
            None => rows.push(Row { text: "", line }),
        }
        start = end + 1;
    }
    match rows.is_empty() {
        true => Err(MapFault::Empty(RowPlace::new(path, 1))),
        false => Ok(rows),
    }
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}
