//! Makes the report of a run from its tallies and facts.

use std::collections::BTreeMap;
use std::path::Path;

use super::model::{
    COMMAND, ConditionReport, ErrorReport, FileReport, IdsReport, MapReport, Report, RuleReport,
    RulesReport, SCHEMA_VERSION, Summary, TableReport, Tool,
};
use super::tally::{TableTally, Tally};
use super::warnings::{import as import_warnings, run as warnings};
use crate::convex::Schema;
use crate::error::{Class, Error, Row};
use crate::idmap::LoadedMap;
use crate::pipeline::Shard;
use crate::rules::{Classes, Match, Plan, TablePlan};
use crate::storage::{Digest, Hasher};

/// How many unmapped IDs a report lists for each table.
pub(crate) const LISTED: usize = 1000;

/// Everything that a report says besides its counts.
#[derive(Debug)]
pub(crate) struct Facts<'f> {
    /// When the run took place, by RFC 3339.
    pub timestamp: &'f str,
    /// Whether the run was to write no data.
    pub dry_run: bool,
    /// The part of its file that the run was for, if not all of it.
    pub shard: Option<Shard>,
    /// Whether every warning needs attention.
    pub strict: bool,
    /// The ID map.
    pub map: &'f LoadedMap,
    /// How IDs that are not in the map are classified.
    pub classes: &'f Classes,
    /// The rules.
    pub plan: &'f Plan,
    /// The kind of digest that the run took.
    pub digest: Digest,
    /// Tables with rules that the export lacks.
    pub missing: &'f [String],
    /// The schemas of the tables in a snapshot's output.
    pub schemas: &'f BTreeMap<String, Schema>,
}

/// Everything that a report says about a table besides its counts.
#[derive(Debug)]
pub(crate) struct TableFacts<'f> {
    /// Its name.
    pub name: &'f str,
    /// Its plan.
    pub plan: &'f TablePlan,
    /// The table read.
    pub input: FileReport,
    /// The table written, if one was.
    pub output: Option<FileReport>,
}

/// The report of a run that went through all tables. `tables` are in the order
/// of the tally's.
pub(crate) fn build(facts: Facts<'_>, tables: Vec<TableFacts<'_>>, tally: &Tally) -> Report {
    let mut report = skeleton(&facts);
    // Only the merged report can say what only all records together can tell.
    let is_whole = facts.shard.is_none();
    let unused = facts.map.map.health.entries.saturating_sub(tally.used());
    report.map.unused = is_whole.then_some(unused);
    warnings::of_map(&facts.map.map, report.map.unused, &mut report.warnings);
    warnings::of_missing(facts.missing, &mut report.warnings);
    if is_whole {
        warnings::of_run(&tally.tables, &mut report.warnings);
    }
    import_warnings::of_schemas(facts.schemas, &mut report.warnings);
    let mut open = false;
    let mut reports = BTreeMap::new();
    let mut summary = Summary::default();
    for (of_table, tally) in tables.into_iter().zip(&tally.tables) {
        let TableFacts { name, plan, input, output } = of_table;
        warnings::of_table(name, plan, tally, &mut report.warnings);
        open |= needs_attention(plan, tally);
        summary.add(tally);
        let listed = if is_whole { LISTED } else { usize::MAX };
        let unmapped = tally.first_unmapped(listed).into_iter().map(str::to_owned).collect();
        let unmapped = (unmapped, tally.unmapped.len() as u64);
        let table = TableReport { input: Some(input), output, ..table(plan, tally, unmapped) };
        reports.insert(name.to_owned(), table);
    }
    if is_whole {
        report.warnings.iter_mut().for_each(|warning| warning.values.clear());
    }
    summary.total_unmapped = tally.distinct_unmapped();
    let newest = tally.tables.iter().filter_map(|table| table.import.newest);
    report.newest_creation_time = newest.max_by(f64::total_cmp);
    report.attention = open || facts.strict && !report.warnings.is_empty();
    report.tables = Some(reports);
    report.summary = Some(summary);
    report
}

