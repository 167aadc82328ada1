//! The summary of `idswap diff`.

use crate::cli::audit::tables::sum;
use crate::cli::terminal::{count_or_blank, table};
use crate::error::excerpt;
use crate::jobs::audit::{AuditedTable, FindingKind};
use crate::report::{count, counted};

const HEAD: [&str; 8] =
    ["table.path", "mapped", "changed", "formatting", "added", "removed", "no record", ""];

/// The differences by table and path pattern, one line each below a header.
pub(crate) fn rows(tables: &[AuditedTable]) -> Vec<String> {
    let rows = tables.iter().flat_map(|table| {
        table.tally.places.iter().map(|(path, place)| {
            let count = |what| count_or_blank(place.count(what));
            let name = match path.as_str() {
                "$" => format!("{} (records)", table.name),
                path => format!("{}.{path}", table.name),
            };
            [
                excerpt(&name),
                count(FindingKind::Mapped),
                count(FindingKind::Changed),
                count(FindingKind::Formatting),
                count(FindingKind::Added),
                count(FindingKind::Removed),
                count(FindingKind::NoRecord),
                match place.count(FindingKind::MarkAdded) + place.count(FindingKind::MarkRemoved) {
                    0 => String::new(),
                    _ => "byte order mark".to_owned(),
                },
            ]
        })
    });
    table(HEAD, rows)
}

/// The number of differences in a table.
pub(crate) fn differences(table: &AuditedTable) -> u64 {
    table.tally.found()
}

/// The comparison in one line.
pub(crate) fn headline(tables: &[AuditedTable]) -> String {
    let records = sum(tables, |table| table.tally.records);
    let after = sum(tables, |table| table.tally.after);
    let sizes = match records == after {
        true => counted(records, "record"),
        false => format!("{} before and {} after", counted(records, "record"), count(after)),
    };
    let found = match sum(tables, differences) {
        0 => "no difference".to_owned(),
        some => counted(some, "difference"),
    };
    format!("{}, {sizes}: {found}", counted(tables.len() as u64, "table"))
}
