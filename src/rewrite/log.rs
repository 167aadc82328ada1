//! The lines of the change log and of the list of rejects.

use std::io::Write;

use super::outcome::{Edit, Reject};
use crate::json;
use crate::rules::{FieldRule, TablePlan};

/// Where a block stands in its table, and what it is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'b> {
    pub(super) table: &'b str,
    pub(super) block: &'b [u8],
    /// The JSON Pointers that its edits refer to.
    pub(super) pointers: &'b str,
    /// The number of its first line, from 1.
    pub(super) first_line: u64,
    /// The offset of its first byte.
    pub(super) offset: u64,
}

/// Appends one line a mapped value. A log can be half as large as its table,
/// so its lines are put together without a string of their own.
pub(super) fn changes<'t>(
    at: Placed<'_>,
    plan: &TablePlan,
    edits: &[Edit],
    target: impl Fn(&Edit) -> &'t str,
    out: &mut Vec<u8>,
) {
    if edits.is_empty() {
        return;
    }
    let table = json::quote(at.table);
    let pointer = |field: &FieldRule| json::quote(&field.path.pointer().unwrap_or_default());
    let pointers: Vec<_> = plan.fields.iter().map(pointer).collect();
    for edit in edits {
        put(out, &["{\"table\":", &table, ",\"line\":"]);
        put_number(out, at.first_line + edit.line);
        put(out, &[",\"offset\":"]);
        put_number(out, at.offset + edit.record as u64);
        if let Some(id) = &edit.id {
            put(out, &[",\"_id\":"]);
            out.extend_from_slice(&at.block[id.clone()]);
        }
        put(out, &[",\"path\":"]);
        match &edit.pointer {
            Some(pointer) => json::quote_into(&at.pointers[pointer.clone()], out),
            None => put(out, &[&pointers[edit.field]]),
        }
        put(out, &[",\"old\":"]);
        put_old(out, &at.block[edit.old.clone()]);
        put(out, &[",\"new\":"]);
        json::quote_into(target(edit), out);
        put(out, &[if edit.key { ",\"key\":true}\n" } else { "}\n" }]);
    }
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
}

fn put_number(out: &mut Vec<u8>, number: u64) {
    // Writing into memory cannot fail.
    let _ = write!(out, "{number}");
}

/// Appends the old value decoded, and its token too where that was escaped.
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

/// Appends one line a rejected line.
pub(super) fn reasons(at: Placed<'_>, rejects: &[Reject], out: &mut Vec<u8>) {
    for reject in rejects {
        let line = format!(
            "{{\"table\":{},\"line\":{},\"offset\":{},\"column\":{},\"message\":{}}}\n",
            json::quote(at.table),
            at.first_line + reject.line,
            at.offset + reject.raw.start as u64,
            reject.fault.at + 1,
            json::quote(&reject.fault.kind.to_string()),
        );
        out.extend_from_slice(line.as_bytes());
    }
}
