//! Warnings about an import into Convex.

use std::collections::BTreeMap;

use super::build::{counted_warning, times, warning};
use crate::convex::Schema;
use crate::report::model::Warning;
use crate::report::tally::ImportTally;

/// The code for tables whose numbers would become floats.
const NO_SCHEMA: &str = "noSchema";

/// Adds warnings about the schemas of a snapshot's tables.
pub(crate) fn of_schemas(schemas: &BTreeMap<String, Schema>, warnings: &mut Vec<Warning>) {
    for (table, schema) in schemas {
        let (code, message) = match schema {
            Schema::Uniform => continue,
            Schema::Missing => (
                NO_SCHEMA,
                "no generated_schema.jsonl: the import turns every number into a float, and refuses $bytes",
            ),
            Schema::Legacy => (
                "legacySchema",
                "legacy schema: the import guesses the types of numbers and bytes by shapes that the export inferred",
            ),
        };
        let about = warning(code, message.to_owned(), 1);
        warnings.push(Warning { table: Some(table.clone()), ..about });
    }
}

/// Adds warnings about the records of a table.
pub(crate) fn of_records(table: &str, tally: &ImportTally, warnings: &mut Vec<Warning>) {
    if tally.from_convex {
        let message = "records of Convex without a schema: an import turns integers into floats";
        let about = warning(NO_SCHEMA, message.to_owned(), 1);
        warnings.push(Warning { table: Some(table.to_owned()), ..about });
    }
    for (code, occurrences, one, many) in [
        (
            "largeRow",
            tally.large_rows,
            "record is over 1 MiB as a row: the import refuses it",
            "records are over 1 MiB as rows: the import refuses them",
        ),
        (
            "noId",
            tally.no_id,
            "record has no string as _id: the import gives it another one, or refuses it",
            "records have no string as _id: the import gives them others, or refuses them",
        ),
        (
            "repeatedId",
            tally.repeated_ids,
            "record has the _id of an earlier one: the import refuses it",
            "records have the _id of an earlier one: the import refuses them",
        ),
        (
            "refusedName",
            tally.refused_names,
            "record has a name that the import refuses",
            "records have names that the import refuses",
        ),
        (
            "integerTime",
            tally.integer_times,
            "record has a _creationTime without point or exponent: the import takes it for an integer",
            "records have a _creationTime without point or exponent: the import takes it for an integer",
        ),
    ] {
        let warning =
            counted_warning(code, occurrences, times(occurrences.count, one, many), table, None);
        warnings.extend(warning.map(|warning| match code {
            "refusedName" => warning.showing(&tally.names),
            _ => warning,
        }));
    }
}
