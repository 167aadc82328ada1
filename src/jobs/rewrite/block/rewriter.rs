//! Rewrites one block of records by splicing: everything between the mapped IDs
//! is copied unchanged.

use std::ops::Range;

use super::collisions as collide;
use super::decision::{Decider, Decision};
use super::field_search::{LocatedFields, Note, Observation};
use super::import_checks::{Checks, Scanned};
use super::outcome::{Edit, Invalid, Outcome, Reject, Updated};
use crate::convex::ALWAYS_FITS;
use crate::idmap::{IdMap, Row, shown};
use crate::json::{self, Found, Hit, Kind, Line, RecordFault, Verdict, decode_hit, mark_length};
use crate::report::{TableTally, Tally};
use crate::rules::{Classes, TablePlan, Tree};

/// Rewrites the blocks of one table.
#[derive(Debug, Clone, Copy)]
pub struct Rewriter<'r> {
    /// Where the IDs are.
    pub plan: &'r TablePlan,
    /// What they become.
    pub map: &'r IdMap,
    /// The forms of IDs that are not in the map.
    pub classes: &'r Classes,
    /// Whether invalid lines are set aside instead of ending the run.
    pub reject: bool,
    /// Whether to keep edits for a change log.
    pub log: bool,
    /// Whether to keep updated records for patches.
    pub patches: bool,
    /// The checks for an import.
    pub checks: &'r Checks,
}

impl Rewriter<'_> {
    /// Rewrites a block that begins at `offset` of its table, adds its counts
    /// to `tally` (those of table number `table`), and leaves the rest in
    /// `outcome`.
    pub fn block(
        &self,
        block: &[u8],
        offset: u64,
        table: usize,
        tally: &mut Tally,
        outcome: &mut Outcome,
    ) {
        outcome.clear(self.plan.fields.len());
        let Tally { tables, used } = tally;
        let tally = &mut tables[table];
        let from = if offset == 0 { mark_length(block) } else { 0 };
        tally.byte_order_mark |= from > 0;
        let mut found = std::mem::take(&mut outcome.found);
        let mut located = std::mem::take(&mut outcome.located);
        let names = self.checks.names(self.plan, self.log);
        outcome.scanner.scan(block, from, names, !self.reject, &mut found);
        let scanned = Scanned { block, from, offset, plan: self.plan, found: &found };
        self.checks.records(&scanned, &mut tally.import);
        let decider = Decider { map: self.map, classes: self.classes };
        let mut pass =
            Pass { rewriter: self, decider, block, offset, tally, used, outcome, copied: from };
        pass.run(from, &found, &mut located);
        self.checks.rows(&outcome.long_rows, &outcome.output, offset, &mut tally.import);
        (outcome.found, outcome.located) = (found, located);
    }
}

/// The text between the quotes of a string without escapes; empty for any other
/// value.
#[inline]
fn plain<'b>(block: &'b [u8], hit: &Hit) -> &'b [u8] {
    match hit.kind {
        Kind::String { escaped: false } => &block[hit.start + 1..hit.end - 1],
        _ => b"",
    }
}

/// Lines whose values are looked up together: enough to overlap the waits for
/// memory, and few enough to be still in the cache when they are rewritten.
const GROUP: usize = 128;

/// One pass over a scanned block.
struct Pass<'p> {
    rewriter: &'p Rewriter<'p>,
    decider: Decider<'p>,
    block: &'p [u8],
    offset: u64,
    tally: &'p mut TableTally,
    used: &'p mut Vec<u64>,
    outcome: &'p mut Outcome,
    /// How far the block has been copied to the output.
    copied: usize,
}

/// The fields of a record, and the index of the first decision about them.
#[derive(Clone, Copy)]
struct Fields<'f> {
    values: &'f [Hit],
    decided: usize,
    /// What else was located; `None` if all fields are top-level members.
    located: Option<(&'f LocatedFields, &'f [Note])>,
}

