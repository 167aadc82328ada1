//! The result of an undo.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::drift::DriftedValue;

/// The result of an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoSummary {
    /// The counts of each table that was read, and of each table of the log
    /// that the export lacks.
    pub tables: BTreeMap<String, TableCounts>,
    /// The tables of the log that the export lacks.
    pub missing: Vec<String>,
    /// The tables that were copied unread.
    pub copied: Vec<String>,
    /// The tables from which a byte order mark was dropped.
    pub marks: Vec<String>,
    /// The tables with records that were joined by their lines.
    pub by_line: Vec<String>,
    /// The first values that were left alone.
    pub drifted: Vec<DriftedValue>,
    /// Whether an import of the output would replace all stored files.
    pub storage: bool,
}

impl UndoSummary {
    /// The counts of all tables together.
    pub fn sum(&self) -> TableCounts {
        let mut sum = TableCounts::default();
        self.tables.values().for_each(|counts| sum += *counts);
        sum
    }
}

/// The counts of a table. Each line of the log about it is in one of the last
/// three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Records.
    pub records: u64,
    /// Values that were restored.
    pub restored: u64,
    /// Values that were the old ones already.
    pub already: u64,
    /// Values that were left alone.
    pub drifted: u64,
}

impl AddAssign for TableCounts {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.restored += other.restored;
        self.already += other.already;
        self.drifted += other.drifted;
    }
}
