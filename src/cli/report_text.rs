//! A report as text: at the end of a run, and for `idswap report`.

use super::terminal::{Terminal, table};
use crate::error::printable;
use crate::report::{FieldReport, IdsReport, Kind, Report, Warning, count, counted};

/// The line that says that a person has to decide something.
pub(crate) const ATTENTION: &str = "attention: something above needs a person's decision";

/// The run in one line; `done` says what became of its output.
pub(crate) fn headline(report: &Report, done: &str) -> String {
    let tables = report.tables.as_ref().map_or(0, |tables| tables.len());
    let all = report.summary.unwrap_or_default();
    let shard = report.shard.as_ref().map(|shard| format!("shard {}: ", printable(shard)));
    format!(
        "{}{}, {}: {} updated, {} skipped{} ({done})",
        shard.unwrap_or_default(),
        counted(tables as u64, "table"),
        counted(all.total_records, "record"),
        count(all.total_updated),
        count(all.total_skipped),
        match all.total_rejected {
            0 => String::new(),
            rejected => format!(", {} rejected", count(rejected)),
        },
    )
}

/// The counts of all fields, one line each below a header.
pub(crate) fn fields(report: &Report) -> Vec<String> {
    let head = ["table.field", "records", "mapped", "already", "unmapped", "other"];
    table(head, report.fields().map(|field| row(field.table, field.path, field.field)))
}

/// A field: the usual counts in columns, all others in the last cell.
fn row(table: &str, path: &str, field: &FieldReport) -> [String; 6] {
    let other: Vec<_> = [
        (Kind::Exempt, field.exempt),
        (Kind::Kept, field.kept),
        (Kind::Native, field.native),
        (Kind::Unrecognized, field.unrecognized),
        (Kind::Collided, field.collided),
        (Kind::Null, field.null),
        (Kind::WrongType, field.wrong_type),
        (Kind::Absent, field.absent),
        (Kind::Excluded, field.excluded),
    ]
    .into_iter()
    .filter(|(_, times)| *times > 0)
    .map(|(kind, times)| format!("{} {}", count(times), kind.word()))
    .collect();
    [
        printable(&format!("{table}.{path}")),
        count(field.records),
        count(field.mapped),
        count(field.already),
        count(field.unmapped),
        other.join(", "),
    ]
}

/// A warning between its field and the offset of its first record.
pub(crate) fn warning(warning: &Warning) -> String {
    let place = warning.place().map(|place| place + ": ").unwrap_or_default();
    let first = match warning.first() {
        Some(offset) => format!(" (first record at byte {offset})"),
        None => String::new(),
    };
    format!("{}{first}", printable(&format!("{place}{}", warning.message)))
}

/// Prints the run's warnings, and whether a person has to decide something.
pub(crate) fn print_warnings(report: &Report, terminal: &Terminal) {
    report.warnings.iter().for_each(|about| terminal.warning(warning(about)));
    if report.attention {
        terminal.say(ATTENTION);
    }
}

/// The forms of source and target IDs.
pub(crate) fn ids(ids: &IdsReport) -> String {
    format!(
        "IDs, {}: source {}, target {}",
        if ids.inferred { "inferred from the map" } else { "as the rules say" },
        printable(&ids.source),
        printable(ids.target.as_deref().unwrap_or("without a common form"))
    )
}

/// The rules, one line each below their source.
pub(crate) fn rules(report: &Report) -> Vec<String> {
    let source = format!("rules: {}", printable(&report.rules.source));
    let fields = report.rules.fields.iter();
    let fields = fields.map(|rule| format!("  {}", printable(&rule.in_words())));
    std::iter::once(source).chain(fields).collect()
}

/// The tables that were copied unread, one line each.
pub(crate) fn copied(report: &Report) -> impl Iterator<Item = String> {
    report.copied.iter().map(|table| format!("copied unread: {}", printable(table)))
}
