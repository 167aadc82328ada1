//! Warnings about a run, derived from its counts.

use super::build::{counted_warning, times, warning};

use super::import as import_warnings;
use crate::idmap::{Findings, IdMap, name_places};
use crate::report::model::Warning;
use crate::report::tally::{FieldTally, Occurrences, Samples, TableTally};
use crate::rules::{FieldRule, TablePlan};

/// What a warning about rows of the map can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MapWarning {
    /// Rows that repeat an earlier one.
    DuplicateRows,
    /// Targets with several sources.
    ManyToOne,
    /// Targets of another form than the rest.
    OddTargets,
}

impl MapWarning {
    const ALL: [Self; 3] = [Self::DuplicateRows, Self::ManyToOne, Self::OddTargets];

    /// The warning about `count` of them.
    fn of(self, count: u64) -> Warning {
        let (code, one, many) = match self {
            Self::DuplicateRows => (
                "duplicateRows",
                "row of the map repeats an earlier one",
                "rows of the map repeat earlier ones",
            ),
            Self::ManyToOne => (
                "manyToOne",
                "target of the map has several sources",
                "targets of the map have several sources",
            ),
            Self::OddTargets => (
                "oddTargets",
                "target of the map is of another form than the rest",
                "targets of the map are of another form than the rest",
            ),
        };
        warning(code, times(count, one, many), count)
    }
}

/// Adds warnings about the map, with the number of unused entries if known.
pub(crate) fn of_map(map: &IdMap, unused: Option<u64>, warnings: &mut Vec<Warning>) {
    warnings.extend(map_warnings(map).into_iter().map(|(kind, mut warning)| {
        warning.message += &places(map, kind, warning.count);
        warning
    }));
    let unused = unused.unwrap_or(0);
    let message =
        times(unused, "entry of the map was never used", "entries of the map were never used");
    warnings.extend((unused > 0).then(|| warning("unusedRows", message, unused)));
}

/// The warnings about rows of the map. [`IdMap::findings`] says where these
/// rows are.
pub(crate) fn map_warnings(map: &IdMap) -> Vec<(MapWarning, Warning)> {
    let count = |kind| match kind {
        MapWarning::DuplicateRows => map.health.duplicates,
        MapWarning::ManyToOne => map.health.many_to_one,
        MapWarning::OddTargets => map.health.odd_targets,
    };
    let all = MapWarning::ALL.into_iter().map(|kind| (kind, count(kind)));
    all.filter(|(_, count)| *count > 0).map(|(kind, count)| (kind, kind.of(count))).collect()
}

/// The first places that a warning is about.
fn places(map: &IdMap, kind: MapWarning, count: u64) -> String {
    let findings = &map.findings;
    let (total, places): (_, Vec<_>) = match kind {
        MapWarning::DuplicateRows => {
            (count, findings.duplicates.iter().map(|again| &again.place).collect())
        }
        MapWarning::ManyToOne => {
            (findings.sharing, findings.shared.iter().flat_map(|shared| &shared.places).collect())
        }
        MapWarning::OddTargets => (count, findings.odd.iter().map(|odd| &odd.place).collect()),
    };
    let hint = if total > Findings::NAMED as u64 { " (idswap map check lists them)" } else { "" };
    format!(": {}{hint}", name_places(places, total))
}

/// Adds the warnings about a table.
pub(crate) fn of_table(
    name: &str,
    plan: &TablePlan,
    tally: &TableTally,
    warnings: &mut Vec<Warning>,
) {
    let mark = Occurrences { count: u64::from(tally.byte_order_mark), first: Some(0) };
    for (code, occurrences, one, many) in [
        ("byteOrderMark", mark, "byte order mark was dropped: importers refuse it", ""),
        (
            "rejected",
            tally.rejected,
            "line is no record and was set aside",
            "lines are no record and were set aside",
        ),
        (
            "loneSurrogate",
            tally.lone_surrogates,
            "record holds an escaped lone surrogate: importers refuse it",
            "records hold an escaped lone surrogate: importers refuse it",
        ),
    ] {
        warnings.extend(counted_warning(
            code,
            occurrences,
            times(occurrences.count, one, many),
            name,
            None,
        ));
    }
    import_warnings::of_records(name, &tally.import, warnings);
    for (rule, field) in plan.fields.iter().zip(&tally.fields) {
        of_field(name, rule, field, warnings);
    }
}

fn of_field(table: &str, rule: &FieldRule, field: &FieldTally, warnings: &mut Vec<Warning>) {
    let unless_optional =
        |occurrences: Occurrences| if rule.optional { Occurrences::default() } else { occurrences };
    // With a wildcard, a record can lack the field more than once.
    let lacks = match rule.path.has_wildcard() {
        true => ("place lacks the required field", "places lack the required field"),
        false => ("record lacks the required field", "records lack the required field"),
    };
    for (code, occurrences, one, many) in [
        (
            "repeatedField",
            field.repeated,
            "record holds the field more than once",
            "records hold the field more than once",
        ),
        (
            "unrecognized",
            field.unrecognized,
            "value is neither in the map nor looks like an ID",
            "values are neither in the map nor look like an ID",
        ),
        (
            "collided",
            field.collided,
            "member name is left alone: its target stands in the object, or several names become one",
            "member names are left alone: their targets stand in the object, or several names become one",
        ),
        ("wrongType", field.wrong_type, "value is no string", "values are no strings"),
        (
            "null",
            unless_optional(field.null),
            "value is null where an ID is required",
            "values are null where an ID is required",
        ),
        ("absent", unless_optional(field.absent), lacks.0, lacks.1),
    ] {
        let message = times(occurrences.count, one, many);
        let warning = counted_warning(code, occurrences, message, table, Some(rule.path.as_str()));
        warnings.extend(warning.map(|warning| match code {
            "unrecognized" => warning.showing(&field.samples),
            _ => warning,
        }));
    }
}

impl Warning {
    /// The same warning, with the first values that it is about.
    pub(crate) fn showing(mut self, samples: &Samples) -> Self {
        self.values = samples.in_order().into_iter().map(str::to_owned).collect();
        if !self.values.is_empty() {
            self.message += &format!(": \"{}\"", self.values.join("\", \""));
        }
        self
    }
}

/// Adds warnings about tables with rules that the export lacks.
pub(crate) fn of_missing(missing: &[String], warnings: &mut Vec<Warning>) {
    for table in missing {
        let message = "the rules name a table that the export lacks".to_owned();
        warnings
            .push(Warning { table: Some(table.clone()), ..warning("missingTable", message, 1) });
    }
}

/// Adds warnings about all tables together.
pub(crate) fn of_run(tables: &[TableTally], warnings: &mut Vec<Warning>) {
    let total: u64 = tables.iter().map(|table| table.total).sum();
    let updated: u64 = tables.iter().map(|table| table.updated).sum();
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
