//! The usual difference: some scalars replaced, every other byte the same.
//!
//! Then the record of AFTER need not be read separately. If it has the same
//! bytes as a valid record, except for whole tokens that are valid themselves,
//! it is valid and its content is known. This is five times faster than reading
//! both.

use super::change::{Change, ChangeKind};
use super::number;
use super::renames::Renames;
use super::tape::Record;
use super::text::decode;
use super::token::scalar_end;

/// Finds the differences if they are only replaced scalars, and names that may
/// have changed.
pub(crate) fn compare(
    before: Record<'_>,
    after: &[u8],
    renames: Renames<'_>,
    changes: &mut Vec<Change>,
) -> bool {
    let (mut at, mut at_after, mut from) = (0, 0, 0);
    loop {
        let same = common(&before.text[at..], &after[at_after..]);
        if at + same == before.text.len() && at_after + same == after.len() {
            return true;
        }
        let Some(node) = scalar_at(before, from, at..at + same) else { return false };
        let start = at_after + before.tape.start(node) - at;
        let Ok(end) = scalar_end(after, start) else { return false };
        let token = &after[start..end];
        if std::str::from_utf8(token).is_err() {
            return false;
        }
        let Some(kind) = kind(before, node, token, renames) else { return false };
        changes.push(Change { kind, node, after: start..end });
        (at, at_after, from) = (before.tape.end(node), end, node + 1);
    }
}

/// The scalar in which, or at whose end, bytes begin to differ at the end of a
/// range.
fn scalar_at(before: Record<'_>, from: usize, same: std::ops::Range<usize>) -> Option<usize> {
    let node = before.tape.node_at(from, same.end)?;
    let past = before.tape.end(node) + usize::from(!before.is_string(node));
    let is_in = before.tape.start(node) >= same.start && same.end < past;
    (is_in && !before.is_container(node)).then_some(node)
}

fn kind(before: Record<'_>, node: usize, token: &[u8], renames: Renames<'_>) -> Option<ChangeKind> {
    let old = before.bytes(node);
    if before.is_name(node) {
        if token[0] != b'"' {
            return None;
        }
        let (old, new) = (decode(old), decode(token));
        return match old == new {
            true => Some(ChangeKind::Spelling),
            false => renames.of(&old).is_some_and(|name| new.is(name)).then_some(ChangeKind::Name),
        };
    }
    Some(if same_scalar(old, token) { ChangeKind::Spelling } else { ChangeKind::Value })
}

/// Whether two scalars with different bytes have the same value.
pub(crate) fn same_scalar(a: &[u8], b: &[u8]) -> bool {
    match (a[0], b[0]) {
        (b'"', b'"') => decode(a) == decode(b),
        _ => number::is_number(a) && number::is_number(b) && number::same(a, b),
    }
}

/// The number of equal bytes from the start.
fn common(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 32;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP));
    let at = steps.take_while(|(a, b)| a == b).count() * STEP;
    at + a[at..].iter().zip(&b[at..]).take_while(|(a, b)| a == b).count()
}
