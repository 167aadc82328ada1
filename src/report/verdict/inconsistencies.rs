//! Inconsistencies of a report: counts that do not balance, and files that it
//! does not name. Such a report was cut, edited or wrongly put together.

use std::collections::BTreeSet;
use std::fmt;

use super::whole_file::make_up_a_file;
use crate::report::model::{Counted, FieldReport, Report, RuleReport, Summary, TableReport};
use crate::rules::Path;

/// An inconsistency that no report of a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inconsistency<'r> {
    /// It names no file of the map.
    NoMap,
    /// It does not name the input of this table.
    NoInput(&'r str),
    /// The parts of this table's input are not the whole file.
    Parts(&'r str),
    /// The fields of this table are not those of its rules.
    Fields(&'r str),
    /// The records of this table do not balance.
    Records(&'r str),
    /// The counts of this table are higher than its bytes allow.
    Bytes(&'r str),
    /// The unmapped IDs of this table are not those of its fields.
    Unmapped(&'r str),
    /// The values of this field of a table do not balance.
    Values(&'r str, &'r str),
    /// The tables do not add up to the summary.
    Summary,
}

impl Report {
    /// All inconsistencies of the report of a run that went through its tables.
    pub fn inconsistencies(&self) -> Vec<Inconsistency<'_>> {
        let no_map = self.map.files.is_empty().then_some(Inconsistency::NoMap);
        let tables = self.tables.iter().flatten();
        let of_tables = tables.flat_map(|(name, table)| self.doubts_of(name, table));
        let summary = (!self.adds_up()).then_some(Inconsistency::Summary);
        no_map.into_iter().chain(of_tables).chain(summary).collect()
    }

    fn doubts_of<'r>(&'r self, name: &'r str, table: &'r TableReport) -> Vec<Inconsistency<'r>> {
        let has_input = table.input.is_some() || !table.parts.is_empty();
        let reads_all = self.reads_all(table);
        let fits = !has_input || !reads_all || table.fits_its_bytes();
        let inconsistencies = [
            (has_input, Inconsistency::NoInput(name)),
            (reads_all, Inconsistency::Parts(name)),
            (fits, Inconsistency::Bytes(name)),
            (self.has_its_fields(name, table), Inconsistency::Fields(name)),
            (table.balances(), Inconsistency::Records(name)),
            (table.lists_its_unmapped(), Inconsistency::Unmapped(name)),
        ];
        let inconsistencies = inconsistencies
            .into_iter()
            .filter(|(holds, _)| !holds)
            .map(|(_, inconsistency)| inconsistency);
        let fields = table.counted(name, &self.rules.fields).filter(|field| {
            let records = sum([table.updated, table.skipped]);
            records != u128::from(field.field.records) || !self.balances(field)
        });
        inconsistencies.chain(fields.map(|field| Inconsistency::Values(name, field.path))).collect()
    }

    /// Whether a table was read to its end, by this run or by those whose
    /// reports were merged.
    fn reads_all(&self, table: &TableReport) -> bool {
        let whole = table.input.as_ref().is_none_or(|input| {
            let bytes = input.file_bytes.unwrap_or(input.bytes);
            self.shard.is_some() || bytes == input.bytes && input.offset.unwrap_or(0) == 0
        });
        whole && (table.parts.is_empty() || make_up_a_file(&table.parts))
    }

    fn has_its_fields(&self, name: &str, table: &TableReport) -> bool {
        let rules = self.rules.fields.iter().filter(|rule| rule.table == name);
        let ruled: BTreeSet<_> = rules.map(|rule| &rule.path).collect();
        table.fields.keys().eq(ruled)
    }

    /// Whether every value of a field is in one count, and so is every record
    /// if the field has one place in it.
    fn balances(&self, field: &Counted<'_>) -> bool {
        let counts = field.field;
        let seen = sum(counts.kinds().map(|(_, places)| places));
        let values = sum([counts.values, counts.absent, counts.excluded]);
        let records = u128::from(counts.records);
        let is_of = |rule: &&RuleReport| rule.table == field.table && rule.path == field.path;
        let single = self.rules.fields.iter().find(is_of).is_some_and(RuleReport::is_single);
        let balances = !single || values == records || values > records && self.repeats(field);
        seen == values && balances
    }

    /// Whether the run warned of records that have a field more than once.
    fn repeats(&self, field: &Counted<'_>) -> bool {
        self.warnings.iter().any(|warning| {
            warning.code == "repeatedField"
                && warning.table.as_deref() == Some(field.table)
                && warning.field.as_deref() == Some(field.path)
        })
    }

    /// Whether the summary has the sums of the tables. An ID can be unmapped in
    /// several tables.
    fn adds_up(&self) -> bool {
        let (Some(tables), Some(all)) = (&self.tables, self.summary) else { return false };
        let Summary { total_records, total_updated, total_skipped, .. } = all;
        let Summary { total_rejected, total_unmapped, .. } = all;
        let sum_of = |count: fn(&TableReport) -> u64| sum(tables.values().map(count));
        let most = tables.values().map(|table| table.unmapped_total).max().unwrap_or(0);
        u128::from(total_records) == sum_of(|table| table.total)
            && u128::from(total_updated) == sum_of(|table| table.updated)
            && u128::from(total_skipped) == sum_of(|table| table.skipped)
            && u128::from(total_rejected) == sum_of(|table| table.rejected)
            && u128::from(total_unmapped) <= sum_of(|table| table.unmapped_total)
            && total_unmapped >= most
    }
}

impl TableReport {
    fn balances(&self) -> bool {
        u128::from(self.total) == sum([self.updated, self.skipped, self.rejected])
    }

    /// Whether the table counts no more lines, and no more values of a field,
    /// than it has bytes, so that sums cannot overflow.
    fn fits_its_bytes(&self) -> bool {
        let parts = self.parts.iter().map(|part| &part.input);
        let bytes = sum(self.input.iter().chain(parts).map(|input| input.bytes));
        let places = |field: &FieldReport| sum([field.values, field.absent, field.excluded]);
        self.fields.values().map(places).chain([u128::from(self.total)]).all(|count| count <= bytes)
    }

    /// Whether there are distinct unmapped IDs if values were unmapped, and no
    /// more of them than values.
    fn lists_its_unmapped(&self) -> bool {
        let values = sum(self.fields.values().map(|field| field.unmapped));
        let distinct = u128::from(self.unmapped_total);
        let listed = self.unmapped.len() as u128;
        listed <= distinct && distinct <= values && (distinct > 0) == (values > 0)
    }
}

impl RuleReport {
    /// Whether the field has one place in each record.
    fn is_single(&self) -> bool {
        self.matches.is_none() && Path::parse(&self.path).is_ok_and(|path| !path.has_wildcard())
    }
}

/// The sum of the counts; a report can have any numbers.
fn sum(counts: impl IntoIterator<Item = u64>) -> u128 {
    counts.into_iter().map(u128::from).sum()
}

impl fmt::Display for Inconsistency<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMap => f.write_str("it names no file of the map"),
            Self::NoInput(table) => write!(f, "it does not say what was read of {table}"),
            Self::Parts(table) => write!(f, "{table} was not read as a whole"),
            Self::Fields(table) => write!(f, "the fields of {table} are not those of the rules"),
            Self::Records(table) => write!(f, "the records of {table} do not balance"),
            Self::Bytes(table) => write!(f, "{table} has more counts than bytes"),
            Self::Unmapped(table) => {
                write!(f, "the unmapped IDs of {table} are not those of its fields")
            }
            Self::Values(table, path) => write!(f, "the values of {table}.{path} do not balance"),
            Self::Summary => f.write_str("its summary is not the sum of its tables"),
        }
    }
}
