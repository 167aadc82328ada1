//! The value of a member, as far as an ID goes.

use std::borrow::Cow;

use crate::idmap::fault::{MapFault, RowPlace};
use crate::json::decode;

/// What is wrong with a cell, once its place is known.
pub(crate) type BadCell = fn(RowPlace) -> MapFault;

/// What stands in a member of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell<'t> {
    /// Null, or the member is absent.
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
    /// The cell of a valid value; of a container the first byte will do.
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

    /// The cell as an ID of a map, empty where there is none.
    pub(crate) fn id(&self) -> Result<&str, BadCell> {
        match self {
            Self::Bare(_) => Err(MapFault::NotAString),
            _ => self.as_written(),
        }
    }

    /// The cell as it stands, empty where there is none.
    pub(crate) fn as_written(&self) -> Result<&str, BadCell> {
        match self {
            Self::Empty => Ok(""),
            Self::Text(text) => Ok(text),
            Self::Bare(text) => Ok(text),
            Self::Container => Err(MapFault::NotAString),
            Self::LoneSurrogate => Err(MapFault::LoneSurrogate),
        }
    }
}
