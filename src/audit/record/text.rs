//! What strings say, whatever way they are written.

use std::borrow::Cow;

use serde::de::{Deserializer, Visitor};

use super::token::is_escaped;

/// What a string says: UTF-8, but for escaped halves of surrogate pairs
/// (RFC 8259, section 8.2), which stay apart from everything else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::audit) struct Text<'t>(Cow<'t, [u8]>);

impl<'t> From<&'t str> for Text<'t> {
    fn from(text: &'t str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl Text<'_> {
    /// The text, where it can be an ID.
    pub(in crate::audit) fn id(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text for people.
    pub(in crate::audit) fn shown(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Whether it says just this.
    pub(in crate::audit) fn is(&self, text: &str) -> bool {
        *self.0 == *text.as_bytes()
    }

    pub(in crate::audit) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What a string says. `token` is one that has been read, quotes included.
pub(in crate::audit) fn decode(token: &[u8]) -> Text<'_> {
    if !is_escaped(token) {
        return Text(Cow::Borrowed(&token[1..token.len() - 1]));
    }
    let mut reader = serde_json::Deserializer::from_slice(token);
    // A string that has been read cannot fail.
    Text(Cow::Owned(reader.deserialize_bytes(Bytes).unwrap_or_default()))
}

/// A string written with the fewest escapes.
pub(in crate::audit) fn quote(text: &str) -> String {
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
