//! JSONL: an object on each line that is not blank.

use std::path::Path;

use super::rows::Row;
use crate::idmap::{MapFault, RowPlace};
use crate::json::without_mark;

/// The rows of a file; lines that are not UTF-8 are faults.
pub(in crate::idmap) fn read_lines<'t>(
    bytes: &'t [u8],
    path: &Path,
) -> (Vec<Row<'t>>, Vec<MapFault>) {
    let bytes = without_mark(bytes);
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let place = |line| RowPlace { file: path.to_owned(), line };
    // Nearly every file is UTF-8 as a whole; in others each line is looked
    // at on its own.
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
            None => faults.push(MapFault::NotUtf8(place(line))),
        }
        start = end + 1;
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push(MapFault::Empty(place(1)));
    }
    (rows, faults)
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}
