//! How the files of a map were taken, in words; what rows hold is in none.

use std::fmt;

use super::wanted::Places;
use crate::error::printable;

/// What a file of a map was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// CSV.
    Csv {
        /// What stands between cells.
        separator: u8,
        /// What tells the columns.
        told: Told,
    },
    /// An array of objects.
    Array(Told),
    /// An object on each line.
    Lines(Told),
    /// One object from sources to targets.
    Flat,
}

/// What tells the columns of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The names of the source and the target column.
    Names([String; 2]),
    /// The names of a run file of the Clerk CLI.
    RunFile,
    /// Their order, after a header.
    Order,
    /// Their order, without a header.
    NoHeader,
    /// There are no rows.
    NoRows,
}

impl Told {
    /// The names of these columns.
    pub(crate) fn by_name(cells: &[&str], places: Places) -> Self {
        let name = |place: usize| cells[place].trim().to_owned();
        match places.status {
            Some(_) => Self::RunFile,
            None => Self::Names([places.source, places.target].map(name)),
        }
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv { separator: b';', told } => write!(f, "{told}, separated by semicolons"),
            Self::Csv { separator: b'\t', told } => write!(f, "{told}, separated by tabs"),
            Self::Csv { told, .. } => write!(f, "{told}, separated by commas"),
            Self::Array(told) => write!(f, "an array of objects: {told}"),
            Self::Lines(told) => write!(f, "an object on each line: {told}"),
            Self::Flat => f.write_str("one object from sources to targets"),
        }
    }
}

impl fmt::Display for Told {
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
