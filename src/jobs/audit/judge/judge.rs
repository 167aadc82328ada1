//! What the differences of two records mean.

use super::ahead::Ahead;
use super::declared::{Declared, Known};
use super::key::{Key, Keys};
use super::leftovers::Leftover;
use crate::idmap::{IdMap, Lengths, Row, Standing, is_clerk, is_uuid};
use crate::jobs::audit::finding::What;
use crate::jobs::audit::lines::Line;
use crate::jobs::audit::record::{
    Change, Comparison, Kind, LineFault, Places, Record, Renames, Step, Text, decode, quote,
};
use crate::rules::{MOST_SEGMENTS, Path};

/// Judges the records of one table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judge<'j> {
    pub(crate) keys: &'j Keys<'j>,
    pub(crate) map: Option<Mapping<'j>>,
    /// The declared fields, where records are to be held against them; else
    /// everything that the map says may happen anywhere.
    pub(crate) declared: Option<Declared<'j>>,
    /// Places whose differences are no matter.
    pub(crate) ignored: &'j [Path],
}

/// A map, and how long its IDs are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mapping<'m> {
    pub(crate) map: &'m IdMap,
    pub(crate) lengths: &'m Lengths,
}

/// What a thread keeps from record to record.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) comparison: Comparison,
    /// What was found in the current pair.
    pub(crate) found: Vec<Found>,
    /// Why one of the two lines is no record: that before, that after.
    pub(crate) faults: [Option<LineFault>; 2],

    /// Source IDs that stand in the record before, by their nodes.
    sources: Vec<(usize, Row)>,
    ahead: Ahead,
    /// Those that still stand in the record after.
    pub(crate) leftovers: Vec<Leftover>,
    pub(crate) known: Known,
    pub(crate) known_after: Known,
    pub(crate) places: Places,
    pub(crate) places_after: Places,
}

/// Something found in a pair of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) what: What,
    pub(crate) change: Change,
    /// The row that says what should stand there.
    pub(crate) row: Option<Row>,
}

/// How two records are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Byte for byte.
    Bytes,
    /// Value for value.
    Values,
}

