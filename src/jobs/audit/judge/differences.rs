//! Compares two records and says what each of their differences means.

use super::declared::Declared;
use super::judge::{Judge, Mapping};
use super::scratch::{Found, Leftover, Scratch, SideScratch, Strictness};
use crate::idmap::Row;
use crate::jobs::audit::finding::FindingKind;
use crate::jobs::audit::lines::Line;
use crate::jobs::audit::record::{Change, ChangeKind, Record, Renames, Step, decode, quote};

impl Judge<'_> {
    /// Reads a group of lines of BEFORE ahead.
    pub(crate) fn read_ahead<'t>(
        &self,
        scratch: &mut Scratch,
        lines: impl Iterator<Item = &'t [u8]> + Clone,
    ) {
        if self.declared.is_some() {
            scratch.ahead.read(self, lines);
        }
    }

    /// Compares two records and judges their differences; returns whether the
    /// map explains all of them. The one of BEFORE has index `slot` in the
    /// group that was read ahead.
    pub(crate) fn pair(
        &self,
        scratch: &mut Scratch,
        slot: usize,
        [before, after]: [Line<'_>; 2],
        strictness: Strictness,
    ) -> bool {
        scratch.clear();
        // Both sides may end with a newline or without one, but alike. Lines that a run
        // set aside can follow the last record.
        let last = after.last && (before.last || self.declared.is_some());
        let ends_differ = last && before.ended != after.ended;
        if self.declared.is_none() && before.text == after.text && !ends_differ {
            return true;
        }
        self.read_before(scratch, slot, before.text);
        if !self.compare(scratch, before.text, after.text) {
            // A run copies tables without rules unread.
            let unread = self.declared.is_some_and(|declared| declared.rules.is_empty());
            let same = unread && before.text == after.text && !ends_differ;
            scratch.faults = if same { [None, None] } else { scratch.faults };
            return same;
        }
        self.classify(scratch, before.text, after.text, strictness);
        if strictness == Strictness::Bytes && ends_differ {
            let change = Change { kind: ChangeKind::Layout, node: 0, after: 0..after.text.len() };
            scratch.found.push(Found { what: FindingKind::Formatting, change, row: None });
        }
        self.ignore(scratch, [before.text, after.text]);
        scratch.found.iter().all(|found| found.what == FindingKind::Mapped)
    }

    /// Drops findings at ignored places.
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

    /// Compares a record that has been read; false if one of the lines is
    /// invalid.
    fn compare(&self, scratch: &mut Scratch, before: &[u8], after: &[u8]) -> bool {
        let renames = Renames(self.map.map(|mapping| mapping.map));
        let Scratch { comparison, faults, .. } = scratch;
        faults[1] = match faults[0] {
            None => comparison.compare(before, after, renames, self.lengths()).err(),
            Some(_) => comparison.after.read(after).err(),
        };
        *faults == [None, None]
    }

    /// Classifies each change, and each source ID that is still there.
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
                *node == change.node && !matches!(change.kind, ChangeKind::Added { .. })
            };
            let row = standing.peek().copied().filter(is_own).map(|(_, row)| row);
            if row.is_some() && change.kind != ChangeKind::Removed {
                standing.next();
            }
            let record = Record { text: before, tape: &scratch.comparison.before };
            gone_up_to = gone_up_to.max(end_of_lost(record, change));
            let found = self.judge(scratch, before, after, change, row, strictness);
            // With chains, a target can be a source, and stays.
            let mapped = found.as_ref().is_some_and(|found| found.what == FindingKind::Mapped);
            self.find_leftovers(scratch, [before, after], (change, mapped));
            scratch.found.extend(found);
        }
        for (node, row) in standing {
            self.stayed(scratch, before, (node, row), node < gone_up_to);
        }
        scratch.comparison.changes = changes;
        scratch.sources = sources;
    }

    /// Classifies a source ID of BEFORE that no change is about: `gone` with a
    /// value around it, or still there.
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
                Change { kind: ChangeKind::Value, node, after: tape.start(node)..tape.end(node) };
            scratch.found.push(Found { what: FindingKind::Left, change, row: Some(row) });
        }
    }

    fn is_declared(&self, scratch: &mut Scratch, text: &[u8], node: usize) -> bool {
        let Scratch { comparison, before: SideScratch { known, .. }, .. } = scratch;
        let record = Record { text, tape: &comparison.before };
        self.declared.is_some_and(|declared| declared.is_mapped(record, node, known))
    }

    /// The finding for a change; `None` if the change does not matter.
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
            ChangeKind::Added { .. } => found(FindingKind::Added, None),
            ChangeKind::Removed => found(FindingKind::Removed, None),
            ChangeKind::Layout if values => None,
            ChangeKind::Layout => found(FindingKind::Formatting, None),
            ChangeKind::Spelling => match row {
                Some(row) if self.is_declared(scratch, before, change.node) => {
                    found(FindingKind::Left, Some(row))
                }
                _ if values => None,
                _ => found(FindingKind::Formatting, None),
            },
            ChangeKind::Value | ChangeKind::Name => {
                let token = &after[change.after.clone()];
                let (what, row) = self.replaced(scratch, before, (change.node, token), row, values);
                found(what, row)
            }
        }
    }

    /// The kind of the change of a value or name, and the row that explains it.
    /// `row` is the row of the source ID that was there.
    fn replaced(
        &self,
        scratch: &mut Scratch,
        before: &[u8],
        (node, token): (usize, &[u8]),
        row: Option<Row>,
        values: bool,
    ) -> (FindingKind, Option<Row>) {
        let record = Record { text: before, tape: &scratch.comparison.before };
        if self.declared.is_none() {
            let row = self.source(record, node);
            let mapped = row.is_some_and(|row| self.is_target(token, row, true));
            return if mapped { (FindingKind::Mapped, row) } else { (FindingKind::Changed, None) };
        }
        if record.retyped(node, token) {
            return (FindingKind::Retyped, None);
        }
        let Some(row) = row else { return (FindingKind::Changed, None) };
        let what = match self.is_declared(scratch, before, node) {
            true if self.is_target(token, row, values) => FindingKind::Mapped,
            true => FindingKind::Wrong,
            false if self.is_target(token, row, true) => FindingKind::Undeclared,
            false => return (FindingKind::Changed, None),
        };
        (what, Some(row))
    }

    /// Whether a token is the target of a row: in the spelling of a run, or in
    /// any.
    fn is_target(&self, token: &[u8], row: Row, any_spelling: bool) -> bool {
        let Some(Mapping { map, .. }) = self.map else { return false };
        let target = map.target(row);
        token.first() == Some(&b'"')
            && decode(token).is(target)
            && (any_spelling
                || token.len() == target.len() + 2
                || token == quote(target).as_bytes())
    }

    /// The steps to a finding.
    pub(crate) fn steps<'r>(
        scratch: &'r mut Scratch,
        [before, after]: [&'r [u8]; 2],
        found: &Found,
    ) -> Vec<Step<'r>> {
        let Scratch { comparison, before: known, after: known_after, .. } = scratch;
        match found.change.kind {
            ChangeKind::Added { after: node } => {
                known_after.places.steps(Record { text: after, tape: &comparison.after }, node)
            }
            _ => known
                .places
                .steps(Record { text: before, tape: &comparison.before }, found.change.node),
        }
    }

    /// Whether a later edit may explain a finding: another value outside of the
    /// declared fields. It cannot if source IDs are `left` and the edit may
    /// have changed a condition.
    pub(crate) fn is_edit(&self, found: &Found, steps: &[Step<'_>], left: bool) -> bool {
        let is_value =
            matches!(found.what, FindingKind::Changed | FindingKind::Added | FindingKind::Removed);
        let names = !matches!(found.change.kind, ChangeKind::Value);
        let declared = |declared: Declared<'_>| {
            declared.touches(steps, names) || left && declared.decides(steps)
        };
        is_value && !self.declared.is_some_and(declared)
    }
}

/// The first node after everything that is lost with a change.
fn end_of_lost(record: Record<'_>, change: &Change) -> usize {
    let node = change.node;
    match change.kind {
        ChangeKind::Removed if record.is_name(node) => record.tape.next(node + 1),
        ChangeKind::Removed | ChangeKind::Value => record.tape.next(node),
        _ => 0,
    }
}
