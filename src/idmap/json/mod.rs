//! Maps and lists in JSON: one object, an array of objects, or an object on
//! each line. Files are read as a whole; what they hold stays where it is.

mod cell;
mod document;
mod lines;
mod rows;

use std::path::Path;

pub(super) use cell::{BadCell, Cell};
pub(super) use document::{Content, Document, Entry};
pub(super) use lines::read_lines;
pub(super) use rows::{Finder, Found, Members, Row};

/// The forms of JSON files, by their endings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One value.
    Document,
    /// An object on each line.
    Lines,
}

impl Form {
    /// The form of a file by its ending, in any letter case; `None` is CSV.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match &*ending {
            "json" => Some(Self::Document),
            "jsonl" | "ndjson" => Some(Self::Lines),
            _ => None,
        }
    }
}
