//! Findings and their counts.

use std::collections::BTreeMap;

use super::record::LineFault;

/// The kind of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// A value or member name became what the map says.
    Mapped,
    /// A source ID at a declared field is still there, but should have become
    /// its target.
    Left,
    /// A source ID at a declared field became something other than its target.
    Wrong,
    /// A source ID became its target at a place that no rule declares.
    Undeclared,
    /// A number has the same value in another kind of literal, as programs
    /// write it that know only floats.
    Retyped,
    /// Any other change of a value.
    Changed,
    /// The same value in other bytes.
    Formatting,
    /// A record, member or element is new.
    Added,
    /// A record, member or element is gone.
    Removed,
    /// An invalid line.
    NoRecord,
    /// A line that a run set aside is valid, so it should not have been.
    SetAside,
    /// A line that a run set aside, as it says, is not in the export before.
    NotThere,
    /// A byte order mark was added.
    MarkAdded,
    /// A byte order mark is missing that should have stayed.
    MarkRemoved,
}

/// The number of kinds.
const KINDS: usize = FindingKind::MarkRemoved as usize + 1;

impl FindingKind {
    /// The class, for programs.
    pub fn class(self) -> &'static str {
        match self {
            Self::Mapped => "mapped",
            Self::Left => "left",
            Self::Wrong => "wrong",
            Self::Undeclared => "undeclared",
            Self::Retyped => "retyped",
            Self::Changed => "changed",
            Self::Formatting => "formatting",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::NoRecord => "noRecord",
            Self::SetAside => "setAside",
            Self::NotThere => "notThere",
            Self::MarkAdded => "markAdded",
            Self::MarkRemoved => "markRemoved",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'f> {
    /// Its kind.
    pub what: FindingKind,
    /// The table.
    pub table: &'f str,
    /// The record's key, as written.
    pub id: Option<&'f str>,
    /// The line before, from 1, if there is one.
    pub before_line: Option<u64>,
    /// The line after, from 1, if there is one.
    pub after_line: Option<u64>,
    /// The place in the record, as a JSON Pointer; empty for the whole record.
    pub path: &'f str,
    /// Whether it is about a member name rather than its value.
    pub key: bool,
    /// The value before, as written; for an invalid line, the line.
    pub before: Option<&'f [u8]>,
    /// The value after, in the same way.
    pub after: Option<&'f [u8]>,
    /// The value that should be there.
    pub expected: Option<&'f str>,
    /// Why a line is invalid.
    pub fault: Option<LineFault>,
}

/// Writes findings in a format.
pub trait FindingFormat: Sync {
    /// Appends a finding with its line end.
    fn put(&self, finding: &Finding<'_>, out: &mut Vec<u8>);
}

/// The findings at one path pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlaceTally {
    /// The number of findings by kind.
    pub(crate) found: [u64; KINDS],
    /// Source IDs of the map that are still there.
    pub leftovers: u64,
    /// Those of them that a run over AFTER would rewrite.
    pub open: u64,
}

impl PlaceTally {
    /// The number of findings of a kind.
    pub fn count(&self, what: FindingKind) -> u64 {
        self.found[what as usize]
    }

    fn merge(&mut self, other: &Self) {
        self.found.iter_mut().zip(other.found).for_each(|(sum, more)| *sum += more);
        self.leftovers += other.leftovers;
        self.open += other.open;
    }
}

/// The findings in one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableTally {
    /// Lines before, including those that a run set aside.
    pub records: u64,
    /// Lines after.
    pub after: u64,
    /// Records with a mapped value that are as they should be.
    pub mapped: u64,
    /// Records that did not change, as they should.
    pub unchanged: u64,
    /// Records with an unexplained difference.
    pub unexpected: u64,
    /// Those of them that later edits may explain: other values outside of the
    /// declared fields, and nothing else.
    pub edited: u64,
    /// Records that are only in AFTER.
    pub added: u64,
    /// Records that are only in BEFORE.
    pub removed: u64,
    /// Lines that a run set aside.
    pub rejected: u64,
    /// Whether the order of records differs.
    pub reordered: bool,
    /// The findings by path patterns.
    pub places: BTreeMap<String, PlaceTally>,
}

/// The most path patterns of a table that are counted separately: if names are
/// data, there could be as many as records.
const MOST_PLACES: usize = 1000;

/// Stands for all further path patterns.
const ELSEWHERE: &str = "…";

impl TableTally {
    /// The tally of a path pattern.
    pub(crate) fn place(&mut self, pattern: &str) -> &mut PlaceTally {
        let pattern = if self.has_room_for(pattern) { pattern } else { ELSEWHERE };
        self.places.entry(pattern.to_owned()).or_default()
    }

    /// Whether a pattern has a tally of its own. If there are too many, the
    /// last ones by name have none, whichever came first.
    fn has_room_for(&mut self, pattern: &str) -> bool {
        let shared = usize::from(self.places.contains_key(ELSEWHERE));
        let full = self.places.len() - shared >= MOST_PLACES;
        if !full || pattern == ELSEWHERE || self.places.contains_key(pattern) {
            return true;
        }
        let last = self.places.keys().rev().find(|name| *name != ELSEWHERE).cloned();
        let Some(last) = last.filter(|last| pattern < last.as_str()) else { return false };
        let tally = self.places.remove(&last).unwrap_or_default();
        self.places.entry(ELSEWHERE.to_owned()).or_default().merge(&tally);
        true
    }

    /// Adds the counts of another tally.
    pub(crate) fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.after += other.after;
        self.mapped += other.mapped;
        self.unchanged += other.unchanged;
        self.unexpected += other.unexpected;
        self.edited += other.edited;
        self.added += other.added;
        self.removed += other.removed;
        self.rejected += other.rejected;
        self.reordered |= other.reordered;
        for (pattern, place) in &other.places {
            self.place(pattern).merge(place);
        }
    }

    /// The number of findings of a kind in the whole table.
    pub fn count(&self, what: FindingKind) -> u64 {
        self.places.values().map(|place| place.count(what)).sum()
    }

    /// The number of all findings.
    pub fn found(&self) -> u64 {
        self.places.values().flat_map(|place| place.found).sum()
    }

    /// Source IDs that a run over AFTER would rewrite.
    pub fn open(&self) -> u64 {
        self.places.values().map(|place| place.open).sum()
    }
}

/// A table and its findings.
#[derive(Debug, Clone)]
pub struct AuditedTable {
    /// Its name.
    pub name: String,
    /// Whether BEFORE has it.
    pub before: bool,
    /// Whether AFTER has it.
    pub after: bool,
    /// Its findings.
    pub tally: TableTally,
}
