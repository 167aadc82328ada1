//! Findings as lines of text or JSON.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::{excerpt, printable};
use crate::jobs::audit::{Finding, FindingFormat, FindingKind};

/// Standard output, buffered for findings.
pub(crate) fn findings_out() -> Box<dyn Write + Send> {
    Box::new(BufWriter::with_capacity(1 << 16, io::stdout()))
}

/// Findings as lines for a person.
pub(crate) struct Text;

/// Findings as JSON objects, one a line.
pub(crate) struct Jsonl;

impl FindingFormat for Text {
    fn put(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        // Writing into memory cannot fail.
        let _ = writeln!(out, "{}: {}", place(finding), description(finding));
    }
}

/// The place of a finding: table, line, record key, path.
fn place(finding: &Finding<'_>) -> String {
    let mut place = printable(finding.table);
    match (finding.before_line, finding.after_line) {
        (Some(line), _) => place += &format!(":{line}"),
        (None, Some(line)) => place += &format!(":+{line}"),
        (None, None) => {}
    }
    if let Some(id) = finding.id {
        place += &format!(" {}", excerpt(id));
    }
    if !finding.path.is_empty() {
        place += &format!(" {}", printable(finding.path));
    }
    place
}

fn description(finding: &Finding<'_>) -> String {
    let Finding { before, after, expected, .. } = finding;
    let (before, after) = (before.map(shown), after.map(shown));
    let (old, new) = (before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default());
    let expected = expected.map(|id| excerpt(&format!("{id:?}"))).unwrap_or_default();
    let name = if finding.key { "member name " } else { "" };
    match finding.what {
        FindingKind::Mapped | FindingKind::Changed | FindingKind::Formatting => {
            format!("{name}{} {old} -> {new}", finding.what.class())
        }
        FindingKind::Left => format!("{name}{new} was left, and should be {expected}"),
        FindingKind::Wrong => format!("{name}{old} became {new}, and should be {expected}"),
        FindingKind::Undeclared => {
            format!("{name}changed {old} -> {new} as the map says, where the rules leave it alone")
        }
        FindingKind::Retyped => {
            format!("changed {old} -> {new}, the same number as another literal")
        }
        FindingKind::Added => format!("added {new}"),
        FindingKind::Removed => format!("removed {old}"),
        FindingKind::NoRecord => {
            let side = if finding.before_line.is_some() { "before" } else { "after" };
            format!("no record {side}: {}", fault_text(finding).unwrap_or_default())
        }
        FindingKind::SetAside => "set aside by the run, and is a sound record".to_owned(),
        FindingKind::NotThere => {
            format!("set aside by the run, and is not in the export before: {new}")
        }
        FindingKind::MarkAdded => "begins with a byte order mark after".to_owned(),
        FindingKind::MarkRemoved => "begins with a byte order mark before only".to_owned(),
    }
}

/// What is wrong with a line that is not a record.
fn fault_text(finding: &Finding<'_>) -> Option<String> {
    finding.fault.map(|fault| format!("column {}, {}", fault.at + 1, fault.kind))
}

fn shown(bytes: &[u8]) -> String {
    excerpt(&String::from_utf8_lossy(bytes))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'f> {
    class: &'static str,
    table: &'f str,
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    id: Option<&'f RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before_line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_line: Option<u64>,
    path: &'f str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    key: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl FindingFormat for Jsonl {
    fn put(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let line = Line {
            class: finding.what.class(),
            table: finding.table,
            id: finding.id.and_then(|id| serde_json::from_str(id).ok()),
            before_line: finding.before_line,
            after_line: finding.after_line,
            path: finding.path,
            key: finding.key,
            before: finding.before.and_then(value),
            after: finding.after.and_then(value),
            message: fault_text(finding),
        };
        // Neither writing into memory nor serialising parsed values can fail.
        let _ = serde_json::to_writer(&mut *out, &line);
        out.push(b'\n');
    }
}

/// A value as written; a line that is not JSON, as a string.
fn value(bytes: &[u8]) -> Option<Box<RawValue>> {
    let text = String::from_utf8_lossy(bytes);
    let raw = RawValue::from_string(text.trim().to_owned()).ok();
    raw.or_else(|| RawValue::from_string(serde_json::to_string(&text).ok()?).ok())
}
