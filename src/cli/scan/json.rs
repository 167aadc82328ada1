//! The places as JSON.

use serde::Serialize;

use crate::jobs::scan::{Findings, Place};
use crate::report::SCHEMA_VERSION;
use crate::rules::Match;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'f> {
    schema_version: u32,
    command: &'static str,
    places: Vec<Line<'f>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'f> {
    table: &'f str,
    path: String,
    #[serde(rename = "match")]
    matches: &'static str,
    sources: u64,
    targets: u64,
    source_form: u64,
    quoted: u64,
    records: u64,
    share: f64,
    covered: bool,
    /// Whether the IDs are deeper than paths can lead, somewhere below this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    below: bool,
}

/// The places as pretty-printed JSON.
pub(crate) fn places(findings: &Findings) -> String {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        command: "scan",
        places: findings.places.iter().map(line).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn line(place: &Place) -> Line<'_> {
    Line {
        table: &place.table,
        path: place.path.to_string(),
        matches: match place.matches {
            Match::Value => "value",
            Match::Keys => "keys",
        },
        sources: place.counts.sources,
        targets: place.counts.targets,
        source_form: place.counts.source_form,
        quoted: place.counts.quoted,
        records: place.counts.records,
        share: place.share(),
        covered: place.covered.is_some(),
        below: place.below,
    }
}
