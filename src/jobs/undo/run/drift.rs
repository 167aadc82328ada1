//! Values that are left alone, listed.

use std::fs::File;
use std::io::{BufWriter, Write};

use crate::error::{Error, Result};
use crate::jobs::undo::log::Change;
use crate::jobs::undo::restore::Why;
use crate::json;
use crate::storage::{Target, piece};

/// A value of the change log that is neither the new one nor the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Its table.
    pub table: String,
    /// The line of its record in the export, where that is there.
    pub line: Option<u64>,
    /// The record's `_id` as the log has it, a JSON scalar.
    pub id: Option<String>,
    /// Its place as the log has it, a JSON Pointer.
    pub path: String,
    /// What it was before the run.
    pub old: String,
    /// What the run made of it.
    pub new: String,
    /// Whether it is a member name.
    pub key: bool,
    /// What stands there, as it is written, where anything does.
    pub found: Option<String>,
    /// Why it is left alone.
    pub why: Why,
}

impl Drift {
    pub(crate) fn of(change: &Change, line: Option<u64>, why: Why, found: Option<&[u8]>) -> Self {
        let Change { table, id, path, old, new, key, .. } = change.clone();
        let found = found.map(|found| String::from_utf8_lossy(found).into_owned());
        Self { table, line, id, path, old, new, key, found, why }
    }

    /// As a line of the list.
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
pub(crate) struct Listing {
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) first: Vec<Drift>,
    /// All of them, where a list was asked for, to be joined at the end.
    pub(crate) lines: Option<BufWriter<File>>,
}

/// The drifted values that a person is shown.
pub const SHOWN: usize = 10;

impl Listing {
    /// An empty listing, for a list that goes to `target`.
    ///
    /// # Errors
    /// Where there is no room for it.
    pub(crate) fn new(target: Option<&Target>) -> Result<Self> {
        Ok(Self { lines: target.map(piece).transpose()?, ..Self::default() })
    }

    /// Lists a value, the next one of its table.
    ///
    /// # Errors
    /// Where it cannot be written; `target` is where the list goes.
    pub(crate) fn add(&mut self, drift: Drift, target: Option<&Target>) -> Result<()> {
        self.count += 1;
        if let (Some(lines), Some(target)) = (&mut self.lines, target) {
            lines
                .write_all(drift.line().as_bytes())
                .map_err(|error| Error::io("cannot write", target.given(), error))?;
        }
        if self.first.len() < SHOWN {
            self.first.push(drift);
        }
        Ok(())
    }
}
