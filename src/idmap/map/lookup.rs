//! Lookups: the role of an ID in the map.

use std::hint::black_box;
use std::ops::BitXor;

use super::id_map::{IdMap, IdRole, Row};
use crate::idmap::ids::{Id, Uuid, parse_uuid};
use crate::idmap::table::Side;

/// A lookup that has begun: the ID's key and hash.
///
/// To look up many IDs, call [`IdMap::probe`] for all of them, then
/// [`IdMap::fetch`], then [`IdMap::settle`] for each, so that the waits for
/// memory overlap.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// The value of the ID if it is a UUID, else zero.
    key: Uuid,
    hash: u64,
    uuid: bool,
}

impl Probe {
    /// Whether the ID is UUID-shaped.
    #[inline]
    pub fn is_uuid(&self) -> bool {
        self.uuid
    }
}

impl IdMap {
    /// Looks up the role of `id`, which is decoded.
    #[inline]
    pub fn role(&self, id: &str) -> IdRole {
        self.settle(&self.probe(id.as_bytes()), id.as_bytes())
    }

    /// Looks up the row of a source that becomes another ID; `id` is decoded.
    #[inline]
    pub fn source_row(&self, id: &[u8]) -> Option<Row> {
        self.settle_source(&self.probe(id), id)
    }

    /// Completes a lookup of the row of a source that becomes another ID; `id`
    /// is the probed one.
    #[inline]
    pub fn settle_source(&self, probe: &Probe, id: &[u8]) -> Option<Row> {
        let row = self.source(probe, id)?;
        (!self.rows.is_kept(row)).then_some(Row(row))
    }

    /// Begins to look up an ID; `id` has its decoded bytes.
    #[inline]
    pub fn probe(&self, id: &[u8]) -> Probe {
        let uuid = parse_uuid(id);
        let hash = match uuid {
            Some(uuid) => self.hashing.uuid(uuid),
            None => self.hashing.text(id),
        };
        Probe { key: uuid.unwrap_or_default(), hash, uuid: uuid.is_some() }
    }

    /// Brings what the probed IDs lead to into the processor's cache: first
    /// all slots, then all rows, then the text of all targets. In loops as
    /// short as these, a processor waits for many memory accesses at once;
    /// with more work per ID it would wait for each in turn.
    pub fn fetch(&self, probes: &[Probe]) {
        let slot = |probe: &Probe| self.sources.table(probe.uuid).first(probe.hash);
        let row = |probe: &Probe| self.sources.table(probe.uuid).candidate(probe.hash);
        black_box(probes.iter().map(slot).fold(0, BitXor::bitxor));
        let rows = || probes.iter().filter_map(row);
        black_box(rows().map(|row| self.rows.touch(row)).fold(0, BitXor::bitxor));
        black_box(rows().map(|row| self.rows.touch_text(row)).fold(0, BitXor::bitxor));
    }

    /// Completes a lookup; `id` is the probed one.
    #[inline]
    pub fn settle(&self, probe: &Probe, id: &[u8]) -> IdRole {
        match self.source(probe, id) {
            Some(row) if self.rows.is_kept(row) => IdRole::Kept(Row(row)),
            Some(row) => IdRole::Source(Row(row)),
            None if self.is_target(probe, id) => IdRole::Target,
            None => IdRole::Unknown,
        }
    }

    #[inline]
    fn source(&self, probe: &Probe, id: &[u8]) -> Option<u32> {
        let Probe { key, hash, uuid } = *probe;
        let table = self.sources.table(uuid);
        match uuid {
            true => table.find(hash, |row| self.rows.is_uuid(row, key)),
            false => table.find(hash, |row| self.rows.is_text(row, hash, id)),
        }
    }

    fn is_target(&self, probe: &Probe, id: &[u8]) -> bool {
        let table = self.targets.table(probe.uuid);
        let is_it = |row| match self.rows.id(row, Side::Target) {
            Id::Uuid(uuid) => probe.uuid && uuid == probe.key,
            Id::Text(text) => text.as_bytes() == id,
        };
        table.find(probe.hash, is_it).is_some()
    }

    /// Returns the target of a row, as the map spells it; empty if the row
    /// keeps its ID.
    #[inline]
    pub fn target(&self, row: Row) -> &str {
        self.rows.target(row.0)
    }

    /// Returns the number of rows, the upper bound of [`Row::index`].
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}
