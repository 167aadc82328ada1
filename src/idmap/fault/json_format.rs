//! The formats of JSON files, by their endings.

use std::path::Path;

/// The forms of JSON files, by their endings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One value.
    Document,
    /// An object on each line.
    Lines,
}

impl Form {
    /// The form of a file by its ending, in any letter case; `None` is CSV.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match &*ending {
            "json" => Some(Self::Document),
            "jsonl" | "ndjson" => Some(Self::Lines),
            _ => None,
        }
    }
}
