//! The places as a table for people.

use crate::cli::terminal::{Terminal, align};
use crate::error::printable;
use crate::idmap::Form;
use crate::jobs::scan::{Findings, Place, Scan};
use crate::report::{count, counted};
use crate::rules::{IdForm, Match};

const HEAD: [&str; 7] =
    ["table.path", "sources", "targets", "of source form", "in text", "records", "rule"];

/// A row for each place.
pub(crate) fn places(findings: &Findings) -> String {
    if findings.places.is_empty() {
        return "no IDs found\n".to_owned();
    }
    let head = HEAD.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(findings.places.iter().map(row)).collect();
    align(&rows).into_iter().map(|line| line + "\n").collect()
}

fn row(place: &Place) -> [String; 7] {
    let names = if place.matches == Match::Keys { " (member names)" } else { "" };
    let rule = match &place.covered {
        Some(rule) if place.partly => printable(&format!("{rule} (partly)")),
        Some(rule) => printable(rule),
        None if place.is_forgotten() => "NONE".to_owned(),
        None => "none".to_owned(),
    };
    let counts = &place.counts;
    [
        printable(&format!("{}.{}{names}", place.table, place.spelled())),
        count(counts.sources),
        count(counts.targets),
        count(counts.source_form),
        count(counts.quoted),
        format!("{} ({})", count(counts.records), percent(place.share())),
        rule,
    ]
}

/// A share in percent, never rounded up to 100 or down to 0.
fn percent(share: f64) -> String {
    match share * 100.0 {
        all if all >= 100.0 => "100 %".to_owned(),
        most if most > 99.0 => "99 %".to_owned(),
        few if few < 1.0 => "<1 %".to_owned(),
        some => format!("{some:.0} %"),
    }
}

/// Prints the summary of a scan.
pub(crate) fn sum_up(scan: &Scan, findings: &Findings, terminal: &Terminal) {
    let source = &scan.classes().source;
    terminal.explain(format_args!("source form: {}", printable(source.spelled())));
    for (table, records) in &findings.tables {
        terminal.explain(format_args!("{}: {}", printable(table), counted(*records, "record")));
    }
    if let IdForm::Known(Form::Any) = source {
        terminal.say(
            "sources share no form, so that IDs that the map lacks cannot be told from other text",
        );
    }
    let records: u64 = findings.tables.iter().map(|(_, records)| records).sum();
    let (places, tables) = (findings.places.len() as u64, findings.tables.len() as u64);
    terminal.headline(format_args!(
        "{}, {}: IDs in {}, {} with source IDs that no rule covers",
        counted(tables, "table"),
        counted(records, "record"),
        counted(places, "place"),
        match findings.forgotten() {
            0 => "none".to_owned(),
            some => count(some),
        },
    ));
    remarks(findings).for_each(|remark| terminal.say(remark));
    let plan = scan.plan();
    let has = |name: &str| findings.tables.iter().any(|(table, _)| table == name);
    for (table, _) in plan.tables().filter(|(name, _)| !plan.is_built_in() && !has(name)) {
        terminal.warning(format_args!(
            "{}: the rules name a table that the export lacks",
            printable(table)
        ));
    }
}

/// Remarks that some places call for.
fn remarks(findings: &Findings) -> impl Iterator<Item = &'static str> {
    let any = |is: fn(&Place) -> bool| findings.places.iter().any(is);
    let remarks = [
        (
            any(|place| place.partly && place.counts.sources > 0),
            "partly: the rule leaves out some records or literals, whose IDs a run leaves alone",
        ),
        (any(|place| place.below), "no rule leads to IDs that stand more than 200 levels deep (…)"),
        (any(|place| place.counts.quoted > 0), "IDs within longer text are never rewritten"),
    ];
    remarks.into_iter().filter_map(|(is, remark)| is.then_some(remark))
}
