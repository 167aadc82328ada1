//! The formats of maps and user lists, recognised by the file's extension.

use std::path::Path;

/// The format of a map or of a user list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Csv,
    Json(JsonFormat),
}

/// The two formats of JSON files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonFormat {
    /// One value: an object, or an array of objects.
    Document,
    /// An object on each line.
    Lines,
}

impl FileFormat {
    /// Returns the format that the extension names, in any letter case; every
    /// extension that does not name JSON is CSV.
    pub(crate) fn of(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match &*extension.unwrap_or_default().to_ascii_lowercase() {
            "json" => Self::Json(JsonFormat::Document),
            "jsonl" | "ndjson" => Self::Json(JsonFormat::Lines),
            _ => Self::Csv,
        }
    }
}
