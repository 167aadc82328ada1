//! Why a run is refused.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::{Class, Fault, excerpt, printable, printable_path};
use crate::json::FaultKind;

/// A line is not one JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRecord(pub FaultKind);

impl Fault for InvalidRecord {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        let advice = Fault::advice(&self.0)?;
        Some(format!("{advice} Or set such lines aside with --on-invalid reject."))
    }
}

impl fmt::Display for InvalidRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// There are unmapped IDs, and the run was told to refuse them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmappedIds {
    /// How many distinct ones there are.
    pub total: u64,
    /// The first of them.
    pub shown: Vec<String>,
    /// The file that lists all of them, if one was asked for.
    pub list: Option<PathBuf>,
}

impl Fault for UnmappedIds {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        Some(match &self.list {
            Some(list) if list != Path::new("-") => format!(
                "Fill in their targets in {} and pass it as a further --map.",
                printable_path(list)
            ),
            _ => {
                "List all of them with --unmapped FILE, fill in targets and pass it as a further --map."
                    .to_owned()
            }
        })
    }
}

impl fmt::Display for UnmappedIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = if self.total == 1 { "ID" } else { "IDs" };
        write!(f, "{} distinct unmapped {ids}, and --on-unmapped is fail:", self.total)?;
        for id in &self.shown {
            write!(f, "\n  {}", excerpt(id))?;
        }
        match self.total.saturating_sub(self.shown.len() as u64) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// A rule for member names in a table with a legacy schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysOfLegacy {
    /// The table.
    pub table: String,
    /// The path of the rule.
    pub path: String,
}

impl Fault for KeysOfLegacy {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice = "Export again with a current Convex, whose schemas are uniform, or leave this rule out.";
        Some(advice.to_owned())
    }
}

impl fmt::Display for KeysOfLegacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the member names at {}.{} cannot be rewritten: the snapshot's schema of this table is a legacy one, in which they are part of inferred shapes, so that the import would change the type of numbers",
            printable(&self.table),
            printable(&self.path)
        )
    }
}
