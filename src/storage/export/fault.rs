//! Faults of an export as a whole.

use std::fmt;
use std::path::PathBuf;

use crate::error::{Class, Fault, printable, printable_path};

/// Why an export is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportFault {
    /// A table was found in two files.
    TableTwice {
        /// The table.
        table: String,
        /// The other file.
        other: PathBuf,
    },
    /// The export has none of the tables that the rules name.
    NoRuledTable {
        /// The tables that the rules name.
        ruled: Vec<String>,
        /// The tables found.
        found: Vec<String>,
    },
}

impl Fault for ExportFault {
    fn class(&self) -> Class {
        match self {
            Self::TableTwice { .. } => Class::Data,
            Self::NoRuledTable { .. } => Class::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            Self::TableTwice { .. } => "Move one of the two files out of the export.".to_owned(),
            Self::NoRuledTable { ruled, .. } if ruled.is_empty() => {
                "Is this the right folder?".to_owned()
            }
            Self::NoRuledTable { ruled, .. } => format!(
                "Expected at least one of: {}. Is this the right folder? A single file's table is named with --table.",
                ruled.join(", ")
            ),
        })
    }
}

impl fmt::Display for ExportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableTwice { table, other } => {
                write!(
                    f,
                    "table {} is both here and in {}",
                    printable(table),
                    printable_path(other)
                )
            }
            Self::NoRuledTable { found, .. } if found.is_empty() => f.write_str(NO_TABLES),
            Self::NoRuledTable { found, .. } => {
                write!(f, "none of the tables found has rules: {}", printable(&found.join(", ")))
            }
        }
    }
}

/// The message about an export without any table.
pub(crate) const NO_TABLES: &str = "no tables found (NAME.jsonl or NAME/documents.jsonl)";
