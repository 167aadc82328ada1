//! The schemas of a snapshot's tables, and the rules that they forbid.

use std::collections::BTreeMap;

use super::options::Options;
use crate::convex::{SCHEMA_HEAD, Schema};
use crate::error::{Error, Result};
use crate::jobs::rewrite::fault::KeysOfLegacy;
use crate::rules::{FieldRule, Match};
use crate::storage::{Export, Kind, Table};

/// The schemas of all tables in the output of a snapshot; none for other
/// exports.
pub(crate) fn of_export(export: &Export, options: &Options) -> Result<BTreeMap<String, Schema>> {
    if !matches!(export.kind, Kind::Snapshot { .. }) {
        return Ok(BTreeMap::new());
    }
    let is_ruled = |table: &Table| options.plan.table(&table.name).is_some();
    let tables = export.tables.iter().filter(|table| options.all_tables || is_ruled(table));
    tables.map(|table| Ok((table.name.clone(), schema(export, table)?))).collect()
}

/// What the schema file beside a table says.
fn schema(export: &Export, table: &Table) -> Result<Schema> {
    let (Some(tree), Some(relative)) = (&export.tree, &table.schema) else {
        return Ok(Schema::Missing);
    };
    Ok(Schema::of(&tree.read(relative, SCHEMA_HEAD)?))
}

/// Refuses rules for member names in tables with a legacy schema. Member names
/// are part of the shapes that the export inferred; under other names, the
/// import would infer other types.
pub(crate) fn check_keys(options: &Options, schemas: &BTreeMap<String, Schema>) -> Result<()> {
    let legacy = schemas.iter().filter(|(_, schema)| **schema == Schema::Legacy);
    let mut rules = legacy
        .filter_map(|(table, _)| options.plan.table(table))
        .flat_map(|plan| plan.fields.iter().filter(|rule| rule.matches == Match::Keys));
    let Some(FieldRule { table, path, .. }) = rules.next() else { return Ok(()) };
    let kind = KeysOfLegacy { table: table.clone(), path: path.to_string() };
    Err(match &options.rules {
        Some(file) => Error::at(file, kind),
        None => Error::new(kind),
    })
}
