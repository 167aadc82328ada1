//! Steps over a record that has been validated: where its values begin and end.
//!
//! Nothing is checked again. On bytes that are no record, the results are
//! meaningless, but never beyond the end.

use super::hit::{Hit, Kind};
use super::text::{decode, plain_end};

/// The first position from `at` on that is not a blank.
#[inline]
pub(crate) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The position of the closing quote of the string that opens at `open`, and
/// whether the string has escapes.
#[inline]
pub(crate) fn closing_quote(bytes: &[u8], open: usize) -> (usize, bool) {
    let mut at = open + 1;
    let mut escaped = false;
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at) {
            // An escaped newline ends the string, too: such a line is odd anyway.
            Some(b'\\') if bytes.get(at + 1) != Some(&b'\n') => (at, escaped) = (at + 2, true),
            _ => return (at.min(bytes.len()), escaped),
        }
    }
}

/// The end of the number, `true`, `false` or `null` that begins at `start`.
fn scalar_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
    start + rest.iter().position(ends).unwrap_or(rest.len())
}

/// The value that begins at `start`, as a hit with name 0. As in every hit, a
/// container ends just after its first byte.
#[inline]
pub(crate) fn value_at(bytes: &[u8], start: usize) -> Hit {
    let (end, kind) = match bytes.get(start) {
        Some(b'"') => {
            let (quote, escaped) = closing_quote(bytes, start);
            (quote + 1, Kind::String { escaped })
        }
        Some(b'{' | b'[') => (start + 1, Kind::Container),
        Some(b'n') => (start + 4, Kind::Null),
        _ => (scalar_end(bytes, start), Kind::Scalar),
    };
    Hit { name: 0, start, end: end.min(bytes.len()), kind }
}

/// Decodes a string or member name into `text`. Returns false if a lone
/// surrogate had to be replaced.
pub(crate) fn decode_hit(bytes: &[u8], string: &Hit, text: &mut String) -> bool {
    text.clear();
    let inside = string.start + 1..string.end - 1;
    decode(&String::from_utf8_lossy(&bytes[inside]), text)
}

/// The end of the container that opens at `open`.
pub(crate) fn container_end(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = closing_quote(bytes, at).0,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
        at = structure(bytes, at);
    }
    at.min(bytes.len())
}

/// The position of the next quote or bracket, or one before it.
///
/// Eight bytes at a time. With one bit set, brackets are two values; only the
/// lowest bit set is exact, and only that one counts.
#[inline]
fn structure(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    while let Some(&chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(chunk);
        let is = |word: u64, byte: u8| {
            let other = word ^ (ONES * u64::from(byte));
            other.wrapping_sub(ONES) & !other
        };
        let bits = word | (ONES * 0x20);
        let stops = (is(word, b'"') | is(bits, b'{') | is(bits, b'}')) & (ONES << 7);
        if stops != 0 {
            return at + stops.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// Where the record begins in the line that starts at `line`.
pub(crate) fn record_at(bytes: &[u8], line: usize) -> usize {
    skip_blanks(bytes, line)
}

/// The position of the first element or member name in the container that opens
/// at `open`, or the container's end if it is empty.
#[inline]
pub(crate) fn first_in(bytes: &[u8], open: usize) -> Result<usize, usize> {
    let at = skip_blanks(bytes, open + 1);
    match bytes.get(at) {
        Some(b'}' | b']') | None => Err((at + 1).min(bytes.len())),
        Some(_) => Ok(at),
    }
}

/// The position of the next element or member name after a value that ends at
/// `end`, or the container's end if there is none.
#[inline]
pub(crate) fn next_in(bytes: &[u8], end: usize) -> Result<usize, usize> {
    let at = skip_blanks(bytes, end);
    match bytes.get(at) {
        Some(b',') => Ok(skip_blanks(bytes, at + 1)),
        _ => Err((at + 1).min(bytes.len())),
    }
}

/// Where the value begins of the member whose name ends at `name_end`.
#[inline]
pub(crate) fn value_after(bytes: &[u8], name_end: usize) -> usize {
    skip_blanks(bytes, skip_blanks(bytes, name_end) + 1)
}
