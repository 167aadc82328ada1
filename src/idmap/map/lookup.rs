//! Lookups: what an ID is to the map.

use std::hint::black_box;
use std::ops::BitXor;

use super::map::{IdMap, Row, Standing};
use crate::idmap::id::{Id, Uuid, parse};
use crate::idmap::table::Side;

/// A lookup that has begun: the ID's key.
///
/// Whoever has many IDs to look up probes all of them, fetches what they lead
/// to, and then settles them, so that the waits for memory overlap.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// The value of a UUID.
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
    /// What `id`, decoded, is to the map.
    #[inline]
    pub fn standing(&self, id: &str) -> Standing {
        self.settle(&self.probe(id.as_bytes()), id.as_bytes())
    }

    /// The row of a source that becomes another ID; `id` is decoded.
    #[inline]
    pub fn source_row(&self, id: &[u8]) -> Option<Row> {
        self.settle_source(&self.probe(id), id)
    }

    /// Ends a lookup that asks for such a row only; `id` is that of the probe.
    #[inline]
    pub fn settle_source(&self, probe: &Probe, id: &[u8]) -> Option<Row> {
        let row = self.source(probe, id)?;
        (!self.rows.is_kept(row)).then_some(Row(row))
    }

    /// Begins to look up the bytes of an ID, decoded.
    #[inline]
    pub fn probe(&self, id: &[u8]) -> Probe {
        let uuid = parse(id);
        let hash = match uuid {
            Some(uuid) => self.hashing.uuid(uuid),
            None => self.hashing.text(id),
        };
        Probe { key: uuid.unwrap_or_default(), hash, uuid: uuid.is_some() }
    }

    /// Brings what the probed IDs lead to into the processor's cache: first
    /// all slots, then all rows, then the text of all targets. In loops as
    /// short as these a processor waits for many of them at once; with more
    /// to do for each, it would wait for one after the other.
    pub fn fetch(&self, probes: &[Probe]) {
        let slot = |probe: &Probe| self.sources.table(probe.uuid).first(probe.hash);
        let row = |probe: &Probe| self.sources.table(probe.uuid).candidate(probe.hash);
        black_box(probes.iter().map(slot).fold(0, BitXor::bitxor));
        let rows = || probes.iter().filter_map(row);
        black_box(rows().map(|row| self.rows.touch(row)).fold(0, BitXor::bitxor));
        black_box(rows().map(|row| self.rows.touch_text(row)).fold(0, BitXor::bitxor));
    }

    /// Ends a lookup; `id` is that of the probe.
    #[inline]
    pub fn settle(&self, probe: &Probe, id: &[u8]) -> Standing {
        match self.source(probe, id) {
            Some(row) if self.rows.is_kept(row) => Standing::Kept(Row(row)),
            Some(row) => Standing::Source(Row(row)),
            None if self.is_target(probe, id) => Standing::Target,
            None => Standing::Unknown,
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

    /// The target of a row, as the map spells it; empty for a row that keeps
    /// its ID.
    #[inline]
    pub fn target(&self, row: Row) -> &str {
        self.rows.target(row.0)
    }

    /// An upper bound of [`Row::index`].
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}
