//! The names of all members of rows, and their order.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::Cell;
use super::row::Row;
use crate::json::{Names, Walker};

/// Returns the only two members of all rows in the order in which every object
/// with both has them, or `None` if the order differs or no object has both.
pub(crate) fn in_order<'c>(rows: &[Row<'_>], cells: &[&'c str]) -> Option<[&'c str; 2]> {
    let &[one, other] = cells else { return None };
    let (names, mut walker, mut first) = (Names::new([one, other]), Walker::default(), None);
    for row in rows {
        // Rows that are not objects are known faults.
        if walker.walk(row.text, &names).is_err() {
            continue;
        }
        let hits = walker.hits();
        let Some(begin) = hits.first().map(|hit| hit.name) else { continue };
        if hits.iter().any(|hit| hit.name != begin) {
            // A member that occurs twice may be on both sides of the other.
            let is_sorted = hits.is_sorted_by_key(|hit| hit.name != begin);
            if !is_sorted || *first.get_or_insert(begin) != begin {
                return None;
            }
        }
    }
    first.map(|first| if first == 0 { [one, other] } else { [other, one] })
}

/// The most names that are collected for messages.
const MAX_NAMES: usize = 100;

/// Returns the names of all members of rows, in the order of their first
/// occurrence.
pub(crate) fn all_names(rows: &[Row<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    for row in rows {
        if names.len() < MAX_NAMES {
            // Rows that are not objects are known faults.
            let mut parser = serde_json::Deserializer::from_str(row.text);
            drop(parser.deserialize_any(NameCollector(&mut names)));
        }
    }
    names
}

/// Collects the names of an object's members.
struct NameCollector<'n>(&'n mut Vec<String>);

impl<'t> Visitor<'t> for NameCollector<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some((name, IgnoredAny)) = members.next_entry::<&RawValue, _>()? {
            if let Cell::Text(name) = Cell::of(name.get())
                && !self.0.iter().any(|known| *known == name)
                && self.0.len() < MAX_NAMES
            {
                self.0.push(name.into_owned());
            }
        }
        Ok(())
    }
}
