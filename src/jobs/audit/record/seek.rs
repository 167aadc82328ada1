//! Finds one value of a record without reading the rest.

use super::tape::blanks_end;
use super::text::decode;
use super::token::{scalar_end, string_end};

/// The token of the first value to which names lead; `None` if there is none,
/// or if the line stops being JSON before it.
pub(crate) fn seek<'t>(text: &'t [u8], names: &[String]) -> Option<&'t [u8]> {
    let mut at = blanks_end(text, 0);
    for name in names {
        at = member(text, at, name)?;
    }
    Some(&text[at..value_end(text, at)?])
}

/// Where the value begins of the first member with this name in the object that
/// opens at `open`.
fn member(text: &[u8], open: usize, name: &str) -> Option<usize> {
    if text.get(open) != Some(&b'{') {
        return None;
    }
    let mut at = blanks_end(text, open + 1);
    while text.get(at) == Some(&b'"') {
        let (end, escaped) = string_end(text, at).ok()?;
        let is_it = match escaped {
            false => text[at + 1..end - 1] == *name.as_bytes(),
            true => decode(&text[at..end]).is(name),
        };
        at = blanks_end(text, end);
        if text.get(at) != Some(&b':') {
            return None;
        }
        at = blanks_end(text, at + 1);
        if is_it {
            return Some(at);
        }
        at = blanks_end(text, value_end(text, at)?);
        if text.get(at) != Some(&b',') {
            return None;
        }
        at = blanks_end(text, at + 1);
    }
    None
}

/// The end of the value that begins at `at`. Of a container, only brackets and
/// strings are looked at.
fn value_end(text: &[u8], mut at: usize) -> Option<usize> {
    if !matches!(text.get(at), Some(b'{' | b'[')) {
        return scalar_end(text, at).ok();
    }
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at).ok()?.0 - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}
