//! A JSON file of one value: a flat object, or an array of objects.

use super::line_counter::Lines;

use std::fmt;
use std::path::Path;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::Cell;
use super::rows::Row;
use crate::idmap::fault::{MapFault, RowPlace};
use crate::json::without_mark;

/// A member of a flat object.
#[derive(Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) name: Cell<'t>,
    pub(crate) value: Cell<'t>,
    pub(crate) line: u64,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) enum Content<'t> {
    /// One object, whose entries have been taken.
    Flat,
    /// Objects, or at least values, in an array.
    Rows(Vec<Row<'t>>),
}

/// The text of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'t> {
    pub(crate) text: &'t str,
    path: &'t Path,
}

impl<'t> Document<'t> {
    /// Takes in the bytes of a file.
    ///
    /// # Errors
    /// They are not UTF-8, nothing, or neither an object nor an array.
    pub(crate) fn new(bytes: &'t [u8], path: &'t Path) -> Result<Self, MapFault> {
        let bytes = without_mark(bytes);
        let place = |at: usize| {
            let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64 + 1;
            RowPlace { file: path.to_owned(), line }
        };
        let text = simdutf8::compat::from_utf8(bytes)
            .map_err(|error| MapFault::NotUtf8(place(error.valid_up_to())))?;
        let blanks = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
        match bytes.get(blanks) {
            Some(b'{' | b'[') => Ok(Self { text, path }),
            None => Err(MapFault::Empty(place(0))),
            // UTF-16 has a zero byte in every character of JSON's grammar.
            Some(_) if bytes.iter().take(4).any(|&byte| byte == 0) => {
                Err(MapFault::NotUtf8(place(0)))
            }
            Some(_) => Err(MapFault::NotAMap(place(blanks))),
        }
    }

    /// Hands each member of a flat object to `take`, or collects the elements
    /// of an array.
    ///
    /// # Errors
    /// It is no JSON.
    pub(crate) fn read(&self, take: &mut dyn FnMut(Entry<'t>)) -> Result<Content<'t>, MapFault> {
        let mut parser = serde_json::Deserializer::from_str(self.text);
        let walk = Walk { lines: Lines::new(self.text), take };
        let content = parser.deserialize_any(walk).map_err(|error| self.not_json(&error))?;
        match parser.end() {
            Ok(()) => Ok(content),
            Err(error) if begins_value(self.text, &error) => {
                Err(MapFault::SeveralValues(self.place(&error)))
            }
            Err(error) => Err(self.not_json(&error)),
        }
    }

    fn not_json(&self, error: &serde_json::Error) -> MapFault {
        // Where the file is cut, the fault is one past its end.
        let column = error.column() + usize::from(error.is_eof());
        MapFault::NotJson { place: self.place(error), column, what: words(error) }
    }

    fn place(&self, error: &serde_json::Error) -> RowPlace {
        RowPlace { file: self.path.to_owned(), line: error.line() as u64 }
    }
}

/// The parser's words without the place.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Whether another object or array begins where an error is.
fn begins_value(text: &str, error: &serde_json::Error) -> bool {
    let line = text.split('\n').nth(error.line().saturating_sub(1));
    let found = line.and_then(|line| line.as_bytes().get(error.column().checked_sub(1)?));
    matches!(found, Some(b'{' | b'['))
}

/// Walks the one value of a file.
struct Walk<'w, 't> {
    lines: Lines<'t>,
    take: &'w mut dyn FnMut(Entry<'t>),
}

impl<'t> Visitor<'t> for Walk<'_, 't> {
    type Value = Content<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'t>>(mut self, mut map: A) -> Result<Content<'t>, A::Error> {
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            (self.take)(Entry {
                name: Cell::of(name.get()),
                value: Cell::of(value.get()),
                line: self.lines.of(name.get()),
            });
        }
        Ok(Content::Flat)
    }

    fn visit_seq<A: SeqAccess<'t>>(mut self, mut items: A) -> Result<Content<'t>, A::Error> {
        let mut rows = Vec::new();
        while let Some(item) = items.next_element::<&RawValue>()? {
            let text = item.get();
            rows.push(Row { text, line: self.lines.of(text) });
        }
        Ok(Content::Rows(rows))
    }
}
