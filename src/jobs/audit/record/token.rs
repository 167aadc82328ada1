//! Tokens by RFC 8259: the ends of strings, numbers and literals.

use std::fmt;

use memchr::memchr;

/// Why a line is invalid, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineFault {
    /// The byte offset of the fault in the line.
    pub at: usize,
    /// What is wrong there.
    pub kind: LineFaultKind,
}

/// The ways in which a line can be invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineFaultKind {
    /// Nothing but blanks.
    Blank,
    /// A value that is no object.
    NoObject,
    /// A character that is not allowed there.
    Character,
    /// The end of the line within the record.
    Cut,
    /// Something after the record.
    More,
    /// A control character in a string.
    Control,
    /// An unknown escape in a string.
    Escape,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// Four gigabytes or more in one line.
    TooLong,
}

impl fmt::Display for LineFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "a blank line",
            Self::NoObject => "a value that is no object",
            Self::Character => "a character that JSON does not have here",
            Self::Cut => "the line ends within the record",
            Self::More => "something after the record",
            Self::Control => "a control character in a string",
            Self::Escape => "an unknown escape in a string",
            Self::NotUtf8 => "not UTF-8",
            Self::TooLong => "a record of four gigabytes or more",
        })
    }
}

pub(crate) fn fault<T>(at: usize, kind: LineFaultKind) -> Result<T, LineFault> {
    Err(LineFault { at, kind })
}

/// The fault at a byte that is not allowed there.
pub(crate) fn unexpected<T>(text: &[u8], at: usize) -> Result<T, LineFault> {
    let kind = if at < text.len() { LineFaultKind::Character } else { LineFaultKind::Cut };
    fault(at, kind)
}

/// The end of the scalar that begins at `at`.
pub(crate) fn scalar_end(text: &[u8], at: usize) -> Result<usize, LineFault> {
    match text.get(at) {
        Some(b'"') => string_end(text, at).map(|(end, _)| end),
        Some(b'-' | b'0'..=b'9') => number_end(text, at),
        Some(b't') => literal_end(text, at, b"true"),
        Some(b'f') => literal_end(text, at, b"false"),
        Some(b'n') => literal_end(text, at, b"null"),
        _ => unexpected(text, at),
    }
}

/// The end of the string that opens at `open`, and whether it has escapes
/// (section 7).
pub(crate) fn string_end(text: &[u8], open: usize) -> Result<(usize, bool), LineFault> {
    let (mut at, mut escaped) = (open + 1, false);
    loop {
        at = plain_end(text, at);
        match text.get(at) {
            Some(b'"') => return Ok((at + 1, escaped)),
            Some(b'\\') => (at, escaped) = (escape_end(text, at)?, true),
            Some(_) => return fault(at, LineFaultKind::Control),
            None => return fault(at, LineFaultKind::Cut),
        }
    }
}

/// The position of the next quote, backslash or control character.
///
/// Eight bytes at a time: for a byte that is none of them, none of the three
/// terms has its top bit set; for the first one that is, one of them has. Bits
/// after it may be set wrongly, which does not matter.
fn plain_end(text: &[u8], mut at: usize) -> usize {
    const EACH: u64 = u64::MAX / 255;
    while let Some(eight) = text.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*eight);
        let zero = |word: u64| word.wrapping_sub(EACH) & !word;
        let quote = zero(word ^ (EACH * u64::from(b'"')));
        let backslash = zero(word ^ (EACH * u64::from(b'\\')));
        let control = word.wrapping_sub(EACH * 0x20) & !word;
        let found = (quote | backslash | control) & (EACH << 7);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let stops = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().position(stops).unwrap_or(rest.len())
}

/// The end of the escape whose backslash is at `at`.
fn escape_end(text: &[u8], at: usize) -> Result<usize, LineFault> {
    match text.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match (at + 2..at + 6).find(|&digit| !is(text, digit, u8::is_ascii_hexdigit))
        {
            Some(digit) if digit < text.len() => fault(digit, LineFaultKind::Escape),
            Some(_) => fault(text.len(), LineFaultKind::Cut),
            None => Ok(at + 6),
        },
        Some(_) => fault(at + 1, LineFaultKind::Escape),
        None => fault(at + 1, LineFaultKind::Cut),
    }
}

fn is(text: &[u8], at: usize, is: impl Fn(&u8) -> bool) -> bool {
    text.get(at).is_some_and(is)
}

/// The end of a number (section 6).
fn number_end(text: &[u8], start: usize) -> Result<usize, LineFault> {
    let mut at = start + usize::from(text[start] == b'-');
    at = match text.get(at) {
        Some(b'0') => at + 1,
        _ => digits_end(text, at)?,
    };
    if is(text, at, u8::is_ascii_digit) {
        return fault(at, LineFaultKind::Character);
    }
    if text.get(at) == Some(&b'.') {
        at = digits_end(text, at + 1)?;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = matches!(text.get(at + 1), Some(b'+' | b'-'));
        at = digits_end(text, at + 1 + usize::from(sign))?;
    }
    Ok(at)
}

/// The end of digits, of which there must be at least one.
fn digits_end(text: &[u8], at: usize) -> Result<usize, LineFault> {
    let rest = text.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len()) {
        0 => unexpected(text, at),
        digits => Ok(at + digits),
    }
}

fn literal_end(text: &[u8], at: usize, literal: &[u8]) -> Result<usize, LineFault> {
    let rest = &text[at..];
    if rest.starts_with(literal) {
        return Ok(at + literal.len());
    }
    let same = rest.iter().zip(literal).take_while(|(a, b)| a == b).count();
    unexpected(text, at + same)
}

/// Whether a token has an escape.
pub(crate) fn is_escaped(token: &[u8]) -> bool {
    memchr(b'\\', token).is_some()
}
