//! The basis on which the records of a table are judged.

use super::declared::Declared;
use super::key::{Key, Keys};
use crate::idmap::{IdLengths, IdMap, IdRole, Row, is_clerk, is_uuid};
use crate::jobs::audit::record::{Record, Step, Text};
use crate::rules::{MOST_SEGMENTS, Path};

/// Judges the records of one table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judge<'j> {
    pub(crate) keys: &'j Keys<'j>,
    pub(crate) map: Option<Mapping<'j>>,
    /// The declared fields, if records are checked against rules; otherwise the
    /// map's changes are accepted anywhere.
    pub(crate) declared: Option<Declared<'j>>,
    /// Places whose differences are ignored.
    pub(crate) ignored: &'j [Path],
}

/// A map, and the lengths of its IDs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mapping<'m> {
    pub(crate) map: &'m IdMap,
    pub(crate) lengths: &'m IdLengths,
}

impl<'j> Judge<'j> {
    /// The row of a source ID.
    pub(crate) fn source(&self, record: Record<'_>, node: usize) -> Option<Row> {
        let map = self.map?.map;
        match record.tape.is_escaped(node) {
            _ if !record.is_string(node) => None,
            true => map.source_row(record.string(node).bytes()),
            false => map.source_row(record.inner(node)),
        }
    }

    /// The map, if source IDs are to be found in records.
    pub(crate) fn sources_of(&self) -> Option<&'j IdMap> {
        self.map.filter(|_| self.declared.is_some()).map(|mapping| mapping.map)
    }

    /// The source IDs in a record that was read for them.
    pub(crate) fn sources<'r>(
        &'r self,
        record: Record<'r>,
    ) -> impl Iterator<Item = usize> + use<'r> {
        record.tape.wanted().filter(move |node| self.source(record, *node).is_some())
    }

    /// The lengths of the IDs that records are read for.
    pub(crate) fn lengths(&self) -> &'j IdLengths {
        match (self.map, self.declared) {
            (Some(mapping), Some(_)) => mapping.lengths,
            _ => &IdLengths::NONE,
        }
    }

    /// The pattern of a place: elements of an array are one place, and so are
    /// members whose names are IDs. Anything deeper than paths can lead is
    /// counted at that depth, with a mark.
    pub(crate) fn pattern(&self, steps: &[Step<'_>]) -> String {
        let pattern =
            steps.iter().take(MOST_SEGMENTS).fold(Path::record(), |path, step| match step {
                Step::Index(_) => path.any(false),
                Step::Name(name) if self.is_id(name) => path.any(true),
                Step::Name(name) => path.member(&name.shown()),
            });
        let below = if steps.len() > MOST_SEGMENTS { "…" } else { "" };
        format!("{pattern}{below}")
    }

    fn is_id(&self, name: &Text<'_>) -> bool {
        let Some(id) = name.id() else { return false };
        let in_map = |mapping: Mapping<'_>| !matches!(mapping.map.role(id), IdRole::Unknown);
        is_uuid(id) || is_clerk(id) || self.map.is_some_and(in_map)
    }

    /// Whether differences at a place are ignored.
    pub(crate) fn is_ignored(&self, steps: &[Step<'_>]) -> bool {
        self.ignored.iter().any(|path| {
            let segments = path.segments();
            let mut pairs = segments.iter().zip(steps);
            segments.len() <= steps.len() && pairs.all(|(segment, step)| step.follows(segment))
        })
    }

    /// Whether the records in two lines have the same key, or both have none.
    pub(crate) fn same_key(&self, before: &[u8], after: &[u8]) -> bool {
        self.keys.of(before) == self.keys.of(after)
    }

    /// The key of the record in a line.
    pub(crate) fn key(&self, line: &[u8]) -> Option<OwnedKey> {
        self.keys.of(line).map(owned)
    }

    /// The hash of the record's key.
    pub(crate) fn key_hash(&self, line: &[u8]) -> Option<u32> {
        self.keys.of(line).map(|key| Keys::hash(&key))
    }
}

/// An owned key: whether it is a string, and its bytes.
pub(crate) type OwnedKey = (bool, Vec<u8>);

fn owned(key: Key<'_>) -> OwnedKey {
    match key {
        Key::Text(text) => (true, text.bytes().to_vec()),
        Key::Token(token) => (false, token.to_vec()),
    }
}
