//! What a report warns of, derived from its counts.

use super::{FieldTally, Noted, TableTally, Tally, Warning};
use crate::error::excerpt;
use crate::idmap::Health;
use crate::rules::{FieldRule, TablePlan};

/// Warnings of the map, with `unused` entries.
pub(super) fn of_map(health: &Health, unused: u64, warnings: &mut Vec<Warning>) {
    let several = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    for (code, count, one, many) in [
        (
            "duplicateRows",
            health.duplicates,
            "row of the map repeats an earlier one",
            "rows of the map repeat earlier ones",
        ),
        (
            "manyToOne",
            health.many_to_one,
            "target of the map has several sources",
            "targets of the map have several sources",
        ),
        (
            "oddTargets",
            health.odd_targets,
            "target of the map is of another form than the rest",
            "targets of the map are of another form than the rest",
        ),
        (
            "unusedRows",
            unused,
            "entry of the map was never used",
            "entries of the map were never used",
        ),
    ] {
        if count > 0 {
            warnings.push(warning(code, several(count, one, many), count));
        }
    }
}

/// Warnings of a table.
pub(super) fn of_table(
    name: &str,
    plan: &TablePlan,
    tally: &TableTally,
    warnings: &mut Vec<Warning>,
) {
    let mut say = |code, noted: Noted, message: &str| {
        if noted.count > 0 {
            let offset = noted.first;
            let message = message.to_owned();
            let table = Some(name.to_owned());
            warnings.push(Warning { table, offset, ..warning(code, message, noted.count) });
        }
    };
    let mark = Noted { count: u64::from(tally.byte_order_mark), first: Some(0) };
    say("byteOrderMark", mark, "a byte order mark was dropped: importers refuse it");
    say("rejected", tally.rejected, "lines are no record and were set aside");
    say(
        "loneSurrogate",
        tally.lone_surrogates,
        "records hold an escaped lone surrogate: importers refuse it",
    );
    for (rule, field) in plan.fields.iter().zip(&tally.fields) {
        of_field(name, rule, field, warnings);
    }
}

fn of_field(table: &str, rule: &FieldRule, field: &FieldTally, warnings: &mut Vec<Warning>) {
    let unless_optional = |noted: Noted| if rule.optional { Noted::default() } else { noted };
    let shown =
        field.samples().iter().map(|value| format!("{:?}", excerpt(value))).collect::<Vec<_>>();
    for (code, noted, message) in [
        ("repeatedField", field.repeated, "the field stands more than once in a record".to_owned()),
        (
            "unrecognized",
            field.unrecognized,
            format!("values are neither in the map nor look like an ID: {}", shown.join(", ")),
        ),
        ("wrongType", field.wrong_type, "values are no string".to_owned()),
        ("null", unless_optional(field.null), "values are null where an ID is required".to_owned()),
        ("absent", unless_optional(field.absent), "records lack the required field".to_owned()),
    ] {
        if noted.count > 0 {
            warnings.push(Warning {
                table: Some(table.to_owned()),
                field: Some(rule.path.clone()),
                offset: noted.first,
                ..warning(code, message, noted.count)
            });
        }
    }
}

/// Warnings of the run as a whole.
pub(super) fn of_run(tally: &Tally, missing: &[String], warnings: &mut Vec<Warning>) {
    for table in missing {
        let message = "the rules name a table that the export lacks".to_owned();
        warnings
            .push(Warning { table: Some(table.clone()), ..warning("missingTable", message, 1) });
    }
    let total: u64 = tally.tables.iter().map(|table| table.total).sum();
    let updated: u64 = tally.tables.iter().map(|table| table.updated).sum();
    if total == 0 {
        warnings.push(warning("noRecords", "there is no record at all".to_owned(), 1));
    } else if updated == 0 {
        warnings.push(warning(
            "nothingMapped",
            "there are records, but nothing was mapped".to_owned(),
            1,
        ));
    }
}

fn warning(code: &'static str, message: String, count: u64) -> Warning {
    Warning { code, message, count, table: None, field: None, offset: None }
}
