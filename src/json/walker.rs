//! The plain walker: one record, byte by byte, with its own stack.
//!
//! It accepts exactly the lines that are one JSON object by RFC 8259,
//! surrounded by nothing but blanks, with any depth and numbers of any size,
//! and reports the first byte with which a line can no longer be completed. It
//! needs one bit of memory a level of nesting.

use super::hit::{Hit, Kind};

use super::cursor::skip_blanks;
use super::fault::{FaultKind, RecordFault};
use super::names::Names;
use super::text::{
    code_unit, decode, is_escape_letter, is_high_surrogate, is_low_surrogate, is_surrogate,
    plain_end,
};

/// Walks records and keeps the hits of the last one. It can be reused, and then
/// allocates nothing once its buffers have grown.
#[derive(Debug, Default)]
pub struct Walker {
    nesting: Nesting,
    hits: Vec<Hit>,
    lone_surrogate: bool,
    name: String,
}

/// What the grammar allows next.
#[derive(Clone, Copy)]
enum Next {
    FirstName,
    Name,
    FirstItem,
    Value,
    Separator,
}

impl Walker {
    /// Walks one line without its newline, and collects the members that
    /// `names` looks for, in order.
    ///
    /// ```
    /// use idswap::internal::{Names, Walker};
    ///
    /// let record = r#"{"_id":"k1", "author_id" : "u1"}"#;
    /// let mut walker = Walker::default();
    /// walker.walk(record, &Names::new(["author_id"])).expect("a record");
    /// let hit = walker.hits()[0];
    /// assert_eq!(&record[hit.start..hit.end], r#""u1""#);
    /// ```
    ///
    /// # Errors
    /// The first fault of a line that is no valid record.
    pub fn walk(&mut self, record: &str, names: &Names) -> Result<(), RecordFault> {
        let (end, bytes) = (self.walk_first(record, names)?, record.as_bytes());
        match skip_blanks(bytes, end) {
            end if end == bytes.len() => Ok(()),
            more => Err(RecordFault::new(more, FaultKind::AfterRecord)),
        }
    }

    /// Walks the object at the start of `record`, after blanks, like
    /// [`Self::walk`]; returns where it ends.
    ///
    /// # Errors
    /// Returns the first fault up to there.
    #[inline]
    pub fn walk_first(&mut self, record: &str, names: &Names) -> Result<usize, RecordFault> {
        self.nesting.clear();
        self.hits.clear();
        self.lone_surrogate = false;
        let bytes = record.as_bytes();
        let mut at = self.open_record(bytes)?;
        let mut next = Next::FirstName;
        let mut wanted = None;
        while !self.nesting.is_empty() {
            at = skip_blanks(bytes, at);
            let Some(&byte) = bytes.get(at) else {
                return Err(RecordFault::new(at, FaultKind::Cut));
            };
            (at, next) = match (next, byte) {
                (Next::FirstName | Next::Name, b'"') => {
                    let (end, escaped) = self.string(bytes, at)?;
                    if self.nesting.depth() == 1 {
                        wanted = self.wanted(&record[at + 1..end - 1], escaped, names);
                    }
                    (colon(bytes, end)?, Next::Value)
                }
                (Next::FirstName, b'}') | (Next::FirstItem, b']') => self.close(at),
                (Next::Name, b'}') => return Err(RecordFault::new(at, FaultKind::TrailingComma)),
                (Next::FirstName | Next::Name, _) => {
                    return Err(RecordFault::new(at, no_name(byte)));
                }
                (Next::Separator, _) => self.separator(byte, at)?,
                (Next::FirstItem | Next::Value, _) => self.value(bytes, at, wanted.take())?,
            };
        }
        Ok(at)
    }

    /// The wanted members of the record walked last, in order.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// Whether the record walked last has an escaped lone surrogate.
    pub fn has_lone_surrogate(&self) -> bool {
        self.lone_surrogate
    }

    fn open_record(&mut self, bytes: &[u8]) -> Result<usize, RecordFault> {
        let at = skip_blanks(bytes, 0);
        let kind = match bytes.get(at..) {
            Some([b'{', ..]) => {
                self.nesting.push(true);
                return Ok(at + 1);
            }
            Some([0xef, 0xbb, 0xbf, ..]) => FaultKind::ByteOrderMark,
            Some([_, ..]) => FaultKind::NotAnObject,
            _ => FaultKind::Blank,
        };
        Err(RecordFault::new(at, kind))
    }

    /// The number of a member name, if it is wanted.
    #[inline]
    fn wanted(&mut self, raw: &str, escaped: bool, names: &Names) -> Option<usize> {
        if !escaped {
            return names.find(raw);
        }
        self.name.clear();
        decode(raw, &mut self.name).then(|| names.find(&self.name)).flatten()
    }

