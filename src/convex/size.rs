//! The size of a record as a row.

use super::marker::Marker;
use super::schema::Schema;
use super::walk::{Step, text, walk};
use crate::json::{Hit, Kind};

/// The most bytes that a row may have, as Convex counts them.
pub(crate) const LARGEST_ROW: u64 = 1 << 20;

/// A record of this many bytes of JSON always fits: its row is at most 4.5
/// times as large, which `[1,1,1,…]` comes close to.
pub(crate) const ALWAYS_FITS: usize = (LARGEST_ROW / 9 * 2) as usize;

/// The size of a record as a row, in bytes: a string 2 and its length in UTF-8,
/// bytes the same, a number 9, a boolean or null 1, an array 2 and its items,
/// an object 2 and for each member the length of its name, 1 and its value. In
/// a legacy table, strings are counted as they are written: only the schema
/// says whether one is an integer or bytes.
pub fn row_size(record: &[u8], schema: Schema) -> u64 {
    let mut row = Row { record, schema, size: 0, open: Vec::new() };
    walk(record, |step| row.take(step));
    row.size
}

/// A row that has been counted up to some point.
struct Row<'r> {
    record: &'r [u8],
    schema: Schema,
    size: u64,
    open: Vec<Open>,
}

/// An open container.
struct Open {
    /// The size of everything before it.
    before: u64,
    members: usize,
    /// What it represents if this is its only member.
    marker: Option<Marker>,
    /// Its size in that case.
    size: Option<u64>,
}

impl Row<'_> {
    fn take(&mut self, step: Step) {
        match step {
            Step::Open => {
                self.open.push(Open { before: self.size, members: 0, marker: None, size: None });
                self.size += 2;
            }
            Step::Close => self.close(),
            Step::Name(name) => self.name(&name),
            Step::Scalar(value) => self.scalar(&value),
        }
    }

    fn name(&mut self, name: &Hit) {
        let name = text(self.record, name);
        self.size += name.len() as u64 + 1;
        let is_nested = self.open.len() > 1;
        if let Some(object) = self.open.last_mut() {
            object.members += 1;
            let can_mark = self.schema.has_markers() && is_nested && object.members == 1;
            object.marker = Marker::of(&name).filter(|_| can_mark);
        }
    }

    fn scalar(&mut self, value: &Hit) {
        self.size += match (value.kind, self.record.get(value.start)) {
            (Kind::String { .. }, _) => {
                let text = text(self.record, value);
                if let Some(object) = self.open.last_mut() {
                    object.size = object.marker.map(|marker| marker.size(&text));
                }
                2 + text.len() as u64
            }
            (_, Some(b'n' | b't' | b'f')) => 1,
            _ => 9,
        };
    }

    fn close(&mut self) {
        let Some(Open { before, members: 1, size: Some(size), .. }) = self.open.pop() else {
            return;
        };
        self.size = before + size;
    }
}

impl Marker {
    /// The size of the value that the member's string encodes.
    fn size(self, base64: &[u8]) -> u64 {
        let padding = base64.iter().rev().take_while(|byte| **byte == b'=').count();
        match self {
            Self::Number => 9,
            Self::Bytes => 2 + (base64.len() - padding) as u64 * 3 / 4,
        }
    }
}
