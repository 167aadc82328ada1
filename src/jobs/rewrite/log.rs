//! The lines of the change log and of the list of reasons.

use std::io::Write;

use super::block::{Edit, Reject};
use crate::json;
use crate::rules::{FieldRule, TablePlan};

/// The names that log lines repeat, as JSON strings.
#[derive(Debug)]
pub(crate) struct QuotedNames {
    /// The name of the table.
    table: String,
    /// The JSON Pointer of each field; empty if it has wildcards.
    pointers: Vec<String>,
}

impl QuotedNames {
    /// Quotes the names of a table and of its fields.
    pub(crate) fn new(table: &str, plan: &TablePlan) -> Self {
        let pointer = |field: &FieldRule| json::quote(&field.path.pointer().unwrap_or_default());
        Self { table: json::quote(table), pointers: plan.fields.iter().map(pointer).collect() }
    }
}

/// A block with its place in the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlacedBlock<'b> {
    pub(crate) names: &'b QuotedNames,
    pub(crate) block: &'b [u8],
    /// The JSON Pointers that its edits refer to.
    pub(crate) pointers: &'b str,
    /// The number of its first line, from 1; unknown in a shard.
    pub(crate) first_line: Option<u64>,
    /// The offset of its first byte.
    pub(crate) offset: u64,
}

/// Appends a line for each mapped value. A log can be half as large as its
/// table, so its lines are built without intermediate strings.
pub(crate) fn changes<'t>(
    at: PlacedBlock<'_>,
    edits: &[Edit],
    target: impl Fn(&Edit) -> &'t str,
    out: &mut Vec<u8>,
) {
    for edit in edits {
        at.put(edit.line, edit.record, out);
        if let Some(id) = &edit.id {
            put(out, &[",\"_id\":"]);
            out.extend_from_slice(&at.block[id.clone()]);
        }
        put(out, &[",\"path\":"]);
        match &edit.pointer {
            Some(pointer) => json::quote_into(&at.pointers[pointer.clone()], out),
            None => put(out, &[&at.names.pointers[edit.field]]),
        }
        put(out, &[",\"old\":"]);
        put_old(out, &at.block[edit.old.clone()]);
        put(out, &[",\"new\":"]);
        json::quote_into(target(edit), out);
        put(out, &[if edit.key { ",\"key\":true}\n" } else { "}\n" }]);
    }
}

impl PlacedBlock<'_> {
    /// The number of a line of the block, if known.
    pub(crate) fn line(&self, line: u64) -> Option<u64> {
        self.first_line.map(|first| first + line)
    }

    /// The offset of a byte of the block.
    pub(crate) fn offset(&self, at: usize) -> u64 {
        self.offset + at as u64
    }

    /// Begins an object with the place of the record that begins at `record`.
    pub(crate) fn put(&self, line: u64, record: usize, out: &mut Vec<u8>) {
        put(out, &["{\"table\":", &self.names.table]);
        if let Some(line) = self.line(line) {
            put(out, &[",\"line\":"]);
            put_number(out, line);
        }
        put(out, &[",\"offset\":"]);
        put_number(out, self.offset(record));
    }
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
}

fn put_number(out: &mut Vec<u8>, number: u64) {
    // Writing into memory cannot fail.
    let _ = write!(out, "{number}");
}

/// Appends the old value decoded, and its token if that has escapes.
fn put_old(out: &mut Vec<u8>, token: &[u8]) {
    if memchr::memchr(b'\\', token).is_none() {
        out.extend_from_slice(token);
        return;
    }
    let token = String::from_utf8_lossy(token);
    let mut plain = String::new();
    json::decode(&token[1..token.len() - 1], &mut plain);
    json::quote_into(&plain, out);
    put(out, &[",\"oldToken\":"]);
    json::quote_into(&token, out);
}

/// Appends a line for each rejected line.
pub(crate) fn reasons(at: PlacedBlock<'_>, rejects: &[Reject], out: &mut Vec<u8>) {
    for Reject { line, raw, fault } in rejects {
        at.put(*line, raw.start, out);
        put(out, &[",\"column\":"]);
        put_number(out, fault.at as u64 + 1);
        put(out, &[",\"message\":", &json::quote(&fault.kind.to_string()), "}\n"]);
    }
}