    #[inline]
    fn value(
        &mut self,
        bytes: &[u8],
        at: usize,
        wanted: Option<usize>,
    ) -> Result<(usize, Next), RecordFault> {
        let (end, kind, next) = match bytes[at] {
            b'"' => {
                let (end, escaped) = self.string(bytes, at)?;
                (end, Kind::String { escaped }, Next::Separator)
            }
            b'{' => {
                self.nesting.push(true);
                (at + 1, Kind::Container, Next::FirstName)
            }
            b'[' => {
                self.nesting.push(false);
                (at + 1, Kind::Container, Next::FirstItem)
            }
            b'n' => (word(bytes, at, b"null")?, Kind::Null, Next::Separator),
            b't' => (word(bytes, at, b"true")?, Kind::Scalar, Next::Separator),
            b'f' => (word(bytes, at, b"false")?, Kind::Scalar, Next::Separator),
            b'-' | b'0'..=b'9' => (number(bytes, at)?, Kind::Scalar, Next::Separator),
            other => return Err(RecordFault::new(at, no_value(bytes, at, other))),
        };
        if let Some(name) = wanted {
            self.hits.push(Hit { name, start: at, end, kind });
        }
        Ok((end, next))
    }

    #[inline]
    fn separator(&mut self, byte: u8, at: usize) -> Result<(usize, Next), RecordFault> {
        match (byte, self.nesting.in_object()) {
            (b',', true) => Ok((at + 1, Next::Name)),
            (b',', false) => Ok((at + 1, Next::Value)),
            (b'}', true) | (b']', false) => Ok(self.close(at)),
            (_, true) => Err(RecordFault::new(at, FaultKind::ExpectedCommaOrBrace)),
            (_, false) => Err(RecordFault::new(at, FaultKind::ExpectedCommaOrBracket)),
        }
    }

    #[inline]
    fn close(&mut self, at: usize) -> (usize, Next) {
        self.nesting.pop();
        (at + 1, Next::Separator)
    }

    /// Walks the string whose opening quote is at `open`. Returns its end and
    /// whether it has escapes.
    #[inline]
    fn string(&mut self, bytes: &[u8], open: usize) -> Result<(usize, bool), RecordFault> {
        let mut at = open + 1;
        let mut escaped = false;
        loop {
            at = plain_end(bytes, at);
            match bytes.get(at) {
                Some(b'"') => return Ok((at + 1, escaped)),
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(bytes, at + 1)?;
                }
                Some(&control) => {
                    return Err(RecordFault::new(at, FaultKind::ControlCharacter(control)));
                }
                None => return Err(RecordFault::new(at, FaultKind::CutString)),
            }
        }
    }

    /// Walks an escape from the byte after its backslash.
    fn escape(&mut self, bytes: &[u8], at: usize) -> Result<usize, RecordFault> {
        match bytes.get(at) {
            Some(b'u') => self.unicode_escape(bytes, at + 1),
            Some(&letter) if is_escape_letter(letter) => Ok(at + 1),
            Some(_) => Err(RecordFault::new(at, FaultKind::BadEscape)),
            None => Err(RecordFault::new(at, FaultKind::CutEscape)),
        }
    }

    /// Walks the digits of a `\u` escape, and a second escape if the two are a
    /// pair; notes a lone surrogate.
    fn unicode_escape(&mut self, bytes: &[u8], at: usize) -> Result<usize, RecordFault> {
        let unit = hex_digits(bytes, at)?;
        let end = at + 4;
        if is_high_surrogate(unit) {
            let pair = bytes[end..].strip_prefix(b"\\u").and_then(code_unit);
            if pair.is_some_and(is_low_surrogate) {
                return Ok(end + 6);
            }
        }
        self.lone_surrogate |= is_surrogate(unit);
        Ok(end)
    }
}

fn hex_digits(bytes: &[u8], at: usize) -> Result<u32, RecordFault> {
    if let Some(unit) = code_unit(&bytes[at..]) {
        return Ok(unit);
    }
    let good = bytes[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let kind = match bytes.len() - at - good {
        0 => FaultKind::CutEscape,
        _ => FaultKind::BadUnicodeEscape,
    };
    Err(RecordFault::new(at + good, kind))
}

#[inline]
fn colon(bytes: &[u8], at: usize) -> Result<usize, RecordFault> {
    let at = skip_blanks(bytes, at);
    match bytes.get(at) {
        Some(b':') => Ok(at + 1),
        Some(_) => Err(RecordFault::new(at, FaultKind::ExpectedColon)),
        None => Err(RecordFault::new(at, FaultKind::Cut)),
    }
}

#[inline]
pub(crate) fn word(bytes: &[u8], at: usize, word: &[u8]) -> Result<usize, RecordFault> {
    let rest = &bytes[at..];
    if rest.starts_with(word) {
        return Ok(at + word.len());
    }
    let good = rest.iter().zip(word).take_while(|(a, b)| a == b).count();
    let kind = if good == rest.len() { FaultKind::Cut } else { FaultKind::BadWord };
    Err(RecordFault::new(at + good, kind))
}

/// Walks a number (RFC 8259, section 6) from its first byte.
#[inline]
pub(crate) fn number(bytes: &[u8], start: usize) -> Result<usize, RecordFault> {
    let mut at = start + usize::from(bytes[start] == b'-');
    if bytes.get(at) == Some(&b'0') {
        at += 1;
        if bytes.get(at).is_some_and(u8::is_ascii_digit) {
            return Err(RecordFault::new(at, FaultKind::LeadingZero));
        }
    } else {
        at = digits(bytes, at)?;
    }
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = digits(bytes, at)?;
    }
    Ok(at)
}

