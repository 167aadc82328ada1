//! Counts that commute: workers count for themselves, and their tallies are
//! merged by sums and minima, so that the order of work does not show.

use super::occurrences::Occurrences;

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::import::ImportTally;
use super::samples::Samples;
use crate::report::model::FieldReport;

/// The counts of one field; docs/report.md says what they mean.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names are those of the report")]
pub struct FieldTally {
    pub exempt: u64,
    pub mapped: u64,
    pub kept: u64,
    pub already: u64,
    pub unmapped: u64,
    pub native: u64,
    pub unrecognized: Occurrences,
    pub collided: Occurrences,
    pub null: Occurrences,
    pub wrong_type: Occurrences,
    pub absent: Occurrences,
    pub excluded: u64,
    /// Records that have the field more than once.
    pub repeated: Occurrences,
    /// The first distinct unrecognized values.
    pub samples: Samples,
}

/// The counts of one table.
#[derive(Debug, Clone, Default)]
pub struct TableTally {
    /// Records, including rejected lines.
    pub total: u64,
    /// Records with a mapped value.
    pub updated: u64,
    /// Invalid lines.
    pub rejected: Occurrences,
    /// Records with an escaped lone surrogate.
    pub lone_surrogates: Occurrences,
    /// Whether a byte order mark was dropped.
    pub byte_order_mark: bool,
    /// The declared fields, in the order of the rules.
    pub fields: Vec<FieldTally>,
    /// The unmapped IDs, as lists show them.
    pub unmapped: HashMap<Box<str>, FirstSeen, FixedState>,
    /// What an import into Convex would refuse or change.
    pub import: ImportTally,
}

/// How often an unmapped ID occurred, and where first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstSeen {
    /// How often.
    pub count: u64,
    /// The offset of its first occurrence.
    pub offset: u64,
    /// The line of its first occurrence, from 1.
    pub line: u64,
    /// The index of the field of its first occurrence.
    pub field: usize,
}

/// The counts of one worker, or of all of them.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The tables, in the order of the run.
    pub tables: Vec<TableTally>,
    /// One bit for each row of the map, set if it was used.
    pub used: Vec<u64>,
}

impl FieldTally {
    fn merge(&mut self, other: Self) {
        self.exempt += other.exempt;
        self.mapped += other.mapped;
        self.kept += other.kept;
        self.already += other.already;
        self.unmapped += other.unmapped;
        self.native += other.native;
        self.unrecognized.merge(other.unrecognized);
        self.collided.merge(other.collided);
        self.null.merge(other.null);
        self.wrong_type.merge(other.wrong_type);
        self.absent.merge(other.absent);
        self.excluded += other.excluded;
        self.repeated.merge(other.repeated);
        self.samples.merge(&other.samples);
    }

    /// The counts for the report, given the number of valid records.
    pub fn report(&self, records: u64) -> FieldReport {
        let counts = FieldReport {
            records,
            values: 0,
            exempt: self.exempt,
            mapped: self.mapped,
            kept: self.kept,
            already: self.already,
            unmapped: self.unmapped,
            native: self.native,
            unrecognized: self.unrecognized.count,
            collided: self.collided.count,
            null: self.null.count,
            wrong_type: self.wrong_type.count,
            absent: self.absent.count,
            excluded: self.excluded,
        };
        FieldReport { values: counts.sum(), ..counts }
    }
}

impl TableTally {
    /// An empty tally of a table with `fields` declared fields.
    pub fn new(fields: usize) -> Self {
        Self { fields: vec![FieldTally::default(); fields], ..Self::default() }
    }

    /// Counts an unmapped ID.
    pub fn sight(&mut self, id: &str, sighting: FirstSeen) {
        match self.unmapped.get_mut(id) {
            Some(known) => known.merge(sighting),
            None => {
                self.unmapped.insert(id.into(), sighting);
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.updated += other.updated;
        self.rejected.merge(other.rejected);
        self.lone_surrogates.merge(other.lone_surrogates);
        self.byte_order_mark |= other.byte_order_mark;
        for (field, counted) in self.fields.iter_mut().zip(other.fields) {
            field.merge(counted);
        }
        self.import.merge(other.import);
        let mut fewer = other.unmapped;
        if fewer.len() > self.unmapped.len() {
            std::mem::swap(&mut fewer, &mut self.unmapped);
        }
        for (id, sighting) in fewer {
            self.unmapped.entry(id).and_modify(|known| known.merge(sighting)).or_insert(sighting);
        }
    }

    /// Counts what shows only after all records have been seen, on the threads
    /// of the current pool.
    pub fn settle(&mut self) {
        self.import.settle();
    }

    /// The number of valid records.
    pub fn records(&self) -> u64 {
        self.total - self.rejected.count
    }
}

impl FirstSeen {
    fn merge(&mut self, other: Self) {
        let count = self.count + other.count;
        if other.offset < self.offset {
            *self = other;
        }
        self.count = count;
    }
}

impl Tally {
    /// The number of map rows that were used.
    pub fn used(&self) -> u64 {
        self.used.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Adds the counts of another worker.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (table, counted) in self.tables.iter_mut().zip(other.tables) {
            table.merge(counted);
        }
        for (word, marked) in self.used.iter_mut().zip(other.used) {
            *word |= marked;
        }
        self
    }
}
