//! Source IDs of the map that are still in records of AFTER.

use super::declared::Declared;
use super::judge::Judge;
use super::scratch::{Leftover, Scratch, SideScratch};
use crate::jobs::audit::finding::TableTally;
use crate::jobs::audit::lines::Line;
use crate::jobs::audit::record::{Change, ChangeKind, Comparison, Record, decode, pointer};

impl Judge<'_> {
    /// Finds source IDs in the new parts of a record of AFTER.
    pub(crate) fn find_leftovers(
        &self,
        scratch: &mut Scratch,
        [before, text]: [&[u8]; 2],
        (change, mapped): (&Change, bool),
    ) {
        if self.declared.is_none()
            || matches!(change.kind, ChangeKind::Removed | ChangeKind::Layout)
        {
            return;
        }
        let token = &text[change.after.clone()];
        let is_added = matches!(change.kind, ChangeKind::Added { .. });
        match token.first() {
            Some(b'{' | b'[') => {}
            _ if is_added => {}
            Some(b'"') => {
                return self.find_leftover(scratch, before, (change.node, mapped), token);
            }
            _ => return,
        }
        let Scratch { comparison: Comparison { after: tape, .. }, after, .. } = scratch;
        let record = Record { text, tape };
        let Some(node) = tape.node_at(0, change.after.start) else { return };
        // The name of a new member is new, too.
        let named = is_added && tape.parent(node).is_some_and(|parent| record.is_string(parent));
        let first = if named { node - 1 } else { node };
        let sources = tape.wanted_in(first..tape.next(node));
        let sources = sources.filter(|node| self.source(record, *node).is_some());
        scratch.leftovers.extend(sources.map(|node| {
            let is_mapped = |of: Declared<'_>| of.is_mapped(record, node, &mut after.known);
            Leftover { node, after: true, open: self.declared.is_some_and(is_mapped) }
        }));
    }

    /// Finds a source ID in a string that replaced a node.
    fn find_leftover(
        &self,
        scratch: &mut Scratch,
        before: &[u8],
        (node, mapped): (usize, bool),
        token: &[u8],
    ) {
        let text = decode(token);
        let row = self.map.and_then(|mapping| mapping.map.source_row(text.bytes()));
        if row.is_none() {
            return;
        }
        let Scratch { comparison, before: SideScratch { known, .. }, leftovers, .. } = scratch;
        let record = Record { text: before, tape: &comparison.before };
        let covers = |declared: Declared<'_>| declared.covers(record, node, known);
        let open = !mapped && self.declared.is_some_and(covers);
        leftovers.push(Leftover { node, after: false, open });
    }

    /// Judges a record that is only in AFTER: finds the source IDs in it.
    pub(crate) fn added(&self, scratch: &mut Scratch, line: Line<'_>) {
        scratch.clear();
        let Scratch { comparison, faults, leftovers, before: SideScratch { known, .. }, .. } =
            scratch;
        faults[1] = comparison.after.read_for(line.text, self.lengths()).err();
        let Some(declared) = self.declared.filter(|_| faults[1].is_none()) else { return };
        let record = Record { text: line.text, tape: &comparison.after };
        for node in self.sources(record) {
            let open = declared.is_mapped(record, node, known);
            leftovers.push(Leftover { node, after: true, open });
        }
    }

    /// Counts the source IDs that are still in the record of AFTER.
    pub(crate) fn count_leftovers(
        &self,
        scratch: &mut Scratch,
        [before, after]: [&[u8]; 2],
        tally: &mut TableTally,
    ) {
        let leftovers = std::mem::take(&mut scratch.leftovers);
        for leftover in &leftovers {
            let Scratch { comparison, before: known, after: known_after, .. } = &mut *scratch;
            let steps = match leftover.after {
                false => {
                    let record = Record { text: before, tape: &comparison.before };
                    known.places.steps(record, leftover.node)
                }
                true => {
                    let record = Record { text: after, tape: &comparison.after };
                    known_after.places.steps(record, leftover.node)
                }
            };
            let place = tally.place(&self.pattern(&steps));
            place.leftovers += 1;
            place.open += u64::from(leftover.open);
        }
        scratch.leftovers = leftovers;
    }

    /// The source IDs in a record that is only in AFTER which a run would
    /// rewrite: their nodes and places.
    pub(crate) fn open_places(scratch: &mut Scratch, text: &[u8]) -> Vec<(usize, String)> {
        let Scratch { comparison, leftovers, after: SideScratch { places, .. }, .. } = scratch;
        let record = Record { text, tape: &comparison.after };
        let open = leftovers.iter().filter(|leftover| leftover.open);
        open.map(|leftover| (leftover.node, pointer(&places.steps(record, leftover.node))))
            .collect()
    }
}
