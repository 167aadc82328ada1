//! Rows of CSV that each stand on a line: without quotes, or with quotes that
//! enclose whole cells.
//!
//! They are what the `csv` crate takes them for, which the tests hold them
//! against: a line break of any kind ends a row, and empty rows are none.

use std::path::Path;

use memchr::{memchr, memchr2};

use super::header::Header;
use crate::idmap::build::{At, Columns};
use crate::idmap::fault::MapFault;
use crate::idmap::id::Hashing;
use crate::idmap::table::MOST_TEXT;

/// Adds the rows of a block to `rows`, with lines that count from 0, and
/// returns how many lines it has. `None` where a quote is not closed on its
/// line, or stands within a cell. A block of which all rows before were plain
/// begins outside of quotes.
pub(crate) fn parse(
    block: &[u8],
    header: Header,
    rows: &mut Columns,
    path: &Path,
    hashing: &Hashing,
) -> Option<u64> {
    let quoted = memchr(b'"', block).is_some();
    // Nearly every block is UTF-8 as a whole; in others each row is looked
    // at on its own.
    let text = simdutf8::basic::from_utf8(block).ok();
    let mut at = At { path, file: 0, line: 0 };
    let mut start = 0;
    while start < block.len() {
        let end = memchr2(b'\n', b'\r', &block[start..]).map_or(block.len(), |end| start + end);
        if start < end {
            let row = match text {
                Some(text) => text.get(start..end),
                None => simdutf8::basic::from_utf8(&block[start..end]).ok(),
            };
            let cells = match row {
                _ if !quoted || memchr(b'"', &block[start..end]).is_none() => {
                    row.map(|row| header.split(row))
                }
                Some(row) => Some(header.split_quoted(row)?),
                None => return None,
            };
            add(cells, header, rows, at, hashing)?;
        }
        at.line += u64::from(block.get(end) == Some(&b'\n'));
        start = end + 1;
    }
    Some(at.line)
}

#[inline]
fn add(
    cells: Option<Result<(&str, &str), usize>>,
    header: Header,
    rows: &mut Columns,
    at: At<'_>,
    hashing: &Hashing,
) -> Option<()> {
    match cells {
        Some(Ok((source, target))) => {
            return rows.add(source, target, at, hashing, MOST_TEXT);
        }
        Some(Err(cells)) => {
            rows.fault(MapFault::CellCount { place: at.place(), cells, expected: header.count });
        }
        None => rows.fault(MapFault::NotUtf8(at.place())),
    }
    Some(())
}
