//! Reads groups of records of BEFORE ahead.
//!
//! Their IDs are looked up together: all are probed before any is settled, so
//! that the waits for memory overlap.

use super::judge::Judge;
use crate::idmap::{Probe, Row};
use crate::jobs::audit::record::{LineFault, Record, Tape};

/// The number of records in a group: enough for the waits to overlap, few
/// enough for the processor's cache.
pub(crate) const GROUP: usize = 16;

/// Records that were read together.
#[derive(Debug, Default)]
pub(crate) struct ReadAhead {
    records: Vec<Reading>,
    probes: Vec<Probe>,
}

/// A record that was read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) tape: Tape,
    pub(crate) fault: Option<LineFault>,
    /// The source IDs in it, by their nodes.
    pub(crate) sources: Vec<(usize, Row)>,
}

impl ReadAhead {
    /// Reads lines and finds the source IDs in them.
    pub(crate) fn read<'t>(
        &mut self,
        judge: &Judge<'_>,
        lines: impl Iterator<Item = &'t [u8]> + Clone,
    ) {
        let (lengths, map) = (judge.lengths(), judge.sources_of());
        let Self { records, probes } = self;
        probes.clear();
        for (slot, text) in lines.clone().enumerate() {
            if records.len() == slot {
                records.push(Reading::default());
            }
            let Reading { tape, fault, sources } = &mut records[slot];
            *fault = tape.read_for(text, lengths).err();
            sources.clear();
            let record = Record { text, tape };
            if let (Some(map), None) = (map, &fault) {
                probes.extend(tape.wanted().map(|node| map.probe(record.inner(node))));
            }
        }
        let Some(map) = map else { return };
        map.fetch(probes);
        let mut probes = probes.iter();
        for (Reading { tape, fault, sources }, text) in records.iter_mut().zip(lines) {
            let record = Record { text, tape };
            let wanted = tape.wanted().filter(|_| fault.is_none());
            sources.extend(wanted.zip(&mut probes).filter_map(|(node, probe)| {
                let row = match tape.is_escaped(node) {
                    true => judge.source(record, node),
                    false => map.settle_source(probe, record.inner(node)),
                };
                row.map(|row| (node, row))
            }));
        }
    }

    /// A record of the group that was read last.
    pub(crate) fn record(&mut self, slot: usize) -> Option<&mut Reading> {
        self.records.get_mut(slot)
    }
}
