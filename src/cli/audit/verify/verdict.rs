//! The verdict of `idswap verify`, as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::jobs::audit::AuditedTable;
use crate::report::SCHEMA_VERSION;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'d> {
    schema_version: u32,
    command: &'static str,
    timestamp: &'d str,
    ok: bool,
    tables: BTreeMap<&'d str, Table<'d>>,
}

#[derive(Serialize)]
struct Table<'d> {
    records: u64,
    mapped: u64,
    unchanged: u64,
    unexpected: u64,
    edited: u64,
    added: u64,
    removed: u64,
    rejected: u64,
    reordered: bool,
    leftovers: Vec<Leftover<'d>>,
}

#[derive(Serialize)]
struct Leftover<'d> {
    path: &'d str,
    count: u64,
    /// The leftovers that a run over the export after would rewrite.
    #[serde(skip_serializing_if = "is_zero")]
    declared: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The verdict as pretty-printed JSON.
pub(crate) fn to_json(tables: &[AuditedTable], ok: bool, timestamp: &str) -> String {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        command: "verify",
        timestamp,
        ok,
        tables: tables.iter().map(|of| (of.name.as_str(), table(of))).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn table(table: &AuditedTable) -> Table<'_> {
    let tally = &table.tally;
    let places = tally.places.iter().filter(|(_, place)| place.leftovers > 0);
    Table {
        records: tally.records,
        mapped: tally.mapped,
        unchanged: tally.unchanged,
        unexpected: tally.unexpected,
        edited: tally.edited,
        added: tally.added,
        removed: tally.removed,
        rejected: tally.rejected,
        reordered: tally.reordered,
        leftovers: places
            .map(|(path, place)| Leftover { path, count: place.leftovers, declared: place.open })
            .collect(),
    }
}
