//! A JSON file of one value: an array of objects, or a flat object.

use std::fmt;
use std::path::Path;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::Cell;
use super::row::{LineCounter, Row};
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;
use crate::json::without_mark;

/// A member of a flat object.
#[derive(Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) name: Cell<'t>,
    pub(crate) value: Cell<'t>,
    pub(crate) line: u64,
}

/// Returns the text of a file without its byte order mark.
///
/// # Errors
/// Returns a fault if the file is empty, is not UTF-8, or begins neither an
/// object nor an array.
pub(crate) fn text<'t>(bytes: &'t [u8], path: &Path) -> Result<&'t str, MapFault> {
    let bytes = without_mark(bytes);
    let place = |at: usize| {
        RowPlace::new(path, memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64 + 1)
    };
    let text = simdutf8::compat::from_utf8(bytes)
        .map_err(|error| MapFault::NotUtf8(place(error.valid_up_to())))?;
    let blanks = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
    match bytes.get(blanks) {
        Some(b'{' | b'[') => Ok(text),
        None => Err(MapFault::Empty(place(0))),
        // UTF-16 has a zero byte in every character of JSON's grammar.
        Some(_) if bytes.iter().take(4).any(|&byte| byte == 0) => Err(MapFault::NotUtf8(place(0))),
        Some(_) => Err(MapFault::NotAMap(place(blanks))),
    }
}

/// Parses the one value of a file. Returns the elements of an array; calls `take`
/// for each entry of an object, and returns `None`.
///
/// # Errors
/// Returns a fault if the text is not one valid value. Until then, `take` may
/// have been called.
pub(crate) fn parse<'t>(
    text: &'t str,
    path: &Path,
    take: &mut dyn FnMut(Entry<'t>),
) -> Result<Option<Vec<Row<'t>>>, MapFault> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = ValueVisitor { lines: LineCounter::new(text), take };
    let rows = parser.deserialize_any(value).map_err(|error| not_json(path, &error))?;
    match parser.end() {
        Ok(()) => Ok(rows),
        Err(error) if begins_value(text, &error) => {
            Err(MapFault::SeveralValues(RowPlace::new(path, error.line() as u64)))
        }
        Err(error) => Err(not_json(path, &error)),
    }
}

fn not_json(path: &Path, error: &serde_json::Error) -> MapFault {
    // If the file is cut, the fault is one past its end.
    let column = error.column() + usize::from(error.is_eof());
    let place = RowPlace::new(path, error.line() as u64);
    MapFault::NotJson { place, column, what: words(error) }
}

/// Returns the parser's words without the place.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Whether another object or array begins at the place of an error.
fn begins_value(text: &str, error: &serde_json::Error) -> bool {
    let line = text.split('\n').nth(error.line().saturating_sub(1));
    let found = line.and_then(|line| line.as_bytes().get(error.column().checked_sub(1)?));
    matches!(found, Some(b'{' | b'['))
}

/// Visits the one value of a file.
struct ValueVisitor<'w, 't> {
    lines: LineCounter<'t>,
    take: &'w mut dyn FnMut(Entry<'t>),
}

impl<'t> Visitor<'t> for ValueVisitor<'_, 't> {
    type Value = Option<Vec<Row<'t>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'t>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            (self.take)(Entry {
                name: Cell::of(name.get()),
                value: Cell::of(value.get()),
                line: self.lines.line_of(name.get()),
            });
        }
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'t>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(item) = items.next_element::<&RawValue>()? {
            let text = item.get();
            rows.push(Row { text, line: self.lines.line_of(text) });
        }
        Ok(Some(rows))
    }
}