impl<'j> Judge<'j> {
    /// Reads lines before, to be compared one after the other.
    pub(crate) fn read_ahead<'t>(
        &self,
        scratch: &mut Scratch,
        lines: impl Iterator<Item = &'t [u8]> + Clone,
    ) {
        if self.declared.is_some() {
            scratch.ahead.read(self, lines);
        }
    }

    /// Compares two records and judges their differences; returns whether
    /// there is none but what the map says. That before is number `slot` of
    /// those that were read ahead.
    pub(crate) fn pair(
        &self,
        scratch: &mut Scratch,
        slot: usize,
        [before, after]: [Line<'_>; 2],
        strictness: Strictness,
    ) -> bool {
        scratch.clear();
        // Both sides may end with a newline or without one, but alike. Lines
        // that a run set aside can stand behind its last record.
        let last = after.last && (before.last || self.declared.is_some());
        let ends_differ = last && before.ended != after.ended;
        if self.declared.is_none() && before.text == after.text && !ends_differ {
            return true;
        }
        self.read_before(scratch, slot, before.text);
        if !self.compare(scratch, before.text, after.text) {
            // A run passes tables without rules through unread.
            let unread = self.declared.is_some_and(|declared| declared.rules.is_empty());
            let same = unread && before.text == after.text && !ends_differ;
            scratch.faults = if same { [None, None] } else { scratch.faults };
            return same;
        }
        self.classify(scratch, before.text, after.text, strictness);
        if strictness == Strictness::Bytes && ends_differ {
            let change = Change { kind: Kind::Layout, node: 0, after: 0..after.text.len() };
            scratch.found.push(Found { what: What::Formatting, change, row: None });
        }
        self.ignore(scratch, [before.text, after.text]);
        scratch.found.iter().all(|found| found.what == What::Mapped)
    }

    /// Drops what was found where differences are no matter.
    fn ignore(&self, scratch: &mut Scratch, texts: [&[u8]; 2]) {
        if self.ignored.is_empty() {
            return;
        }
        let mut found = std::mem::take(&mut scratch.found);
        found.retain(|found| !self.is_ignored(&Self::steps(scratch, texts, found)));
        scratch.found = found;
    }

    /// Takes a record that was read ahead, or reads it now.
    fn read_before(&self, scratch: &mut Scratch, slot: usize, text: &[u8]) {
        let Scratch { comparison, faults, sources, ahead, .. } = scratch;
        match ahead.record(slot).filter(|_| self.declared.is_some()) {
            Some(reading) => {
                std::mem::swap(&mut comparison.before, &mut reading.tape);
                std::mem::swap(sources, &mut reading.sources);
                faults[0] = reading.fault;
            }
            None => faults[0] = comparison.before.read(text).err(),
        }
    }

    /// Compares a record that was read; false where one side is no record.
    fn compare(&self, scratch: &mut Scratch, before: &[u8], after: &[u8]) -> bool {
        let renames = Renames(self.map.map(|mapping| mapping.map));
        let Scratch { comparison, faults, .. } = scratch;
        faults[1] = match faults[0] {
            None => comparison.compare(before, after, renames, self.lengths()).err(),
            Some(_) => comparison.after.read(after).err(),
        };
        *faults == [None, None]
    }

    /// The row of a source ID.
    pub(crate) fn source(&self, record: Record<'_>, node: usize) -> Option<Row> {
        let map = self.map?.map;
        match record.tape.is_escaped(node) {
            _ if !record.is_string(node) => None,
            true => map.source_row(record.string(node).bytes()),
            false => map.source_row(record.inner(node)),
        }
    }

    /// The map by which source IDs are to be found in records.
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
    pub(crate) fn lengths(&self) -> &'j Lengths {
        match (self.map, self.declared) {
            (Some(mapping), Some(_)) => mapping.lengths,
            _ => &Lengths::NONE,
        }
    }

    /// Says of each change what it is, and of each source ID that stayed.
    fn classify(&self, scratch: &mut Scratch, before: &[u8], after: &[u8], strictness: Strictness) {
        let changes = std::mem::take(&mut scratch.comparison.changes);
        let sources = std::mem::take(&mut scratch.sources);
        let mut standing = sources.iter().copied().peekable();
        let mut gone_up_to = 0;
        for change in &changes {
            while let Some((node, row)) = standing.next_if(|(node, _)| *node < change.node) {
                self.stayed(scratch, before, (node, row), node < gone_up_to);
            }
            let is_own = |(node, _): &(usize, Row)| {
                *node == change.node && !matches!(change.kind, Kind::Added { .. })
            };
            let row = standing.peek().copied().filter(is_own).map(|(_, row)| row);
            if row.is_some() && change.kind != Kind::Removed {
                standing.next();
            }
            let record = Record { text: before, tape: &scratch.comparison.before };
            gone_up_to = gone_up_to.max(end_of_lost(record, change));
            let found = self.judge(scratch, before, after, change, row, strictness);
            // With chains, a target can be a source, and stays.
            let mapped = found.as_ref().is_some_and(|found| found.what == What::Mapped);
            self.find_leftovers(scratch, [before, after], (change, mapped));
            scratch.found.extend(found);
        }
        for (node, row) in standing {
            self.stayed(scratch, before, (node, row), node < gone_up_to);
        }
        scratch.comparison.changes = changes;
        scratch.sources = sources;
    }

    /// Takes a source ID that stands in the record before and was not
    /// changed: `gone` with a value around it, or there still.
    fn stayed(&self, scratch: &mut Scratch, text: &[u8], source: (usize, Row), gone: bool) {
        if gone {
            return;
        }
        let (node, row) = source;
        let open = self.is_declared(scratch, text, node);
        scratch.leftovers.push(Leftover { node, after: false, open });
        if open {
            let tape = &scratch.comparison.before;
            let change =
                Change { kind: Kind::Value, node, after: tape.start(node)..tape.end(node) };
            scratch.found.push(Found { what: What::Left, change, row: Some(row) });
        }
    }

    fn is_declared(&self, scratch: &mut Scratch, text: &[u8], node: usize) -> bool {
        let Scratch { comparison, known, .. } = scratch;
        let record = Record { text, tape: &comparison.before };
        self.declared.is_some_and(|declared| declared.is_mapped(record, node, known))
    }

    /// What a change is; none where it is no matter.
    fn judge(
        &self,
        scratch: &mut Scratch,
        before: &[u8],
        after: &[u8],
        change: &Change,
        row: Option<Row>,
        strictness: Strictness,
    ) -> Option<Found> {
        let found = |what, row| Some(Found { what, change: change.clone(), row });
        let values = strictness == Strictness::Values && self.declared.is_some();
        match change.kind {
            Kind::Added { .. } => found(What::Added, None),
            Kind::Removed => found(What::Removed, None),
            Kind::Layout if values => None,
            Kind::Layout => found(What::Formatting, None),
            Kind::Spelling => match row {
                Some(row) if self.is_declared(scratch, before, change.node) => {
                    found(What::Left, Some(row))
                }
                _ if values => None,
                _ => found(What::Formatting, None),
            },
            Kind::Value | Kind::Name => {
                let token = &after[change.after.clone()];
                let (what, row) = self.replaced(scratch, before, (change.node, token), row, values);
                found(what, row)
            }
        }
    }

    /// What it is that a value or a name became another one, and the row that
    /// says so. `row` is that of the source ID which it was.
    fn replaced(
        &self,
        scratch: &mut Scratch,
        before: &[u8],
        (node, token): (usize, &[u8]),
        row: Option<Row>,
        values: bool,
    ) -> (What, Option<Row>) {
        let record = Record { text: before, tape: &scratch.comparison.before };
        if self.declared.is_none() {
            let row = self.source(record, node);
            let mapped = row.is_some_and(|row| self.is_target(token, row, true));
            return if mapped { (What::Mapped, row) } else { (What::Changed, None) };
        }
        if record.retyped(node, token) {
            return (What::Retyped, None);
        }
        let Some(row) = row else { return (What::Changed, None) };
        let what = match self.is_declared(scratch, before, node) {
            true if self.is_target(token, row, values) => What::Mapped,
            true => What::Wrong,
            false if self.is_target(token, row, true) => What::Undeclared,
            false => return (What::Changed, None),
        };
        (what, Some(row))
    }

    /// Whether a token is the target of a row: written as a run writes it, or
    /// in any way.
    fn is_target(&self, token: &[u8], row: Row, any_spelling: bool) -> bool {
        let Some(Mapping { map, .. }) = self.map else { return false };
        let target = map.target(row);
        token.first() == Some(&b'"')
            && decode(token).is(target)
            && (any_spelling
                || token.len() == target.len() + 2
                || token == quote(target).as_bytes())
    }

    /// The pattern of a place: elements are one, and so are members whose
    /// names are IDs. What stands deeper than paths can lead is counted at its
    /// place of that depth, with a mark after it.
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
        let in_map = |mapping: Mapping<'_>| !matches!(mapping.map.standing(id), Standing::Unknown);
        is_uuid(id) || is_clerk(id) || self.map.is_some_and(in_map)
    }

    /// The steps to what was found.
    pub(crate) fn steps<'r>(
        scratch: &'r mut Scratch,
        [before, after]: [&'r [u8]; 2],
        found: &Found,
    ) -> Vec<Step<'r>> {
        let Scratch { comparison, places, places_after, .. } = scratch;
        match found.change.kind {
            Kind::Added { after: node } => {
                places_after.steps(Record { text: after, tape: &comparison.after }, node)
            }
            _ => places.steps(Record { text: before, tape: &comparison.before }, found.change.node),
        }
    }

    /// Whether differences at a place are no matter.
    fn is_ignored(&self, steps: &[Step<'_>]) -> bool {
        self.ignored.iter().any(|path| {
            let segments = path.segments();
            let mut pairs = segments.iter().zip(steps);
            segments.len() <= steps.len() && pairs.all(|(segment, step)| step.follows(segment))
        })
    }

    /// Whether a later edit may explain what was found: another value outside
    /// of the declared fields. It cannot where source IDs are `left`, and a
    /// condition may have made one of them declared.
    pub(crate) fn is_edit(&self, found: &Found, steps: &[Step<'_>], left: bool) -> bool {
        let is_value = matches!(found.what, What::Changed | What::Added | What::Removed);
        let names = !matches!(found.change.kind, Kind::Value);
        let declared = |declared: Declared<'_>| {
            declared.touches(steps, names) || left && declared.decides(steps)
        };
        is_value && !self.declared.is_some_and(declared)
    }

    /// Whether the records in two lines have one key, or neither has one.
    pub(crate) fn same_key(&self, before: &[u8], after: &[u8]) -> bool {
        self.keys.of(before) == self.keys.of(after)
    }

    /// The key of the record in a line.
    pub(crate) fn key(&self, line: &[u8]) -> Option<OwnedKey> {
        self.keys.of(line).map(owned)
    }

    /// The hash of that key.
    pub(crate) fn key_hash(&self, line: &[u8]) -> Option<u32> {
        self.keys.of(line).map(|key| Keys::hash(&key))
    }
}

/// A key without its record: whether it is a string, and what it says.
pub(crate) type OwnedKey = (bool, Vec<u8>);

fn owned(key: Key<'_>) -> OwnedKey {
    match key {
        Key::Text(text) => (true, text.bytes().to_vec()),
        Key::Token(token) => (false, token.to_vec()),
    }
}

/// Up to which node what stood before is gone with a change.
fn end_of_lost(record: Record<'_>, change: &Change) -> usize {
    let node = change.node;
    match change.kind {
        Kind::Removed if record.is_name(node) => record.tape.next(node + 1),
        Kind::Removed | Kind::Value => record.tape.next(node),
        _ => 0,
    }
}

impl Scratch {
    /// Whether source IDs still stand in the record after.
    pub(crate) fn has_leftovers(&self) -> bool {
        !self.leftovers.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.found.clear();
        self.faults = [None, None];
        self.sources.clear();
        self.leftovers.clear();
        self.known.clear();
        self.known_after.clear();
        self.places.clear();
        self.places_after.clear();
    }
}
