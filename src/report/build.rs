//! Tallies and the facts of a run to its report.

use std::collections::BTreeMap;
use std::path::Path;

use super::{
    COMMAND, ConditionReport, ErrorReport, FileReport, IdsReport, MapReport, Report, RuleReport,
    RulesReport, SCHEMA_VERSION, Summary, TableReport, TableTally, Tally, Tool, import_warnings,
    warnings,
};
use crate::convex::Schema;
use crate::digest::{Digest, Hasher};
use crate::error::{Error, ErrorKind};
use crate::idmap::LoadedMap;
use crate::rules::{Classes, Match, Plan, TablePlan};

/// The unmapped IDs that a report lists of each table.
const LISTED: usize = 1000;

/// What a report says besides its counts.
#[derive(Debug)]
pub struct Facts<'f> {
    /// When the run took place, by RFC 3339.
    pub timestamp: &'f str,
    /// Whether no data was to be written.
    pub dry_run: bool,
    /// Whether every warning needs attention.
    pub strict: bool,
    /// The ID map.
    pub map: &'f LoadedMap,
    /// The forms of IDs that the map does not have.
    pub classes: &'f Classes,
    /// The rules.
    pub plan: &'f Plan,
    /// The digest of their file.
    pub digest: Digest,
    /// Ruled tables that the export lacks.
    pub missing: &'f [String],
    /// The schemas of the tables that a snapshot's output holds.
    pub schemas: &'f BTreeMap<String, Schema>,
}

/// What a report says of a table besides its counts.
#[derive(Debug)]
pub struct TableFacts<'f> {
    /// Its name.
    pub name: &'f str,
    /// Its plan.
    pub plan: &'f TablePlan,
    /// The table read.
    pub input: FileReport,
    /// The table written, if one was.
    pub output: Option<FileReport>,
}

/// The report of a run that went through all tables. `tables` stand in the
/// order of the tally's.
pub fn build(facts: Facts<'_>, tables: Vec<TableFacts<'_>>, tally: &Tally) -> Report {
    let mut report = skeleton(&facts);
    let unused = facts.map.map.health.entries.saturating_sub(tally.used());
    report.map.unused = Some(unused);
    warnings::of_map(&facts.map.map, unused, &mut report.warnings);
    warnings::of_run(tally, facts.missing, &mut report.warnings);
    import_warnings::of_schemas(facts.schemas, &mut report.warnings);
    let mut open = false;
    let mut reports = BTreeMap::new();
    let mut summary = Summary::default();
    for (facts, tally) in tables.into_iter().zip(&tally.tables) {
        warnings::of_table(facts.name, facts.plan, tally, &mut report.warnings);
        open |= needs_attention(facts.plan, tally);
        summary.total_records += tally.total;
        summary.total_updated += tally.updated;
        summary.total_skipped += tally.records() - tally.updated;
        summary.total_rejected += tally.rejected.count;
        reports.insert(facts.name.to_owned(), table(facts, tally));
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
pub fn failed(facts: Facts<'_>, error: &Error) -> Report {
    let mut report = skeleton(&facts);
    warnings::of_map(&facts.map.map, 0, &mut report.warnings);
    report.attention = true;
    if let (
        ErrorKind::InvalidRecord(_) | ErrorKind::InvalidTableList(_) | ErrorKind::UnnamedTable,
        Some(place),
    ) = (error.kind(), error.location())
    {
        report.error = Some(ErrorReport {
            file: place.file.to_string_lossy().into_owned(),
            line: Some(place.line.unwrap_or(1)),
            offset: None,
            column: place.column.unwrap_or(1),
            message: error.kind().to_string(),
        });
    }
    report
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
        shard: None,
        map: MapReport {
            files: facts.map.files.iter().map(|f| file(&f.path, f.bytes, &f.digest)).collect(),
            entries: health.entries,
            undecided: health.undecided,
            duplicates: health.duplicates,
            many_to_one: health.many_to_one,
            unused: Some(0),
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

fn table(facts: TableFacts<'_>, tally: &TableTally) -> TableReport {
    let unmapped = tally.first_unmapped(LISTED).into_iter().map(str::to_owned).collect();
    let fields = facts.plan.fields.iter().zip(&tally.fields);
    TableReport {
        total: tally.total,
        updated: tally.updated,
        skipped: tally.records() - tally.updated,
        unmapped,
        unmapped_total: tally.unmapped.len() as u64,
        rejected: tally.rejected.count,
        fields: fields
            .map(|(rule, field)| (rule.path.to_string(), field.report(tally.records())))
            .collect(),
        input: Some(facts.input),
        output: facts.output,
        parts: Vec::new(),
    }
}

fn needs_attention(plan: &TablePlan, tally: &TableTally) -> bool {
    let open = |optional: bool, field: &super::FieldTally| {
        field.unmapped + field.unrecognized.count + field.collided.count + field.wrong_type.count
            > 0
            || !optional && field.null.count + field.absent.count > 0
    };
    tally.rejected.count > 0
        || plan.fields.iter().zip(&tally.fields).any(|(rule, field)| open(rule.optional, field))
}