/// The report of a run that an error ended.
pub(crate) fn failed(facts: Facts<'_>, error: &Error) -> Report {
    let mut report = skeleton(&facts);
    warnings::of_map(&facts.map.map, None, &mut report.warnings);
    report.attention = true;
    if error.class() == Class::Data
        && let Some(place) = error.location()
        && let Some(row) = place.row
    {
        let (line, offset) = match row {
            Row::Line(line) => (Some(line), None),
            Row::Offset(offset) => (None, Some(offset)),
        };
        report.error = Some(ErrorReport {
            file: place.file.to_string_lossy().into_owned(),
            line,
            offset,
            column: place.column.unwrap_or(1),
            message: error.message(),
        });
    }
    report
}

impl Summary {
    /// Adds the records of a table.
    pub(crate) fn add(&mut self, tally: &TableTally) {
        self.total_records += tally.total;
        self.total_updated += tally.updated;
        self.total_skipped += tally.records() - tally.updated;
        self.total_rejected += tally.rejected.count;
    }
}

fn skeleton(facts: &Facts<'_>) -> Report {
    let health = facts.map.map.health;
    let file =
        |path: &Path, bytes, digest: &Option<String>| FileReport::new(path, bytes, digest.clone());
    let classes = facts.classes;
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
        },
        command: COMMAND.into(),
        timestamp: facts.timestamp.to_owned(),
        dry_run: facts.dry_run,
        shard: facts.shard.map(|shard| shard.to_string()),
        strict: facts.shard.is_some() && facts.strict,
        map: MapReport {
            files: facts.map.files.iter().map(|f| file(&f.path, f.bytes, &f.digest)).collect(),
            entries: health.entries,
            undecided: health.undecided,
            duplicates: health.duplicates,
            many_to_one: health.many_to_one,
            unused: facts.shard.is_none().then_some(0),
        },
        ids: IdsReport {
            source: classes.source.spelled().to_owned(),
            target: classes.target.as_ref().map(|form| form.spelled().to_owned()),
            inferred: classes.inferred,
        },
        rules: rules(facts.plan, facts.digest),
        error: None,
        tables: None,
        summary: None,
        newest_creation_time: None,
        archive: None,
        copied: Vec::new(),
        warnings: Vec::new(),
        attention: false,
    }
}

fn rules(plan: &Plan, digest: Digest) -> RulesReport {
    let mut hasher = Hasher::new(digest);
    plan.file.iter().for_each(|bytes| hasher.update(bytes));
    let digest = plan.file.as_ref().and_then(|_| hasher.finish());
    RulesReport {
        source: plan.source.clone(),
        bytes: plan.file.as_ref().filter(|_| digest.is_some()).map(|bytes| bytes.len() as u64),
        digest,
        fields: fields(plan),
    }
}

fn fields(plan: &Plan) -> Vec<RuleReport> {
    let fields = plan.tables().flat_map(|(_, table)| &table.fields);
    fields
        .map(|rule| RuleReport {
            table: rule.table.clone(),
            path: rule.path.to_string(),
            optional: rule.optional,
            matches: (rule.matches == Match::Keys).then_some("keys".into()),
            when: rule.when.as_ref().map(|condition| ConditionReport {
                path: condition.path.to_string(),
                equals: condition.equals.clone(),
            }),
            exempt: rule.exempt.clone(),
        })
        .collect()
}

/// The counts of a table, with the unmapped IDs that it lists and their total
/// number.
pub(crate) fn table(
    plan: &TablePlan,
    tally: &TableTally,
    (unmapped, unmapped_total): (Vec<String>, u64),
) -> TableReport {
    let fields = plan.fields.iter().zip(&tally.fields);
    TableReport {
        total: tally.total,
        updated: tally.updated,
        skipped: tally.records() - tally.updated,
        unmapped,
        unmapped_total,
        rejected: tally.rejected.count,
        fields: fields
            .map(|(rule, field)| (rule.path.to_string(), field.report(tally.records())))
            .collect(),
        input: None,
        output: None,
        parts: Vec::new(),
    }
}

pub(crate) fn needs_attention(plan: &TablePlan, tally: &TableTally) -> bool {
    let open = |optional: bool, field: &super::tally::FieldTally| {
        field.unmapped + field.unrecognized.count + field.collided.count + field.wrong_type.count
            > 0
            || !optional && field.null.count + field.absent.count > 0
    };
    tally.rejected.count > 0
        || plan.fields.iter().zip(&tally.fields).any(|(rule, field)| open(rule.optional, field))
}
