//! IDs as they are compared: UUIDs by value, all others by their text.

use super::uuid::{Uuid, parse_uuid};

/// An ID as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Id<'i> {
    Uuid(Uuid),
    Text(&'i str),
}

impl<'i> Id<'i> {
    #[inline]
    pub(crate) fn of(id: &'i str) -> Self {
        parse_uuid(id.as_bytes()).map_or(Self::Text(id), Self::Uuid)
    }

    #[inline]
    pub(crate) fn is_uuid(self) -> bool {
        matches!(self, Self::Uuid(_))
    }
}

/// Whether blanks surround an ID or control characters occur in it. They come
/// from a quote that is not closed, which swallows the rows that follow, or
/// from a blank after a comma, which would be written into the data.
pub(crate) fn has_stray_characters(id: &str) -> bool {
    id.trim() != id || id.contains(char::is_control)
}
