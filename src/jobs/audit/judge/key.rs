//! The key of a record, which identifies it on both sides.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use crate::error::{Error, RequestFault, Result};
use crate::idmap::IdMap;
use crate::jobs::audit::record::{Text, decode, seek};
use crate::rules::{Path, Segment};

/// Where keys are.
#[derive(Debug, Clone)]
pub(crate) struct Keys<'k> {
    names: Vec<String>,
    /// Keys are compared as the map finally leaves them, so that a mapped key
    /// is still the same.
    map: Option<&'k IdMap>,
}

/// A key: a string, or another value as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key<'r> {
    Text(Text<'r>),
    Token(&'r [u8]),
}

impl<'k> Keys<'k> {
    /// The keys at a path.
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

    /// The key of the record in a line, as written: the first value at the
    /// path, unless it is null.
    pub(crate) fn token<'t>(&self, line: &'t [u8]) -> Option<&'t [u8]> {
        seek(line, &self.names).filter(|token| *token != b"null")
    }

    /// The key of the record in a line; `None` if it has none, or null.
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

    /// The hash of a key, the same in every run.
    pub(crate) fn hash(key: &Key<'_>) -> u32 {
        (FixedState::default().hash_one(key) >> 32) as u32
    }
}

/// The most rows that a key is followed through; chains are short.
const LONGEST_CHAIN: usize = 100;

/// The ID that the map finally makes of a key, as targets may be sources of
/// other rows; in a circle, the least of its IDs.
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
