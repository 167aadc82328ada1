//! The rows of a block of CSV, if each is on a line of its own: without quotes,
//! or with quotes that enclose whole cells.
//!
//! They are what the `csv` crate reads, as the tests check: a line break of any
//! kind ends a row, and empty rows do not count.

use std::path::Path;

use memchr::{memchr, memchr2};

use super::row_layout::RowLayout;
use crate::idmap::build::{RowBatch, RowOrigin};
use crate::idmap::fault::MapFault;
use crate::idmap::table::{Hashing, MAX_TEXT};

/// Adds the rows of a block to `rows`, with lines that count from 0, and
/// returns the number of its lines. Returns `None` if a quote is not closed on
/// its line or occurs within a cell. The block must begin outside of quotes:
/// it does if all blocks before it could be parsed.
pub(crate) fn parse_block(
    block: &[u8],
    layout: RowLayout,
    rows: &mut RowBatch,
    path: &Path,
    hashing: &Hashing,
) -> Option<u64> {
    let quoted = memchr(b'"', block).is_some();
    // Nearly every block is UTF-8 as a whole; in others each row is checked on
    // its own.
    let text = simdutf8::basic::from_utf8(block).ok();
    let mut origin = RowOrigin { path, file: 0, line: 0 };
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
                    row.map(|row| layout.split(row))
                }
                Some(row) => Some(layout.split_quoted(row)?),
                None => return None,
            };
            add(cells, layout, rows, origin, hashing)?;
        }
        origin.line += u64::from(block.get(end) == Some(&b'\n'));
        start = end + 1;
    }
    Some(origin.line)
}

#[inline]
fn add(
    cells: Option<Result<(&str, &str), usize>>,
    layout: RowLayout,
    rows: &mut RowBatch,
    origin: RowOrigin<'_>,
    hashing: &Hashing,
) -> Option<()> {
    match cells {
        Some(Ok((source, target))) => {
            return rows.add(source, target, origin, hashing, MAX_TEXT);
        }
        Some(Err(cells)) => {
            rows.add_fault(MapFault::CellCount {
                place: origin.place(),
                cells,
                expected: layout.count,
            });
        }
        None => rows.add_fault(MapFault::NotUtf8(origin.place())),
    }
    Some(())
}
