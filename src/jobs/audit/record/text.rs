//! The text of strings, however it is written.

use std::borrow::Cow;

use memchr::memchr;
use serde::de::{Deserializer, Visitor};

use super::token::is_escaped;

/// The text of a string: UTF-8, except for escaped lone surrogates (RFC 8259,
/// section 8.2), which differ from everything else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text<'t>(Cow<'t, [u8]>);

impl<'t> From<&'t str> for Text<'t> {
    fn from(text: &'t str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl Text<'_> {
    /// The text, if it can be an ID.
    pub(crate) fn id(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text for people, with a mark for each lone surrogate.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        if let Some(text) = self.id() {
            return Cow::Borrowed(text);
        }
        let mut shown = String::new();
        for chunk in self.0.utf8_chunks() {
            shown.push_str(chunk.valid());
            // The first of the three bytes of a surrogate.
            if chunk.invalid().first().is_some_and(|byte| *byte >= 0xc0) {
                shown.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Cow::Owned(shown)
    }

    /// Whether it is exactly this text.
    pub(crate) fn is(&self, text: &str) -> bool {
        *self.0 == *text.as_bytes()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The text of a string token that has been read, quotes included.
pub(crate) fn decode(token: &[u8]) -> Text<'_> {
    if !is_escaped(token) {
        return Text(Cow::Borrowed(&token[1..token.len() - 1]));
    }
    let mut reader = serde_json::Deserializer::from_slice(token);
    // A string that has been read cannot fail.
    Text(Cow::Owned(reader.deserialize_bytes(Bytes).unwrap_or_default()))
}

/// The length of the text of a string token that has been read.
pub(crate) fn decoded_length(token: &[u8]) -> usize {
    let mut rest = &token[1..token.len() - 1];
    let mut length = 0;
    while let Some(at) = memchr(b'\\', rest) {
        let (says, written) = escape(&rest[at + 1..]);
        length += at + says;
        rest = rest.get(at + 1 + written..).unwrap_or_default();
    }
    length + rest.len()
}

/// The length of an escape's text, and of the escape after its backslash.
fn escape(escape: &[u8]) -> (usize, usize) {
    let unit = |digits: Option<&[u8]>| {
        let digits = std::str::from_utf8(digits?).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    if escape.first() != Some(&b'u') {
        return (1, 1);
    }
    let low = || escape.get(5..7).filter(|next| *next == b"\\u").and(unit(escape.get(7..11)));
    match unit(escape.get(1..5)).unwrap_or_default() {
        0..0x80 => (1, 5),
        0x80..0x800 => (2, 5),
        0xd800..0xdc00 if low().is_some_and(|low| (0xdc00..0xe000).contains(&low)) => (4, 11),
        _ => (3, 5),
    }
}

/// A string with the fewest escapes.
pub(crate) fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}
