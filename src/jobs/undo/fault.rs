//! Why an undo is refused.

use std::fmt;

use crate::error::{Class, Fault, printable};
use crate::storage::NO_TABLES;

/// Why an undo is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UndoFault {
    /// Several records share an `_id`, so a stream would have to be read or
    /// written twice.
    SharedIds,
    /// The export has none of the tables that the change log names.
    NoLoggedTable {
        /// The tables that the log names.
        logged: Vec<String>,
        /// The tables found.
        found: Vec<String>,
    },
}

impl Fault for UndoFault {
    fn class(&self) -> Class {
        match self {
            Self::SharedIds => Class::Data,
            Self::NoLoggedTable { .. } => Class::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            Self::SharedIds => "Read it from a file, and write it to a file.".to_owned(),
            Self::NoLoggedTable { logged, .. } => format!(
                "The log names: {}. Is this the right export? A single file's table is named with --table.",
                printable(&logged.join(", "))
            ),
        })
    }
}

impl fmt::Display for UndoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SharedIds => f.write_str(
                "several records have one _id here, so that all would have to be read and written twice",
            ),
            Self::NoLoggedTable { found, .. } if found.is_empty() => f.write_str(NO_TABLES),
            Self::NoLoggedTable { found, .. } => {
                let found = printable(&found.join(", "));
                write!(f, "the change log names none of the tables found: {found}")
            }
        }
    }
}
