//! The places as a table for people.

use crate::cli::terminal::table;
use crate::error::printable;
use crate::jobs::scan::{Findings, Place};
use crate::report::count;
use crate::rules::Match;

const HEAD: [&str; 7] =
    ["table.path", "sources", "targets", "of source form", "in text", "records", "rule"];

/// The places, one line each below a header.
pub(crate) fn places(findings: &Findings) -> String {
    if findings.places.is_empty() {
        return "no IDs found\n".to_owned();
    }
    let lines = table(HEAD, findings.places.iter().map(row));
    lines.into_iter().map(|line| line + "\n").collect()
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
