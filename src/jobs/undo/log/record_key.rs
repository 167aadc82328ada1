//! The key that joins a record with its changes.

use std::borrow::Cow;

use crate::json::{Hit, Kind, decode_hit, value_at};

/// Identifies a record in its table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum RecordKey<'k> {
    /// An `_id` that is a string, decoded.
    Text(Cow<'k, str>),
    /// Any other scalar, or a string with a lone surrogate, as it is written.
    Token(Cow<'k, str>),
    /// The line number of a record without a scalar `_id`.
    Line(u64),
}

impl<'k> RecordKey<'k> {
    /// The key of a record with this `_id`; `None` for a container.
    pub(crate) fn of(bytes: &'k [u8], id: &Hit) -> Option<Self> {
        let token = || String::from_utf8_lossy(&bytes[id.start..id.end]);
        Some(match id.kind {
            Kind::Container => return None,
            Kind::String { escaped: false } => {
                Self::Text(String::from_utf8_lossy(&bytes[id.start + 1..id.end - 1]))
            }
            Kind::String { escaped: true } => {
                let mut text = String::new();
                match decode_hit(bytes, id, &mut text) {
                    true => Self::Text(text.into()),
                    false => Self::Token(token()),
                }
            }
            Kind::Null | Kind::Scalar => Self::Token(token()),
        })
    }

    /// The same for an `_id` on its own, as it is written.
    pub(crate) fn of_token(token: &'k str) -> Option<Self> {
        Self::of(token.as_bytes(), &value_at(token.as_bytes(), 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_joined_by_what_they_say_and_all_else_as_it_is_written() {
        let key = |token| RecordKey::of_token(token).expect("a scalar");
        assert_eq!(key(r#""k/1""#), key(r#""\u006b\/1""#));
        assert_ne!(key("1"), key("1.0"));
        assert_ne!(key("1"), key("\"1\""));
        assert_ne!(key(r#""\ud800""#), key("\"\u{fffd}\""));
        assert_eq!(RecordKey::of_token("{"), None);
    }
}