/// Walks one or more digits.
#[inline]
fn digits(bytes: &[u8], at: usize) -> Result<usize, RecordFault> {
    match digits_end(bytes, at) {
        end if end > at => Ok(end),
        _ if at >= bytes.len() => Err(RecordFault::new(at, FaultKind::Cut)),
        _ => Err(RecordFault::new(at, FaultKind::BadNumber)),
    }
}

/// The end of the digits that begin at `at`.
///
/// Eight bytes at a time: the upper half of a digit is that of `0`, and adding
/// six to its lower half leaves the upper half unchanged. Only the lowest
/// marked byte is exact, and only that one counts.
#[inline]
fn digits_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    while let Some(&chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let zeros = u64::from_le_bytes(chunk) ^ (ONES * u64::from(b'0'));
        let others = (zeros | zeros.wrapping_add(ONES * 6)) & (ONES * 0xf0);
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(tail.len())
}

fn no_name(byte: u8) -> FaultKind {
    match byte {
        b'_' | b'$' => FaultKind::BareName,
        letter if letter.is_ascii_alphabetic() => FaultKind::BareName,
        _ => FaultKind::ExpectedName,
    }
}

fn no_value(bytes: &[u8], at: usize, byte: u8) -> FaultKind {
    match byte {
        b'}' | b']' if bytes[..at].trim_ascii_end().ends_with(b",") => FaultKind::TrailingComma,
        b'+' | b'.' => FaultKind::BadNumber,
        letter if letter.is_ascii_alphabetic() => FaultKind::BadWord,
        _ => FaultKind::ExpectedValue,
    }
}

/// The open brackets around the current position, one bit each; a set bit is an
/// object. The innermost levels are in `top`.
#[derive(Debug, Default)]
struct Nesting {
    words: Vec<u64>,
    depth: usize,
    object: bool,
}

impl Nesting {
    fn clear(&mut self) {
        self.words.clear();
        self.depth = 0;
    }

    fn depth(&self) -> usize {
        self.depth
    }

    fn is_empty(&self) -> bool {
        self.depth == 0
    }

    fn in_object(&self) -> bool {
        self.object
    }

    fn push(&mut self, object: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.words.len() {
            self.words.push(0);
        }
        self.words[word] = self.words[word] & !(1 << bit) | u64::from(object) << bit;
        self.depth += 1;
        self.object = object;
    }

    fn pop(&mut self) {
        self.depth -= 1;
        if let Some(top) = self.depth.checked_sub(1) {
            self.object = self.words[top / 64] >> (top % 64) & 1 == 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: &str) -> Option<(usize, FaultKind)> {
        let walked = Walker::default().walk(line, &Names::new(["a"]));
        walked.err().map(|fault| (fault.at, fault.kind))
    }

    #[test]
    fn accepts_what_the_grammar_allows() {
        for line in [
            "{}",
            " \t{ } \r",
            r#"{"a":[],"b":{},"c":[[{}]]}"#,
            r#"{"a":[-0,0.0,1e5,1E-5,-1.5e+300,1e999,123456789012345678901234567890]}"#,
            r#"{"":"","a":"\u0000\ud800 \udfff \"\\\/\b\f\n\r\t"}"#,
            "{\"a\":\"\u{7f}é\u{2028}😀\"}",
            r#"{"a":true,"a":false,"a":null}"#,
        ] {
            assert_eq!(fault(line), None, "{line}");
        }
    }

    #[test]
    fn finds_only_members_of_the_record_itself() {
        let record = r#"{"b":{"a":"in"},"c":["a",{"a":1}],"\u0061":"x","a":{"a":2},"a":null}"#;
        let mut walker = Walker::default();
        walker.walk(record, &Names::new(["a"])).expect("valid");
        let found: Vec<_> =
            walker.hits().iter().map(|hit| (&record[hit.start..hit.end], hit.kind)).collect();
        let string = Kind::String { escaped: false };
        assert_eq!(found, [("\"x\"", string), ("{", Kind::Container), ("null", Kind::Null)]);
    }

    #[test]
    fn a_million_brackets_are_data() {
        let deep = 1_000_000;
        let record = format!("{{\"a\":{}{}}}", "[{\"x\":".repeat(deep), "1}]".repeat(0));
        assert_eq!(fault(&record), Some((record.len() - 1, FaultKind::ExpectedValue)));
        let record = format!("{{\"a\":{}1{}}}", "[{\"x\":".repeat(deep), "}]".repeat(deep));
        assert_eq!(fault(&record), None);
    }

    #[test]
    fn sees_every_stop_at_every_place_of_a_word() {
        for stop in ["\"", "\\", "\u{1f}", "\0"] {
            for before in 0..20 {
                for after in 0..20 {
                    let text = format!("{}{stop}{}", "é".repeat(before), "~".repeat(after));
                    assert_eq!(plain_end(text.as_bytes(), 0), 2 * before, "{text:?}");
                }
            }
        }
    }
}
