//! The lines of the change log and of the list of rejects.

use super::block::{Edit, Reject};
use crate::json;
use crate::rules::TablePlan;

/// Where a block stands in its table, and what it is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'b> {
    pub(super) table: &'b str,
    pub(super) block: &'b [u8],
    /// The number of its first line, from 1.
    pub(super) first_line: u64,
    /// The offset of its first byte.
    pub(super) offset: u64,
}

/// Appends one line a mapped value.
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
    let pointers: Vec<_> = plan.fields.iter().map(|field| json::quote(&field.pointer())).collect();
    for edit in edits {
        let line = at.first_line + edit.line;
        let offset = at.offset + edit.record as u64;
        let start = format!("{{\"table\":{table},\"line\":{line},\"offset\":{offset}");
        out.extend_from_slice(start.as_bytes());
        if let Some(id) = &edit.id {
            out.extend_from_slice(b",\"_id\":");
            out.extend_from_slice(&at.block[id.clone()]);
        }
        let (path, new) = (&pointers[edit.field], json::quote(target(edit)));
        let old = old(&at.block[edit.old.clone()]);
        let end = format!(",\"path\":{path},\"old\":{old},\"new\":{new}}}\n");
        out.extend_from_slice(end.as_bytes());
    }
}

/// The old value decoded, and its token too where that was escaped.
fn old(token: &[u8]) -> String {
    let token = String::from_utf8_lossy(token);
    if !token.contains('\\') {
        return token.into_owned();
    }
    let mut plain = String::new();
    json::decode(&token[1..token.len() - 1], &mut plain);
    format!("{},\"oldToken\":{}", json::quote(&plain), json::quote(&token))
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
