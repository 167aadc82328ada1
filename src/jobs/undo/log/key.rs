//! By what a record and its lines of the log are joined.

use std::borrow::Cow;

use super::change::Change;
use super::shift::Shift;
use crate::json::{Hit, Kind, decode_hit, value_at};

/// What tells a record of a table from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key<'k> {
    /// An `_id` that is a string, decoded.
    Text(Cow<'k, str>),
    /// Any other scalar, and a string that holds half a character, as it is
    /// written.
    Token(Cow<'k, str>),
    /// Without `_id`: the line.
    Line(u64),
}

impl<'k> Key<'k> {
    /// The key that an `_id` is; none of a container.
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
}

/// What all lines of the log have in common that are of one record.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) table: String,
    pub(crate) line: Option<u64>,
    offset: Option<u64>,
    id: Option<String>,
    /// What the run made of the `_id`.
    new_id: Option<String>,
    /// Whether the run gave the member `_id` another name.
    renamed: bool,
}

impl Head {
    /// Begins with the first line of a record.
    pub(crate) fn of(change: &Change) -> Self {
        let mut head = Self {
            table: change.table.clone(),
            line: change.line,
            offset: change.offset,
            id: change.id.clone(),
            ..Self::default()
        };
        head.add(change);
        head
    }

    /// Whether a further line is of the same record.
    pub(crate) fn is_of(&self, change: &Change) -> bool {
        (self.line, self.offset) == (change.line, change.offset) && self.table == change.table
    }

    /// Takes a line of the record. Of several `_id`s the last counts, here as
    /// in records.
    pub(crate) fn add(&mut self, change: &Change) {
        if change.path != "/_id" {
            return;
        }
        self.renamed |= change.key;
        let id = self.id.as_deref().and_then(key_of_token);
        if !change.key && id == Some(Key::Text(change.old.as_str().into())) {
            self.new_id = Some(change.new.clone());
        }
    }

    /// By what the record is found as the run left it.
    pub(crate) fn key(&self, shift: &Shift) -> Key<'_> {
        let id = match (&self.id, &self.new_id) {
            (Some(_), Some(new)) => Some(Key::Text(new.into())),
            (id, _) => id.as_deref().and_then(key_of_token),
        };
        match id.filter(|_| !self.renamed) {
            Some(id) => id,
            // No record stands on line 0.
            None => Key::Line(self.line_after(shift).unwrap_or(0)),
        }
    }

    /// The line on which the run left the record.
    pub(crate) fn line_after(&self, shift: &Shift) -> Option<u64> {
        self.line.map(|line| shift.line(&self.table, line))
    }

    /// All keys by which it is found, and whether each is from before the run.
    pub(crate) fn keys(&self, shift: &Shift) -> impl Iterator<Item = (Key<'_>, bool)> {
        let key = self.key(shift);
        let old = self.old_key().filter(|old| *old != key);
        std::iter::once((key, false)).chain(old.map(|old| (old, true)))
    }

    /// By what the record is found where its `_id` was put back already.
    fn old_key(&self) -> Option<Key<'_>> {
        self.new_id.as_ref().and_then(|_| key_of_token(self.id.as_deref()?))
    }
}

/// Where the record of a line stood in the run's input.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    line: Option<u64>,
    offset: Option<u64>,
}

impl Place {
    pub(crate) fn of(change: &Change) -> Self {
        Self { line: change.line, offset: change.offset }
    }

    /// Whether another place comes after this one, as far as both say so.
    pub(crate) fn is_before(self, other: Self) -> bool {
        let lines = self.line.zip(other.line);
        lines.or(self.offset.zip(other.offset)).is_none_or(|(own, other)| own < other)
    }
}

fn key_of_token(token: &str) -> Option<Key<'_>> {
    Key::of(token.as_bytes(), &value_at(token.as_bytes(), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_joined_by_what_they_say_and_all_else_as_it_is_written() {
        let key = |token| key_of_token(token).expect("a scalar");
        assert_eq!(key(r#""k/1""#), key(r#""\u006b\/1""#));
        assert_ne!(key("1"), key("1.0"));
        assert_ne!(key("1"), key("\"1\""));
        assert_ne!(key(r#""\ud800""#), key("\"\u{fffd}\""));
        assert_eq!(key_of_token("{"), None);
    }
}
