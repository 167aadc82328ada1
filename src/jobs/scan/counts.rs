//! Counts of the strings found at a place.

use super::classifier::StringClass;

/// The number of strings of each class at a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Strings that are source IDs of the map.
    pub sources: u64,
    /// Strings that are target IDs of the map, and not source IDs.
    pub targets: u64,
    /// Strings that are not in the map and have the form of its source IDs.
    pub source_form: u64,
    /// Longer strings that contain an ID.
    pub quoted: u64,
    /// Records with any of these.
    pub records: u64,
}

impl Counts {
    fn add(&mut self, class: StringClass) {
        match class {
            StringClass::Source => self.sources += 1,
            StringClass::Target => self.targets += 1,
            StringClass::SourceForm => self.source_form += 1,
            StringClass::Quoted => self.quoted += 1,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.sources += other.sources;
        self.targets += other.targets;
        self.source_form += other.source_form;
        self.quoted += other.quoted;
        self.records += other.records;
    }
}

/// Counts strings of consecutive records, so that each record counts once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counter {
    pub(crate) counts: Counts,
    /// The number of the last record that was counted, from 1.
    last: u64,
}

impl Counter {
    /// Counts a string of record number `record`.
    pub(crate) fn add(&mut self, class: StringClass, record: u64) {
        self.counts.add(class);
        self.counts.records += u64::from(self.last != record);
        self.last = record;
    }

    /// Adds the counts of other records.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
    }
}
