//! Turns the report of a shard back into tallies.

use crate::pipeline::Shard;
use crate::report::model::{FieldReport, RulesReport, TableReport, Warning};
use crate::report::tally::{FieldTally, ImportTally, Occurrences, PatchTally, Samples, TableTally};
use crate::rules::{FieldRule, IdRules, Match, Path, Plan, TablePlan};

/// The plan of a table as a report has it: fields, and whether they are
/// optional.
pub(crate) fn plan(rules: &RulesReport, table: &str) -> Option<TablePlan> {
    let fields = rules.fields.iter().filter(|rule| rule.table == table);
    let fields = fields.map(|rule| {
        let path = Path::parse(&rule.path).ok()?;
        let matches = if rule.matches.is_some() { Match::Keys } else { Match::Value };
        let optional = rule.optional;
        Some(FieldRule { path, optional, matches, ..FieldRule::required(table, "") })
    });
    let plan = Plan::new(&rules.source, fields.collect::<Option<_>>()?, IdRules::default());
    plan.ok()?.table(table).cloned()
}

/// The tally of a table, without its unmapped IDs.
pub(crate) fn of_table(
    plan: &TablePlan,
    table: &TableReport,
    warnings: &[Warning],
    shard: Shard,
) -> TableTally {
    let occurrences = |code| occurrences(warnings, code, None);
    let field = |rule: &FieldRule| {
        let path = rule.path.as_str();
        let counts = table.fields.get(path).copied().unwrap_or_default();
        of_field(counts, path, warnings, shard)
    };
    TableTally {
        total: table.total,
        updated: table.updated,
        rejected: Occurrences { count: table.rejected, ..occurrences("rejected") },
        lone_surrogates: occurrences("loneSurrogate"),
        byte_order_mark: occurrences("byteOrderMark").count > 0,
        fields: plan.fields.iter().map(field).collect(),
        import: ImportTally {
            from_convex: occurrences("noSchema").count > 0,
            ..ImportTally::default()
        },
        ..TableTally::default()
    }
}

fn of_field(counts: FieldReport, path: &str, warnings: &[Warning], shard: Shard) -> FieldTally {
    let first = |code, count| Occurrences { count, ..occurrences(warnings, code, Some(path)) };
    FieldTally {
        exempt: counts.exempt,
        mapped: counts.mapped,
        kept: counts.kept,
        already: counts.already,
        unmapped: counts.unmapped,
        native: counts.native,
        unrecognized: first("unrecognized", counts.unrecognized),
        collided: first("collided", counts.collided),
        null: first("null", counts.null),
        wrong_type: first("wrongType", counts.wrong_type),
        absent: first("absent", counts.absent),
        excluded: counts.excluded,
        repeated: occurrences(warnings, "repeatedField", Some(path)),
        samples: samples(find(warnings, "unrecognized", Some(path)), shard),
    }
}

/// What was counted about the patches of the table.
pub(crate) fn of_patches(warnings: &[Warning]) -> PatchTally {
    let occurrences = |code| occurrences(warnings, code, None);
    PatchTally {
        left_out: occurrences("patchLeftOut"),
        too_long: occurrences("patchBatch"),
        whole_numbers: occurrences("patchNumbers"),
    }
}

/// The values that a warning shows. Their places are unknown, but those of one
/// shard precede those of the next.
fn samples(warning: Option<&Warning>, shard: Shard) -> Samples {
    let mut samples = Samples::default();
    let before = shard.number().saturating_mul(Samples::KEPT as u64);
    let values = warning.iter().flat_map(|warning| &warning.values);
    for (place, value) in values.enumerate() {
        samples.keep(value, before.saturating_add(place as u64));
    }
    samples
}

fn occurrences(warnings: &[Warning], code: &str, field: Option<&str>) -> Occurrences {
    find(warnings, code, field).map(Warning::occurrences).unwrap_or_default()
}

/// The warning about the table, or about a field of it.
fn find<'w>(warnings: &'w [Warning], code: &str, field: Option<&str>) -> Option<&'w Warning> {
    let mut of_table = warnings.iter().filter(|warning| warning.table.is_some());
    of_table.find(|warning| warning.code == code && warning.field.as_deref() == field)
}

impl Warning {
    /// The count and first place that the warning reports.
    fn occurrences(&self) -> Occurrences {
        Occurrences { count: self.count, first: self.offset }
    }
}
