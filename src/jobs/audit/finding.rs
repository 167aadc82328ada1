//! What an audit finds, and how much of it.

use std::collections::BTreeMap;

use super::record::LineFault;

/// What a finding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A value or member name became what the map says.
    Mapped,
    /// A source ID at a declared field stayed, and should have become its
    /// target.
    Left,
    /// A source ID at a declared field became something else than its target.
    Wrong,
    /// A source ID became its target at a place that no rule declares.
    Undeclared,
    /// A number became the same one in another kind of literal, as `1` does
    /// for programs that know only floats.
    Retyped,
    /// Any other change of a value.
    Changed,
    /// The same value in other bytes.
    Formatting,
    /// A record, member or element is new.
    Added,
    /// A record, member or element is gone.
    Removed,
    /// A line is no record.
    NoRecord,
    /// A line that a run set aside is a record, and should not have been.
    SetAside,
    /// A line that a run says it set aside does not stand before.
    NotThere,
    /// A byte order mark stands after, and should not.
    MarkAdded,
    /// A byte order mark stands before only, and should stand after.
    MarkRemoved,
}

/// How many there are of [`What`].
const WHATS: usize = What::MarkRemoved as usize + 1;

impl What {
    /// The word for programs.
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
    /// What it says.
    pub what: What,
    /// The table.
    pub table: &'f str,
    /// The record's key, as it is written.
    pub id: Option<&'f str>,
    /// Its line before, from 1, where it stands there.
    pub before_line: Option<u64>,
    /// Its line after.
    pub after_line: Option<u64>,
    /// The place in it, as a JSON Pointer; empty for the whole record.
    pub path: &'f str,
    /// Whether a member name is meant, not its value.
    pub key: bool,
    /// What stands there before, as it is written; a line that is no record
    /// where the record is one.
    pub before: Option<&'f [u8]>,
    /// What stands there after.
    pub after: Option<&'f [u8]>,
    /// What should stand there.
    pub expected: Option<&'f str>,
    /// Why a line is no record.
    pub fault: Option<LineFault>,
}

/// Writes findings down.
pub trait Form: Sync {
    /// Appends a finding, with the end of its line.
    fn put(&self, finding: &Finding<'_>, out: &mut Vec<u8>);
}

/// What was found at one path pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlaceTally {
    /// How often, by [`What`].
    pub(crate) found: [u64; WHATS],
    /// Source IDs of the map that still stand there.
    pub leftovers: u64,
    /// Those of them that a run over the records after would rewrite.
    pub open: u64,
}

impl PlaceTally {
    /// How often this was found.
    pub fn count(&self, what: What) -> u64 {
        self.found[what as usize]
    }

    fn merge(&mut self, other: &Self) {
        self.found.iter_mut().zip(other.found).for_each(|(sum, more)| *sum += more);
        self.leftovers += other.leftovers;
        self.open += other.open;
    }
}

/// What was found in one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableTally {
    /// Lines before, those that a run set aside among them.
    pub records: u64,
    /// Lines after.
    pub after: u64,
    /// Records in which something was mapped and all is as it should be.
    pub mapped: u64,
    /// Records that stayed, and should have.
    pub unchanged: u64,
    /// Records with a difference that nothing explains.
    pub unexpected: u64,
    /// Those of them that later edits may explain: other values outside of
    /// the declared fields, and nothing else.
    pub edited: u64,
    /// Records that stand after only.
    pub added: u64,
    /// Records that stand before only.
    pub removed: u64,
    /// Lines that a run set aside.
    pub rejected: u64,
    /// Whether records stand in another order.
    pub reordered: bool,
    /// What was found where, by path patterns.
    pub places: BTreeMap<String, PlaceTally>,
}

/// Path patterns that are told apart in a table: where names are data, there
/// could be as many as records.
const MOST_PLACES: usize = 1000;

/// What stands for all further path patterns.
const ELSEWHERE: &str = "…";

impl TableTally {
    /// The tally of a place.
    pub(crate) fn place(&mut self, pattern: &str) -> &mut PlaceTally {
        let pattern = if self.has_room_for(pattern) { pattern } else { ELSEWHERE };
        self.places.entry(pattern.to_owned()).or_default()
    }

    /// Whether a place has a tally of its own. Of too many the last ones by
    /// name have none, whichever of them came first.
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

    /// Adds what was counted elsewhere.
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

    /// How often this was found in the whole table.
    pub fn count(&self, what: What) -> u64 {
        self.places.values().map(|place| place.count(what)).sum()
    }

    /// How often anything was found.
    pub fn found(&self) -> u64 {
        self.places.values().flat_map(|place| place.found).sum()
    }

    /// Source IDs that a run over the records after would rewrite.
    pub fn open(&self) -> u64 {
        self.places.values().map(|place| place.open).sum()
    }
}

/// What was found in a table.
#[derive(Debug, Clone)]
pub struct AuditedTable {
    /// Its name.
    pub name: String,
    /// Whether the export before has it.
    pub before: bool,
    /// Whether the export after has it.
    pub after: bool,
    /// What was found.
    pub tally: TableTally,
}
