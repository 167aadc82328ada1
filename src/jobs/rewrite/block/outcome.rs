//! The result of rewriting a block.

use std::ops::Range;

use super::decision::Decision;
use super::field_search::LocatedFields;
use crate::idmap::{Probe, Row};
use crate::json::{Found, RecordFault, Scanner};
use crate::report::{FirstSeen, TableTally};

/// The result of rewriting a block. Lines count from 0 and positions are
/// relative to the block, so that it depends on nothing outside of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The output.
    pub output: Vec<u8>,
    /// The number of lines in the block.
    pub lines: u64,
    /// The mapped values, if a change log is wanted.
    pub edits: Vec<Edit>,
    /// The JSON Pointers of mapped values, concatenated.
    pub pointers: String,
    /// The records with a mapped value, if patches are wanted.
    pub updated: Vec<Updated>,
    /// Records that may be too large for an import: where they begin, and their
    /// bytes in the output.
    pub long_rows: Vec<(usize, Range<usize>)>,
    /// The lines set aside.
    pub rejects: Vec<Reject>,
    /// The invalid line that ends the run.
    pub invalid: Option<Invalid>,
    /// Unmapped values: line, offset of the value, field, and the ID in
    /// `texts`.
    pub(crate) unmapped: Vec<(u64, usize, usize, Range<usize>)>,
    pub(crate) texts: String,
    // Memory that is reused from block to block.
    pub(crate) scanner: Scanner,
    pub(crate) found: Found,
    pub(crate) located: LocatedFields,
    pub(crate) probes: Vec<Probe>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) plain: String,
    pub(crate) seen: Vec<u32>,
}

/// A mapped value.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Its line.
    pub line: u64,
    /// Where its record begins.
    pub record: usize,
    /// The record's `_id`, if it is a scalar.
    pub id: Option<Range<usize>>,
    /// The index of the field.
    pub field: usize,
    /// Its JSON Pointer in the block's pointers, unless it is that of the
    /// field.
    pub pointer: Option<Range<usize>>,
    /// Whether it is a member name.
    pub key: bool,
    /// The value before, quotes included.
    pub old: Range<usize>,
    /// The row of the map.
    pub row: Row,
}

/// A record with a mapped value.
#[derive(Debug, Clone, Copy)]
pub struct Updated {
    /// Its line.
    pub line: u64,
    /// Where it begins in the block.
    pub record: usize,
    /// Where it begins in the output.
    pub output: usize,
}

/// An invalid line.
#[derive(Debug, Clone, Copy)]
pub struct Invalid {
    /// Its line.
    pub line: u64,
    /// Where it begins.
    pub start: usize,
    /// What is wrong with it.
    pub fault: RecordFault,
}

/// A line that was set aside, its line end included.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Its line.
    pub line: u64,
    /// Its bytes.
    pub raw: Range<usize>,
    /// What is wrong with it.
    pub fault: RecordFault,
}

impl Outcome {
    pub(crate) fn clear(&mut self, fields: usize) {
        self.output.clear();
        self.lines = 0;
        self.edits.clear();
        self.pointers.clear();
        self.updated.clear();
        self.long_rows.clear();
        self.rejects.clear();
        self.invalid = None;
        self.unmapped.clear();
        self.texts.clear();
        self.seen.clear();
        self.seen.resize(fields, 0);
    }

    /// Counts the unmapped IDs once the block's place is known: `first_line` is
    /// the number of its first line, `offset` its byte offset.
    pub fn sight_unmapped(&self, tally: &mut TableTally, first_line: u64, offset: u64) {
        for (line, at, field, text) in &self.unmapped {
            let sighting = FirstSeen {
                count: 1,
                offset: offset + *at as u64,
                line: first_line + line,
                field: *field,
            };
            tally.sight(&self.texts[text.clone()], sighting);
        }
    }
}
