//! What a person reads at the end of a run.

use crate::cli::columns::align;
use crate::cli::terminal::Terminal;
use crate::cli::words::{count, plural, written_to};
use crate::error::{printable, printable_path};
use crate::export::Target;
use crate::report::{FieldReport, Report, RuleReport};
use crate::rewrite::Request;

/// Prints the summary: one line, one table, what deserves a look.
pub(super) fn print(report: &Report, request: &Request, terminal: &Terminal) {
    explain(report, terminal);
    terminal.headline(headline(report, request));
    let rows = rows(report);
    for row in align(&rows) {
        terminal.say(format_args!("  {row}"));
    }
    if let Some(target) = request.report_target().filter(|target| **target != Target::Stdout) {
        terminal.say(format_args!("report: {}", printable_path(target.given())));
    }
    let left_out = request.left_out();
    if !left_out.is_empty() {
        let shown = left_out.iter().take(10).copied().collect::<Vec<_>>().join(", ");
        let more = if left_out.len() > 10 { ", …" } else { "" };
        terminal.say(format_args!(
            "not included, for lack of rules: {}{more} (--all-tables passes them through)",
            printable(&shown)
        ));
    }
    for warning in &report.warnings {
        let place = [&warning.table, &warning.field].map(|part| part.as_deref());
        let place = match place {
            [Some(table), Some(field)] => format!("{table}.{field}: "),
            [Some(table), None] => format!("{table}: "),
            _ => String::new(),
        };
        let first = match warning.offset {
            Some(offset) if warning.code != "byteOrderMark" => {
                format!(" (first record at byte {offset})")
            }
            _ => String::new(),
        };
        terminal.warning(format_args!("{}{}{first}", printable(&place), warning.message));
    }
    if report.attention {
        terminal.say("attention: something above needs a person's decision");
    }
}

fn headline(report: &Report, request: &Request) -> String {
    let tables = report.tables.as_ref().map_or(0, |tables| tables.len());
    let all = report.summary.unwrap_or_default();
    let done = match (report.dry_run, &request.options().out) {
        (false, Some(out)) => written_to(out),
        _ => "dry run, no data written".to_owned(),
    };
    format!(
        "{} {}, {} {}: {} updated, {} skipped{} ({done})",
        tables,
        plural(tables as u64, "table"),
        count(all.total_records),
        plural(all.total_records, "record"),
        count(all.total_updated),
        count(all.total_skipped),
        match all.total_rejected {
            0 => String::new(),
            rejected => format!(", {} rejected", count(rejected)),
        },
    )
}

fn explain(report: &Report, terminal: &Terminal) {
    let map = &report.map;
    terminal.explain(format_args!(
        "map: {} entries, {} undecided, {} unused",
        map.entries, map.undecided, map.unused
    ));
    terminal.explain(format_args!(
        "IDs, {}: source {}, target {}",
        if report.ids.inferred { "inferred from the map" } else { "as the rules say" },
        printable(&report.ids.source),
        printable(report.ids.target.as_deref().unwrap_or("without a common form"))
    ));
    terminal.explain(format_args!("rules: {}", printable(&report.rules.source)));
    for rule in &report.rules.fields {
        terminal.explain(format_args!("  {}", printable(&explained(rule))));
    }
    for table in &report.copied {
        terminal.explain(format_args!("copied unread: {}", printable(table)));
    }
}

/// A rule in a line.
fn explained(rule: &RuleReport) -> String {
    let mut line = format!("{}.{}", rule.table, rule.path);
    let keys = if rule.matches.is_some() { " (member names)" } else { "" };
    let optional = if rule.optional { " (optional)" } else { "" };
    line += &format!("{keys}{optional}");
    if let Some(condition) = &rule.when {
        line += &format!(" where {} is \"{}\"", condition.path, condition.equals);
    }
    if !rule.exempt.is_empty() {
        line += &format!(" but \"{}\"", rule.exempt.join("\", \""));
    }
    line
}

type Row = [String; 6];

fn rows(report: &Report) -> Vec<Row> {
    let head = ["table.field", "records", "mapped", "already", "unmapped", "other"];
    let tables = report.tables.iter().flatten();
    let fields = tables.flat_map(|(name, table)| {
        table.fields.iter().map(move |(path, field)| row(name, path, field))
    });
    std::iter::once(head.map(str::to_owned)).chain(fields).collect()
}

fn row(name: &str, path: &str, field: &FieldReport) -> Row {
    let other: Vec<String> = [
        (field.exempt, "exempt"),
        (field.kept, "kept"),
        (field.native, "native"),
        (field.unrecognized, "unrecognized"),
        (field.collided, "collided"),
        (field.null, "null"),
        (field.wrong_type, "of a wrong type"),
        (field.absent, "absent"),
        (field.excluded, "excluded"),
    ]
    .into_iter()
    .filter(|(times, _)| *times > 0)
    .map(|(times, what)| format!("{} {what}", count(times)))
    .collect();
    [
        printable(&format!("{name}.{path}")),
        count(field.records),
        count(field.mapped),
        count(field.already),
        count(field.unmapped),
        other.join(", "),
    ]
}
