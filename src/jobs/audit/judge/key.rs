//! The key of a record: what it is known by on both sides.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use crate::error::{Error, RequestFault, Result};
use crate::idmap::IdMap;
use crate::jobs::audit::record::{Text, decode, seek};
use crate::rules::{Path, Segment};

/// Where keys stand.
#[derive(Debug, Clone)]
pub(crate) struct Keys<'k> {
    names: Vec<String>,
    /// A key that the map knows counts as what the map makes of it in the end,
    /// so that a mapped one is still the same key.
    map: Option<&'k IdMap>,
}

/// A key: a string, or another value as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key<'r> {
    Text(Text<'r>),
    Token(&'r [u8]),
}

impl<'k> Keys<'k> {
    /// Keys at a path.
    pub(crate) fn new(path: &Path, map: Option<&'k IdMap>) -> Result<Self> {
        let name = |segment: &Segment| match segment {
            Segment::Name(name) => Ok(name.clone()),
            Segment::Any => Err(Error::new(RequestFault {
                what: "a key cannot stand in several places",
                advice: "Name one member with --key, without wildcards.",
            })),
        };
        Ok(Self { names: path.segments().iter().map(name).collect::<Result<_>>()?, map })
    }

    /// The key of the record in a line as it is written: what stands first at
    /// the path, if it is not null.
    pub(crate) fn token<'t>(&self, line: &'t [u8]) -> Option<&'t [u8]> {
        seek(line, &self.names).filter(|token| *token != b"null")
    }

    /// The key of the record in a line; none where it has none or null.
    pub(crate) fn of<'t>(&self, line: &'t [u8]) -> Option<Key<'t>>
    where
        'k: 't,
    {
        let token = self.token(line)?;
        match token.first() {
            Some(b'"') => {
                let text = decode(token);
                let last = self.map.and_then(|map| end_of_chain(map, &text));
                Some(Key::Text(last.map_or(text, Text::from)))
            }
            _ => Some(Key::Token(token)),
        }
    }

    /// A key's hash, the same in every run.
    pub(crate) fn hash(key: &Key<'_>) -> u32 {
        (FixedState::default().hash_one(key) >> 32) as u32
    }
}

/// Rows that a key is followed through: chains are short.
const LONGEST_CHAIN: usize = 100;

/// What the map makes of a key in the end, where targets may be sources of
/// other rows; of a circle, the least of its IDs.
fn end_of_chain<'m>(map: &'m IdMap, key: &Text<'_>) -> Option<&'m str> {
    let mut last = map.target(map.source_row(key.bytes())?);
    let mut least = last;
    for _ in 0..LONGEST_CHAIN {
        match map.source_row(last.as_bytes()) {
            Some(row) => last = map.target(row),
            None => return Some(last),
        }
        least = least.min(last);
    }
    Some(least)
}
