//! The list of values that are left alone.

use std::fs::File;
use std::io::{BufWriter, Write};

use crate::error::{Error, Result};
use crate::jobs::undo::log::Change;
use crate::jobs::undo::restore::DriftReason;
use crate::json;
use crate::storage::{Target, piece};

/// A value that is left alone, since it is neither the new one nor the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftedValue {
    /// Its table.
    pub table: String,
    /// The line of its record in the export, if the record is there.
    pub line: Option<u64>,
    /// The record's `_id` as the log has it, a JSON scalar.
    pub id: Option<String>,
    /// Its path as the log has it, a JSON Pointer.
    pub path: String,
    /// Its value before the run.
    pub old: String,
    /// Its value after the run.
    pub new: String,
    /// Whether it is a member name.
    pub key: bool,
    /// What is there now, as it is written, if anything is.
    pub found: Option<String>,
    /// Why it is left alone.
    pub why: DriftReason,
}

impl DriftedValue {
    /// The drift of a change; `found` is what is there.
    pub(crate) fn of(
        change: &Change,
        line: Option<u64>,
        why: DriftReason,
        found: Option<&[u8]>,
    ) -> Self {
        let Change { table, id, path, old, new, is_name: key, .. } = change.clone();
        let found = found.map(|found| String::from_utf8_lossy(found).into_owned());
        Self { table, line, id, path, old, new, key, found, why }
    }

    /// The value as a line of the list.
    fn line(&self) -> String {
        let quote = json::quote;
        let mut text = format!("{{\"table\":{}", quote(&self.table));
        if let Some(line) = self.line {
            text += &format!(",\"line\":{line}");
        }
        if let Some(id) = &self.id {
            text += &format!(",\"_id\":{id}");
        }
        let (path, old, new) = (quote(&self.path), quote(&self.old), quote(&self.new));
        text += &format!(",\"path\":{path},\"old\":{old},\"new\":{new}");
        if let Some(found) = &self.found {
            text += &format!(",\"found\":{found}");
        }
        text + if self.key { ",\"key\":true}\n" } else { "}\n" }
    }
}

/// The drifted values of one table, in order.
#[derive(Debug, Default)]
pub(crate) struct DriftList {
    pub(crate) count: u64,
    /// The first [`MOST_SHOWN`] of them.
    pub(crate) first: Vec<DriftedValue>,
    /// The lines of the list, if one is wanted: they are joined with those of
    /// other tables at the end.
    pub(crate) lines: Option<BufWriter<File>>,
}

/// How many drifted values are shown to the user.
pub const MOST_SHOWN: usize = 10;

impl DriftList {
    /// An empty list; if a file is wanted, it goes to `target`.
    pub(crate) fn new(target: Option<&Target>) -> Result<Self> {
        Ok(Self { lines: target.map(piece).transpose()?, ..Self::default() })
    }

    /// Adds the next value of the table.
    pub(crate) fn add(&mut self, drift: DriftedValue, target: Option<&Target>) -> Result<()> {
        self.count += 1;
        if let (Some(lines), Some(target)) = (&mut self.lines, target) {
            lines
                .write_all(drift.line().as_bytes())
                .map_err(|error| Error::io("cannot write", target.given(), error))?;
        }
        if self.first.len() < MOST_SHOWN {
            self.first.push(drift);
        }
        Ok(())
    }
}
