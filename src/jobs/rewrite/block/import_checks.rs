//! Checks what an import into Convex would refuse or change in the records of a
//! block.

use std::ops::Range;

use crate::convex::{
    CREATION_TIME, IdHasher, LARGEST_ROW, Schema, Suspects, creation_time, is_integer,
    refused_names, row_size,
};
use crate::json::{Found, Hit, Kind as Value, Names, Verdict, Walker, check_utf8, decode_hit};
use crate::report::ImportTally;
use crate::rules::TablePlan;
use crate::storage::{Export, Kind, Table};

/// The checks that the records of a table need for an import.
#[derive(Debug, Default)]
pub enum Checks {
    /// Nothing.
    #[default]
    None,
    /// Whether the first record comes from Convex, in a table without a schema.
    First,
    /// Everything that an import checks, in a table with this schema.
    All(Schema, IdHasher),
}

/// A block that has been scanned.
pub(crate) struct Scanned<'s> {
    pub(crate) block: &'s [u8],
    /// Where its records begin, after a byte order mark.
    pub(crate) from: usize,
    /// Its byte offset in the table.
    pub(crate) offset: u64,
    pub(crate) plan: &'s TablePlan,
    pub(crate) found: &'s Found,
}

/// A line of a block: its record, the wanted members, its offset in the table.
struct Record<'s> {
    bytes: &'s [u8],
    block: &'s [u8],
    members: &'s [Hit],
    offset: u64,
}

impl Checks {
    /// The checks for a table; `schema` is that of a snapshot's table.
    pub(crate) fn of_table(export: &Export, table: &Table, schema: Option<Schema>) -> Self {
        match (&export.kind, &table.schema) {
            (Kind::Snapshot { .. }, _) => {
                Self::All(schema.unwrap_or(Schema::Missing), IdHasher::default())
            }
            (_, None) => Self::First,
            (_, Some(_)) => Self::None,
        }
    }

    /// The members to find in records; `log` adds `_id`.
    pub(crate) fn names<'p>(&self, plan: &'p TablePlan, log: bool) -> &'p Names {
        match (self, log) {
            (Self::All(..), _) => &plan.names_and_system,
            (_, true) => &plan.names_and_id,
            (_, false) => &plan.names,
        }
    }

    /// Checks the records of a block, except for their sizes.
    pub(crate) fn records(&self, scanned: &Scanned<'_>, tally: &mut ImportTally) {
        match self {
            Self::None => {}
            Self::First => tally.from_convex |= scanned.begins_in_convex(),
            Self::All(schema, hasher) => scanned.check(*schema, hasher, tally),
        }
    }

    /// Checks the sizes of rows, given by their start in the block at `offset`
    /// and their bytes in its output.
    pub(crate) fn rows(
        &self,
        rows: &[(usize, Range<usize>)],
        output: &[u8],
        offset: u64,
        tally: &mut ImportTally,
    ) {
        let Self::All(schema, _) = self else { return };
        for (start, row) in rows {
            let row = output.get(row.clone()).unwrap_or_default();
            if row_size(row, *schema) > LARGEST_ROW {
                tally.large_rows.note(offset + *start as u64);
            }
        }
    }
}

impl<'s> Scanned<'s> {
    /// Whether the first record of a table has a creation time.
    fn begins_in_convex(&self) -> bool {
        let Some(line) = self.found.lines.first().filter(|_| self.offset == 0) else {
            return false;
        };
        let record = check_utf8(&self.block[self.from..line.end]);
        let mut walker = Walker::default();
        let walked = record.and_then(|record| walker.walk(record, &Names::new([CREATION_TIME])));
        walked.is_ok() && !walker.hits().is_empty()
    }

    fn check(&self, schema: Schema, hasher: &IdHasher, tally: &mut ImportTally) {
        let mut suspects = Suspects::new(self.block);
        let mut text = String::new();
        let (mut start, mut hits) = (self.from, 0);
        for line in &self.found.lines {
            let seen = suspects.up_to(line.end);
            if !matches!(line.verdict, Verdict::Invalid(_)) {
                let record = Record {
                    bytes: &self.block[start..line.end],
                    block: self.block,
                    members: &self.found.hits[hits..line.hits],
                    offset: self.offset + start as u64,
                };
                let (ids, times) = (self.plan.id_name, self.plan.time_name);
                record.id(ids, hasher, &mut text, tally);
                record.time(times, schema, tally);
                let system = record.members.iter().filter(|hit| [ids, times].contains(&hit.name));
                if seen.others > 0 || seen.underscores != system.count() {
                    record.names(schema, tally);
                }
            }
            (start, hits) = (line.end + 1, line.hits);
        }
    }
}

impl Record<'_> {
    /// The member with this number; if it occurs several times, the last one,
    /// as in the importer.
    fn member(&self, name: usize) -> Option<&Hit> {
        self.members.iter().rev().find(|hit| hit.name == name)
    }

    /// Takes the record's ID. An ID with a lone surrogate equals no other.
    fn id(&self, name: usize, hasher: &IdHasher, text: &mut String, tally: &mut ImportTally) {
        let Some(hit) = self.member(name) else { return tally.no_id.note(self.offset) };
        match hit.kind {
            Value::String { escaped: false } => {
                let id = &self.block[hit.start + 1..hit.end - 1];
                tally.ids.push(hasher.id(id, self.offset));
            }
            Value::String { escaped: true } => {
                if decode_hit(self.block, hit, text) {
                    tally.ids.push(hasher.id(text.as_bytes(), self.offset));
                }
            }
            Value::Null | Value::Scalar | Value::Container => tally.no_id.note(self.offset),
        }
    }

    fn time(&self, name: usize, schema: Schema, tally: &mut ImportTally) {
        let Some(hit) = self.member(name).filter(|hit| hit.kind == Value::Scalar) else { return };
        let literal = &self.block[hit.start..hit.end];
        tally.time(creation_time(literal));
        if schema == Schema::Uniform && is_integer(literal) {
            tally.integer_times.note(self.offset);
        }
    }

    fn names(&self, schema: Schema, tally: &mut ImportTally) {
        let mut refused = false;
        let ImportTally { names, refused_names: noted, .. } = tally;
        refused_names(self.bytes, schema, |name, at| {
            names.see(name, self.offset + at as u64);
            refused = true;
        });
        if refused {
            noted.note(self.offset);
        }
    }
}
