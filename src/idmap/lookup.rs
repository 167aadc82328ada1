//! Lookups: what an ID is to the map.

use std::hint::black_box;

use super::key::{Id, Uuid, parse};
use super::rows::Side;
use super::{IdMap, Row, Standing};

/// A lookup that has begun: the ID's key, and the slot to which it leads.
///
/// Whoever has many IDs to look up probes all of them before settling any, so
/// that the waits for memory overlap.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// The value of a UUID.
    key: Uuid,
    hash: u64,
    /// The first slot among sources.
    slot: u32,
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
        self.settle(&self.probe(id), id)
    }

    /// Begins to look up `id`, decoded.
    #[inline]
    pub fn probe(&self, id: &str) -> Probe {
        let uuid = parse(id);
        let hash = match uuid {
            Some(uuid) => self.hashing.uuid(uuid),
            None => self.hashing.text(id),
        };
        let slot = self.sources.table(uuid.is_some()).first(hash);
        Probe { key: uuid.unwrap_or_default(), hash, slot, uuid: uuid.is_some() }
    }

    /// Brings what the probed IDs lead to into the processor's cache: first
    /// all rows, then the text of all targets. In loops as short as these a
    /// processor waits for many of them at once; later on, with more to do
    /// for each, it would wait for one after the other.
    pub fn fetch(&self, probes: &[Probe]) {
        let rows = |probe: &Probe| self.sources.table(probe.uuid).row_in(probe.slot);
        let keys = probes.iter().filter_map(rows).fold(0, |sum, row| sum ^ self.rows.touch(row));
        let text =
            probes.iter().filter_map(rows).fold(0, |sum, row| sum ^ self.rows.touch_text(row));
        black_box((keys, text));
    }

    /// Ends a lookup; `id` is that of the probe.
    #[inline]
    pub fn settle(&self, probe: &Probe, id: &str) -> Standing {
        match self.source(probe, id) {
            Some(row) if self.rows.is_kept(row) => Standing::Kept(Row(row)),
            Some(row) => Standing::Source(Row(row)),
            None if self.is_target(probe, id) => Standing::Target,
            None => Standing::Unknown,
        }
    }

    #[inline]
    fn source(&self, probe: &Probe, id: &str) -> Option<u32> {
        let Probe { key, hash, slot, uuid } = *probe;
        let table = self.sources.table(uuid);
        match uuid {
            true => table.find(hash, slot, |row| self.rows.is_uuid(row, key)),
            false => table.find(hash, slot, |row| self.rows.is_text(row, hash, id)),
        }
    }

    fn is_target(&self, probe: &Probe, id: &str) -> bool {
        let table = self.targets.table(probe.uuid);
        let id = if probe.uuid { Id::Uuid(probe.key) } else { Id::Text(id) };
        let is_it = |row| self.rows.id(row, Side::Target) == id;
        table.find(probe.hash, table.first(probe.hash), is_it).is_some()
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
