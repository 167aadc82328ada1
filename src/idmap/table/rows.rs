//! The rows of a map: a key each, and the text of all other IDs in one arena.

use std::borrow::Cow;

use super::hashing::Hashing;
use crate::idmap::ids::{Form, Id, Uuid, spell_uuid, upper_case_digits};

/// Rows, numbered from 0 in the order of the map.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<RowKey>,
    /// For each row its source, unless that is a UUID, and then its target,
    /// unless the row keeps its ID.
    text: String,
    /// The rows with upper-case letters in their source UUID, and which digits
    /// those are.
    upper: Vec<(u32, u32)>,
}

/// What a lookup needs of a row, in one place: its key, and where its text
/// begins. The text ends where that of the next row begins.
#[derive(Debug, Clone, Copy)]
struct RowKey {
    /// The source, or the hash of its text.
    key: Uuid,
    start: u32,
    /// The length of the source's text, 0 for a UUID.
    source: u32,
}

/// The most bytes of text that rows can hold: offsets have four bytes.
pub(crate) const MAX_TEXT: usize = u32::MAX as usize;

/// The most rows: the slots of a hash table hold row numbers from 1.
const MAX_ROWS: usize = u32::MAX as usize - 1;

/// The two sides of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Source,
    Target,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a row; `target` is empty if it is the source. Returns `None` if the
    /// text outgrows `limit`.
    #[inline]
    pub(crate) fn push(
        &mut self,
        (source, id): (&str, Id<'_>),
        target: &str,
        hashing: &Hashing,
        limit: usize,
    ) -> Option<()> {
        let start = u32::try_from(self.text.len()).ok()?;
        let (key, source) = match id {
            Id::Uuid(uuid) => {
                let upper = upper_case_digits(source);
                if upper != 0 {
                    self.upper.push((self.rows.len() as u32, upper));
                }
                (uuid, "")
            }
            Id::Text(text) => ([hashing.text(text.as_bytes()), 0], text),
        };
        let end = self.text.len().checked_add(source.len())?.checked_add(target.len())?;
        if end > limit || self.len() == MAX_ROWS {
            return None;
        }
        self.text.push_str(source);
        self.text.push_str(target);
        self.rows.push(RowKey { key, start, source: source.len() as u32 });
        Some(())
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.text.clear();
        self.upper.clear();
    }

    /// Whether `part` can be added within `limit` bytes of text.
    pub(crate) fn fits(&self, part: &Self, limit: usize) -> bool {
        self.text.len() + part.text.len() <= limit && self.len() + part.len() <= MAX_ROWS
    }

    /// Adds the rows of a part that [`Self::fits`].
    pub(crate) fn append(&mut self, part: &Self) {
        let (rows, start) = (self.rows.len() as u32, self.text.len() as u32);
        let keyed = part.rows.iter();
        self.rows.extend(keyed.map(|row| RowKey { start: start + row.start, ..*row }));
        self.text.push_str(&part.text);
        self.upper.extend(part.upper.iter().map(|(row, upper)| (rows + row, *upper)));
    }

    /// Returns where the text of a row begins, where its target begins, and
    /// where it ends.
    #[inline]
    fn span(&self, row: u32) -> (usize, usize, usize) {
        let row = row as usize;
        let RowKey { start, source, .. } = self.rows[row];
        let end = self.rows.get(row + 1).map_or(self.text.len(), |next| next.start as usize);
        (start as usize, start as usize + source as usize, end)
    }

    /// Reads a row to bring it into the processor's cache.
    #[inline]
    pub(crate) fn touch(&self, row: u32) -> u64 {
        let RowKey { key, start, .. } = self.rows[row as usize];
        key[0] ^ u64::from(start)
    }

    /// Reads the first and the last byte of a target to bring it into the
    /// processor's cache.
    #[inline]
    pub(crate) fn touch_text(&self, row: u32) -> u8 {
        let (_, start, end) = self.span(row);
        let text = self.text.as_bytes();
        let byte = |at: usize| text.get(at).copied().unwrap_or_default();
        byte(start) ^ byte(end.wrapping_sub(1))
    }

    /// Returns the target, empty if it is the source.
    #[inline]
    pub(crate) fn target(&self, row: u32) -> &str {
        let (_, start, end) = self.span(row);
        &self.text[start..end]
    }

    /// Returns the target as its row spells it, or the source if it is kept.
    pub(crate) fn target_or_source(&self, row: u32) -> Cow<'_, str> {
        match self.target(row) {
            "" => self.source(row),
            target => target.into(),
        }
    }

    /// Returns the lengths of the source and of the target in the arena: 0 for
    /// a source UUID, and for a target that is the source.
    pub(crate) fn text_lengths(&self, row: u32) -> [usize; 2] {
        let (start, middle, end) = self.span(row);
        [middle - start, end - middle]
    }

    /// Whether the target is the source.
    #[inline]
    pub(crate) fn is_kept(&self, row: u32) -> bool {
        let (_, start, end) = self.span(row);
        start == end
    }

    /// Returns the source as its row spells it.
    pub(crate) fn source(&self, row: u32) -> Cow<'_, str> {
        match self.id(row, Side::Source) {
            Id::Text(text) => text.into(),
            Id::Uuid(uuid) => {
                let upper = self.upper.binary_search_by_key(&row, |&(row, _)| row);
                spell_uuid(uuid, upper.map_or(0, |place| self.upper[place].1)).into()
            }
        }
    }

    /// Returns one side of a row, to be compared, and its hash. That of a
    /// source's text is known since the row was added.
    #[inline]
    pub(crate) fn hashed_id(&self, row: u32, side: Side, hashing: &Hashing) -> (Id<'_>, u64) {
        let id = self.id(row, side);
        let hash = match (side, id) {
            (Side::Source, Id::Text(_)) => self.rows[row as usize].key[0],
            _ => hashing.of(id),
        };
        (id, hash)
    }

    /// Returns one side of a row, to be compared.
    #[inline]
    pub(crate) fn id(&self, row: u32, side: Side) -> Id<'_> {
        let (start, middle, end) = self.span(row);
        match side {
            Side::Target if middle < end => Id::of(&self.text[middle..end]),
            _ if start == middle => Id::Uuid(self.rows[row as usize].key),
            _ => Id::Text(&self.text[start..middle]),
        }
    }

    /// Returns the form of one side of a row.
    pub(crate) fn form(&self, row: u32, side: Side) -> Form {
        Form::of(self.id(row, side))
    }

    /// Whether the source of a row, which is a UUID, is this one.
    #[inline]
    pub(crate) fn is_uuid(&self, row: u32, uuid: Uuid) -> bool {
        self.rows[row as usize].key == uuid
    }

    /// Whether the source of a row, which is not a UUID, is this text.
    #[inline]
    pub(crate) fn is_text(&self, row: u32, hash: u64, text: &[u8]) -> bool {
        let RowKey { key, start, source } = self.rows[row as usize];
        let start = start as usize;
        key[0] == hash && self.text.as_bytes().get(start..start + source as usize) == Some(text)
    }
}
