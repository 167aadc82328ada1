//! How the files of a map were recognised, in words that hold no data.

use std::fmt;

use super::column_choice::ColumnPlaces;
use crate::error::printable;

/// How a file of a map was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRecognition {
    /// CSV.
    Csv {
        /// The separator of cells.
        separator: u8,
        /// How the columns were recognised.
        columns: ColumnRecognition,
    },
    /// A JSON array of objects.
    Array(ColumnRecognition),
    /// A JSON object on each line.
    Lines(ColumnRecognition),
    /// One JSON object from sources to targets.
    Flat,
}

/// How the columns of a file were recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnRecognition {
    /// By the names of the source and the target column.
    Names([String; 2]),
    /// By the names of a run file of the Clerk CLI.
    RunFile,
    /// By their order, after a header.
    Order,
    /// By their order, without a header.
    NoHeader,
    /// Not at all: there are no rows.
    NoRows,
}

impl ColumnRecognition {
    /// The recognition of the columns at these places by their names.
    pub(crate) fn by_name(cells: &[&str], places: ColumnPlaces) -> Self {
        let name = |place: usize| cells[place].trim().to_owned();
        match places.status {
            Some(_) => Self::RunFile,
            None => Self::Names([places.source, places.target].map(name)),
        }
    }
}

impl fmt::Display for FileRecognition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv { separator, columns } => {
                let separator = match separator {
                    b';' => "semicolons",
                    b'\t' => "tabs",
                    _ => "commas",
                };
                write!(f, "{columns}, separated by {separator}")
            }
            Self::Array(columns) => write!(f, "an array of objects: {columns}"),
            Self::Lines(columns) => write!(f, "an object on each line: {columns}"),
            Self::Flat => f.write_str("one object from sources to targets"),
        }
    }
}

impl fmt::Display for ColumnRecognition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Names([source, target]) => {
                write!(f, "{} -> {}", printable(source), printable(target))
            }
            Self::RunFile => f.write_str("a run file, sourceId -> clerkId"),
            Self::Order => f.write_str("the first column -> the second"),
            Self::NoHeader => f.write_str("the first column -> the second, without a header"),
            Self::NoRows => f.write_str("no rows"),
        }
    }
}
