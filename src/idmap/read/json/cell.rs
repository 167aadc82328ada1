//! The value of a member, as an ID.

use std::borrow::Cow;

use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;
use crate::json::decode;

/// Makes the fault of a cell from its place.
pub(crate) type CellFault = fn(RowPlace) -> MapFault;

/// The value of a member of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell<'t> {
    /// Null, or no member at all.
    Empty,
    /// A string, decoded.
    Text(Cow<'t, str>),
    /// A number, `true` or `false`, as it is written.
    Bare(&'t str),
    /// An object or an array.
    Container,
    /// A string with an escaped lone surrogate.
    LoneSurrogate,
}

impl<'t> Cell<'t> {
    /// Returns the cell of a valid value; the first byte of a container is
    /// enough.
    pub(crate) fn of(value: &'t str) -> Self {
        match value.as_bytes().first() {
            Some(b'"') => Self::of_string(&value[1..value.len() - 1]),
            Some(b'{' | b'[') => Self::Container,
            Some(b'n') | None => Self::Empty,
            Some(_) => Self::Bare(value),
        }
    }

    fn of_string(raw: &'t str) -> Self {
        if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
            return Self::Text(raw.into());
        }
        let mut text = String::new();
        match decode(raw, &mut text) {
            true => Self::Text(text.into()),
            false => Self::LoneSurrogate,
        }
    }

    /// Returns the cell as an ID of a map, empty if there is none.
    pub(crate) fn id(&self) -> Result<&str, CellFault> {
        match self {
            Self::Bare(_) => Err(MapFault::NotAString),
            _ => self.as_written(),
        }
    }

    /// Returns a string, or a number as it is written; empty if there is none.
    pub(crate) fn as_written(&self) -> Result<&str, CellFault> {
        match self {
            Self::Empty => Ok(""),
            Self::Text(text) => Ok(text),
            Self::Bare(text) => Ok(text),
            Self::Container => Err(MapFault::NotAString),
            Self::LoneSurrogate => Err(MapFault::LoneSurrogate),
        }
    }
}

/// Returns source and target, or what is wrong with either.
pub(crate) fn ids<'c>(
    source: &'c Cell<'_>,
    target: &'c Cell<'_>,
) -> Result<(&'c str, &'c str), CellFault> {
    Ok((source.id()?, target.id()?))
}