impl Pass<'_> {
    fn run(&mut self, from: usize, found: &Found, located: &mut LocatedFields) {
        located.begin(self.rewriter.plan.fields.len());
        let (mut start, mut hits) = (from, 0);
        for lines in found.lines.chunks(GROUP) {
            match &self.rewriter.plan.tree {
                None => self.members(lines, (start, hits), &found.hits),
                Some(tree) => self.places(tree, lines, (start, hits), &found.hits, located),
            }
            if let Some(last) = lines.last() {
                (start, hits) = (self.after(last), last.hits);
            }
        }
        for (field, absent) in self.tally.fields.iter_mut().zip(&located.absent) {
            field.absent.merge(absent.moved(self.offset));
        }
        self.copy_up_to(self.block.len());
    }

    /// Where the line after this one begins.
    fn after(&self, line: &Line) -> usize {
        self.block.len().min(line.end + 1)
    }

    /// Takes lines whose fields are top-level members. The first line begins at
    /// `start`, and its first hit has index `first`.
    fn members(&mut self, lines: &[Line], (mut start, first): (usize, usize), hits: &[Hit]) {
        let end = lines.last().map_or(first, |line| line.hits);
        self.look_up(&hits[first..end]);
        let mut at = first;
        for line in lines {
            let fields =
                Fields { values: &hits[at..line.hits], decided: at - first, located: None };
            self.line(line.verdict, start..self.after(line), fields);
            (start, at) = (self.after(line), line.hits);
        }
    }

    /// Takes lines with fields at other places, in the same way.
    fn places(
        &mut self,
        tree: &Tree,
        lines: &[Line],
        first: (usize, usize),
        hits: &[Hit],
        located: &mut LocatedFields,
    ) {
        self.locate(tree, lines, first, hits, located);
        self.look_up(&located.hits);
        collide::collide(self.block, self.rewriter.map, located, &mut self.outcome.decisions);
        let (mut start, mut at) = (first.0, (0, 0));
        for (line, end) in lines.iter().zip(&located.ends) {
            let fields = Fields {
                values: &located.hits[at.0..end.0],
                decided: at.0,
                located: Some((located, &located.notes[at.1..end.1])),
            };
            self.line(line.verdict, start..self.after(line), fields);
            (start, at) = (self.after(line), *end);
        }
    }

    fn locate(
        &mut self,
        tree: &Tree,
        lines: &[Line],
        (mut start, mut at): (usize, usize),
        hits: &[Hit],
        located: &mut LocatedFields,
    ) {
        located.clear();
        let Rewriter { plan, log, .. } = *self.rewriter;
        for line in lines {
            let members = &hits[at..line.hits];
            let texts = log.then_some(&mut self.outcome.pointers);
            match line.verdict {
                Verdict::Invalid(_) => located.skip_line(),
                _ => located.line((plan, tree), self.block, start, members, texts),
            }
            (start, at) = (self.after(line), line.hits);
        }
    }

    /// Decides about the strings among some values. All plain strings are
    /// probed before any is settled, so that the waits for memory overlap: one
    /// by one, lookups took half of a run's time.
    fn look_up(&mut self, values: &[Hit]) {
        let (map, block, decider) = (self.rewriter.map, self.block, self.decider);
        let Outcome { probes, decisions, plain: text, .. } = &mut *self.outcome;
        probes.clear();
        let fields = self.rewriter.plan.fields.len();
        // The `_id` for the log is no field.
        let id = |hit: &Hit| if hit.name < fields { plain(block, hit) } else { b"" };
        probes.extend(values.iter().map(|hit| map.probe(id(hit))));
        map.fetch(probes);
        decisions.clear();
        let probed = probes.iter().zip(values);
        decisions.extend(probed.map(|(probe, hit)| match hit.kind {
            Kind::String { escaped: true } => {
                let exact = decode_hit(block, hit, text);
                decider.decide(text, exact)
            }
            _ => decider.decide_probed(probe, id(hit)),
        }));
        if self.rewriter.plan.exempts() {
            self.exempt(values);
        }
    }

    /// Exempts the literals that are no user.
    fn exempt(&mut self, values: &[Hit]) {
        let (plan, block) = (self.rewriter.plan, self.block);
        let Outcome { decisions, plain: text, .. } = &mut *self.outcome;
        for (decision, hit) in decisions.iter_mut().zip(values) {
            let Some(literals) = plan.exempt(hit.name) else { continue };
            if matches!(hit.kind, Kind::String { .. })
                && decode_hit(block, hit, text)
                && literals.contains(&*shown(text))
            {
                *decision = Decision::Exempt;
            }
        }
    }

    /// Takes a line with its line end.
    fn line(&mut self, verdict: Verdict, raw: Range<usize>, fields: Fields<'_>) {
        let row = self.written(raw.start);
        match verdict {
            Verdict::Invalid(fault) => self.invalid(raw.clone(), fault),
            Verdict::Record => self.record(raw.start, fields),
            Verdict::LoneSurrogate => {
                self.tally.lone_surrogates.note(self.offset + raw.start as u64);
                self.record(raw.start, fields);
            }
        }
        let row = row..self.written(raw.end);
        if row.len() > ALWAYS_FITS {
            self.outcome.long_rows.push((raw.start, row));
        }
        self.outcome.lines += 1;
    }

    /// The position in the output of a position in the block that has not been
    /// copied yet, or only just.
    fn written(&self, at: usize) -> usize {
        self.outcome.output.len() + at - self.copied
    }

    fn copy_up_to(&mut self, end: usize) {
        self.outcome.output.extend_from_slice(&self.block[self.copied..end]);
        self.copied = end;
    }

    fn invalid(&mut self, raw: Range<usize>, fault: RecordFault) {
        let line = self.outcome.lines;
        if !self.rewriter.reject {
            self.outcome.invalid = Some(Invalid { line, start: raw.start, fault });
            return;
        }
        self.tally.total += 1;
        self.tally.rejected.note(self.offset + raw.start as u64);
        self.copy_up_to(raw.start);
        self.copied = raw.end;
        self.outcome.rejects.push(Reject { line, raw, fault });
    }

    /// Counts and rewrites the fields of the record that begins at `start`.
    fn record(&mut self, start: usize, fields: Fields<'_>) {
        self.tally.total += 1;
        let count = self.rewriter.plan.fields.len();
        let id_name = match fields.located {
            Some(_) => count,
            None => self.rewriter.plan.id_name,
        };
        let output = self.outcome.output.len() + (start - self.copied);
        let mut updated = false;
        let mut id = None;
        let edits = self.outcome.edits.len();
        for (number, hit) in fields.values.iter().enumerate() {
            if hit.name == id_name {
                id = (hit.kind != Kind::Container).then_some(hit.start..hit.end);
            }
            if hit.name < count {
                self.outcome.seen[hit.name] += u32::from(fields.located.is_none());
                updated |= self.value(start, hit, fields, fields.decided + number);
            }
        }
        for edit in &mut self.outcome.edits[edits..] {
            edit.id.clone_from(&id);
        }
        self.tally.updated += u64::from(updated);
        if updated && self.rewriter.patches {
            let line = self.outcome.lines;
            self.outcome.updated.push(Updated { line, record: start, output });
        }
        match fields.located {
            Some((_, notes)) => self.note(start, notes),
            None => self.count_presence(start),
        }
    }

    /// Counts fields that are absent or repeated in the record.
    fn count_presence(&mut self, start: usize) {
        let offset = self.offset + start as u64;
        for (field, seen) in self.tally.fields.iter_mut().zip(&mut self.outcome.seen) {
            match std::mem::take(seen) {
                0 => field.absent.note(offset),
                1 => {}
                _ => field.repeated.note(offset),
            }
        }
    }

    /// Counts the notes about fields at other places.
    fn note(&mut self, start: usize, notes: &[Note]) {
        let offset = self.offset + start as u64;
        for note in notes {
            let field = &mut self.tally.fields[note.field];
            match note.what {
                Observation::Absent => field.absent.note(offset),
                Observation::WrongType => field.wrong_type.note(offset),
                Observation::Repeated => field.repeated.note(offset),
                Observation::Excluded => field.excluded += 1,
            }
        }
    }

    /// Counts and rewrites one value; returns whether it was mapped.
    fn value(&mut self, start: usize, hit: &Hit, fields: Fields<'_>, number: usize) -> bool {
        let field = &mut self.tally.fields[hit.name];
        let offset = self.offset + start as u64;
        match hit.kind {
            Kind::String { .. } => {
                let decision = self.outcome.decisions[number];
                let mapped = self.string(decision, start, hit);
                if let Decision::Mapped(row) = decision {
                    self.splice(row, hit);
                    self.log(row, start, hit, fields, number);
                }
                return mapped;
            }
            Kind::Null => field.null.note(offset),
            Kind::Scalar | Kind::Container => field.wrong_type.note(offset),
        }
        false
    }

    /// Counts a string; returns whether it was mapped.
    fn string(&mut self, decision: Decision, start: usize, hit: &Hit) -> bool {
        let field = &mut self.tally.fields[hit.name];
        match decision {
            Decision::Exempt => field.exempt += 1,
            Decision::Mapped(row) => {
                field.mapped += 1;
                self.mark_used(row);
            }
            Decision::Kept(row) => {
                field.kept += 1;
                self.mark_used(row);
            }
            Decision::Already => field.already += 1,
            Decision::Unmapped => {
                field.unmapped += 1;
                self.sight(hit);
            }
            Decision::Native => field.native += 1,
            Decision::Unrecognized => {
                field.unrecognized.note(self.offset + start as u64);
                let text = &mut self.outcome.plain;
                decode_hit(self.block, hit, text);
                field.samples.see(text, self.offset + hit.start as u64);
            }
            Decision::Collided => field.collided.note(self.offset + start as u64),
        }
        matches!(decision, Decision::Mapped(_))
    }

    /// Notes an unmapped ID, to be counted once the block's place is known.
    fn sight(&mut self, hit: &Hit) {
        let Outcome { texts, unmapped, lines, plain: text, .. } = &mut *self.outcome;
        decode_hit(self.block, hit, text);
        let begin = texts.len();
        texts.push_str(&shown(text));
        unmapped.push((*lines, hit.start, hit.name, begin..texts.len()));
    }

    fn mark_used(&mut self, row: Row) {
        if let Some(word) = self.used.get_mut(row.index() / 64) {
            *word |= 1 << (row.index() % 64);
        }
    }

    /// Writes the target of a row in place of the ID, between its quotes.
    fn splice(&mut self, row: Row, hit: &Hit) {
        self.copy_up_to(hit.start);
        let target = self.rewriter.map.target(row);
        match self.rewriter.map.targets_are_plain {
            true => {
                let output = &mut self.outcome.output;
                output.push(b'"');
                output.extend_from_slice(target.as_bytes());
                output.push(b'"');
            }
            false => json::quote_into(target, &mut self.outcome.output),
        }
        self.copied = hit.end;
    }

    fn log(&mut self, row: Row, start: usize, hit: &Hit, fields: Fields<'_>, number: usize) {
        if !self.rewriter.log {
            return;
        }
        let place = fields.located.and_then(|(located, _)| located.pointers.get(number));
        self.outcome.edits.push(Edit {
            line: self.outcome.lines,
            record: start,
            id: None,
            field: hit.name,
            pointer: place.map(|place| place.text.clone()),
            key: place.is_some_and(|place| place.key),
            old: hit.start..hit.end,
            row,
        });
    }
}
