//! Reduces the table list of a Convex snapshot to the tables of the output.
//!
//! An import with `--replace` empties every table that the list names and the
//! snapshot lacks, so an output with some of the tables must list only those.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::error::{Class, Error, Fault, Location, Result, Row};
use crate::json::{FaultKind, Kind, MemberReader, decode_hit};

/// Returns the lines of the list at `path` that name one of the tables `written`,
/// unchanged; `None` if no line does.
pub(crate) fn reduce(
    path: &Path,
    list: &[u8],
    written: &BTreeSet<&str>,
) -> Result<Option<Vec<u8>>> {
    let mut reader = MemberReader::new(&["name"]);
    let (mut kept, mut name) = (Vec::new(), String::new());
    for (number, raw) in (1..).zip(list.split_inclusive(|byte| *byte == b'\n')) {
        let error = |fault, column| {
            let place = Location { file: path.to_owned(), row: Some(Row::Line(number)), column };
            Error::new(fault).located(place)
        };
        let line = raw.strip_suffix(b"\n").unwrap_or(raw);
        let entry = reader.read(line).map_err(|fault| {
            error(TableListFault::Invalid(fault.kind), Some(fault.at as u64 + 1))
        })?;
        let hit = entry.find(0).filter(|hit| matches!(hit.kind, Kind::String { .. }));
        let hit = hit.ok_or_else(|| error(TableListFault::Unnamed, None))?;
        decode_hit(line, hit, &mut name);
        if written.contains(name.as_str()) {
            kept.extend_from_slice(raw);
        }
    }
    Ok(Some(kept).filter(|kept| !kept.is_empty()))
}

/// Why a snapshot's list of tables cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableListFault {
    /// A line is not one JSON object.
    Invalid(FaultKind),
    /// A line names no table.
    Unnamed,
    /// The file is larger than any list can be.
    TooLong,
}

impl Fault for TableListFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        let advice =
            "Each line of a snapshot's table list looks like {\"name\":\"tickets\",\"id\":10001}.";
        Some(advice.to_owned())
    }
}

impl fmt::Display for TableListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(fault) => fault.fmt(f),
            Self::Unnamed => f.write_str("this entry of the list of tables has no name"),
            Self::TooLong => f.write_str("is not a table list: it is larger than 16 MiB"),
        }
    }
}
