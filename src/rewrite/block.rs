//! One block of records to its output, by splicing: everything between the
//! mapped IDs is copied as it stands.

use std::ops::Range;

use super::decide::{Decision, decide, decide_probed};
use crate::idmap::{IdMap, Probe, Row, shown};
use crate::json::{self, Fault, Found, Hit, Kind, Scanner, Verdict};
use crate::report::{Sighting, TableTally, Tally};
use crate::rules::TablePlan;

/// The UTF-8 byte order mark, dropped at the start of a table.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Rewrites the blocks of one table.
#[derive(Debug, Clone, Copy)]
pub struct Rewriter<'r> {
    /// Where the IDs stand.
    pub plan: &'r TablePlan,
    /// What becomes of them.
    pub map: &'r IdMap,
    /// Whether invalid lines are set aside, rather than ending the run.
    pub reject: bool,
    /// Whether edits are to be kept for a change log.
    pub log: bool,
}

/// What a block became. Lines count from 0 and places are relative to the
/// block: what it is made of depends on nothing outside it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The output.
    pub output: Vec<u8>,
    /// How many lines the block has.
    pub lines: u64,
    /// The mapped values, where a change log is wanted.
    pub edits: Vec<Edit>,
    /// The lines set aside.
    pub rejects: Vec<Reject>,
    /// The line that ends the run.
    pub invalid: Option<(u64, Fault)>,
    /// Unmapped values: line, value's offset, field, and the ID in `texts`.
    unmapped: Vec<(u64, usize, usize, Range<usize>)>,
    texts: String,
    scanner: Scanner,
    found: Found,
    probes: Vec<Probe>,
    decisions: Vec<Decision>,
    plain: String,
    seen: Vec<u32>,
}

/// A mapped value.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Its line.
    pub line: u64,
    /// Where its record begins.
    pub record: usize,
    /// The record's `_id`, where it is a scalar.
    pub id: Option<Range<usize>>,
    /// The number of the field.
    pub field: usize,
    /// The value as it stood, quotes included.
    pub old: Range<usize>,
    /// The row of the map.
    pub row: Row,
}

/// A line that was set aside, its end included.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Its line.
    pub line: u64,
    /// Its bytes.
    pub raw: Range<usize>,
    /// What is wrong with it.
    pub fault: Fault,
}

impl Outcome {
    fn clear(&mut self, fields: usize) {
        self.output.clear();
        self.lines = 0;
        self.edits.clear();
        self.rejects.clear();
        self.invalid = None;
        self.unmapped.clear();
        self.texts.clear();
        self.seen.clear();
        self.seen.resize(fields, 0);
    }

    /// Counts the unmapped IDs, now that the block's place is known:
    /// `first_line` is the number of its first line, `offset` its own.
    pub fn sight_unmapped(&self, tally: &mut TableTally, first_line: u64, offset: u64) {
        for (line, at, field, text) in &self.unmapped {
            let sighting = Sighting {
                count: 1,
                offset: offset + *at as u64,
                line: first_line + line,
                field: *field,
            };
            tally.sight(&self.texts[text.clone()], sighting);
        }
    }
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
        let from = match offset == 0 && block.starts_with(BYTE_ORDER_MARK) {
            true => BYTE_ORDER_MARK.len(),
            false => 0,
        };
        tally.byte_order_mark |= from > 0;
        let mut found = std::mem::take(&mut outcome.found);
        let names = if self.log { &self.plan.names_and_id } else { &self.plan.names };
        outcome.scanner.scan(block, from, names, !self.reject, &mut found);
        Pass { rewriter: self, block, offset, tally, used, outcome, copied: from }
            .run(from, &found);
        outcome.found = found;
    }
}

/// What stands between the quotes of a string without escapes; nothing of any
/// other value.
#[inline]
fn plain<'b>(block: &'b [u8], hit: &Hit) -> &'b [u8] {
    match hit.kind {
        Kind::String { escaped: false } => &block[hit.start + 1..hit.end - 1],
        _ => b"",
    }
}

/// Lines whose values are looked up together: as many as keep the processor
/// waiting for memory all at once, and so few that what came is still in its
/// cache when they are rewritten.
const GROUP: usize = 128;

/// One pass over a block that has been scanned.
struct Pass<'p> {
    rewriter: &'p Rewriter<'p>,
    block: &'p [u8],
    offset: u64,
    tally: &'p mut TableTally,
    used: &'p mut Vec<u64>,
    outcome: &'p mut Outcome,
    /// Up to where the block has been copied to the output.
    copied: usize,
}

impl Pass<'_> {
    fn run(&mut self, from: usize, found: &Found) {
        let (mut start, mut hits) = (from, 0);
        for lines in found.lines.chunks(GROUP) {
            let first = hits;
            let end = lines.last().map_or(first, |line| line.hits);
            self.look_up(&found.hits[first..end]);
            for line in lines {
                let next = self.block.len().min(line.end + 1);
                let values = &found.hits[hits..line.hits];
                self.line(line.verdict, start..next, values, hits - first);
                (start, hits) = (next, line.hits);
            }
        }
        self.copy_up_to(self.block.len());
    }

    /// Decides about the plain strings among some values. All of them are
    /// probed before any is settled, so that the waits for memory overlap:
    /// one by one, they were half of a run's time.
    fn look_up(&mut self, values: &[Hit]) {
        let (map, block) = (self.rewriter.map, self.block);
        let Outcome { probes, decisions, .. } = &mut *self.outcome;
        probes.clear();
        let fields = self.rewriter.plan.fields.len();
        // The `_id` that a log wants is no field.
        let id = |hit: &Hit| if hit.name < fields { plain(block, hit) } else { b"" };
        probes.extend(values.iter().map(|hit| map.probe(id(hit))));
        map.fetch(probes);
        decisions.clear();
        let probed = probes.iter().zip(values);
        decisions.extend(probed.map(|(probe, hit)| decide_probed(map, probe, id(hit))));
    }

    /// Takes a line with its end; the decisions about its values begin at
    /// number `decided`.
    fn line(&mut self, verdict: Verdict, raw: Range<usize>, values: &[Hit], decided: usize) {
        match verdict {
            Verdict::Invalid(fault) => self.invalid(raw, fault),
            Verdict::Record => self.record(raw.start, values, decided),
            Verdict::LoneSurrogate => {
                self.tally.lone_surrogates.note(self.offset + raw.start as u64);
                self.record(raw.start, values, decided);
            }
        }
        self.outcome.lines += 1;
    }

    fn copy_up_to(&mut self, end: usize) {
        self.outcome.output.extend_from_slice(&self.block[self.copied..end]);
        self.copied = end;
    }

    fn invalid(&mut self, raw: Range<usize>, fault: Fault) {
        let line = self.outcome.lines;
        if !self.rewriter.reject {
            self.outcome.invalid = Some((line, fault));
            return;
        }
        self.tally.total += 1;
        self.tally.rejected.note(self.offset + raw.start as u64);
        self.copy_up_to(raw.start);
        self.copied = raw.end;
        self.outcome.rejects.push(Reject { line, raw, fault });
    }

    /// Decides about the values of a record that begins at `start`.
    fn record(&mut self, start: usize, values: &[Hit], decided: usize) {
        self.tally.total += 1;
        let mut updated = false;
        let mut id = None;
        let edits = self.outcome.edits.len();
        for (number, hit) in values.iter().enumerate() {
            if hit.name == self.rewriter.plan.id_name {
                id = (hit.kind != Kind::Container).then_some(hit.start..hit.end);
            }
            if hit.name < self.rewriter.plan.fields.len() {
                self.outcome.seen[hit.name] += 1;
                updated |= self.value(start, *hit, decided + number);
            }
        }
        for edit in &mut self.outcome.edits[edits..] {
            edit.id.clone_from(&id);
        }
        self.tally.updated += u64::from(updated);
        self.count_presence(start);
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

    /// Counts and rewrites one value; returns whether it was mapped.
    fn value(&mut self, start: usize, hit: Hit, number: usize) -> bool {
        let field = &mut self.tally.fields[hit.name];
        let offset = self.offset + start as u64;
        match hit.kind {
            Kind::String { escaped: false } => {
                self.string(self.outcome.decisions[number], plain(self.block, &hit), start, hit)
            }
            Kind::String { escaped: true } => self.escaped(start, hit),
            Kind::Null => {
                field.null.note(offset);
                false
            }
            Kind::Scalar | Kind::Container => {
                field.wrong_type.note(offset);
                false
            }
        }
    }

    fn escaped(&mut self, start: usize, hit: Hit) -> bool {
        let raw = String::from_utf8_lossy(&self.block[hit.start + 1..hit.end - 1]);
        let mut plain = std::mem::take(&mut self.outcome.plain);
        plain.clear();
        let exact = json::decode(&raw, &mut plain);
        let decision = decide(self.rewriter.map, &plain, exact);
        let mapped = self.string(decision, plain.as_bytes(), start, hit);
        self.outcome.plain = plain;
        mapped
    }

    fn string(&mut self, decision: Decision, id: &[u8], start: usize, hit: Hit) -> bool {
        let field = &mut self.tally.fields[hit.name];
        match decision {
            Decision::Mapped(row) => {
                field.mapped += 1;
                self.mark_used(row);
                self.splice(row, start, hit);
            }
            Decision::Kept(row) => {
                field.kept += 1;
                self.mark_used(row);
            }
            Decision::Already => field.already += 1,
            Decision::Unmapped => {
                field.unmapped += 1;
                let begin = self.outcome.texts.len();
                self.outcome.texts.push_str(&shown(&String::from_utf8_lossy(id)));
                let text = begin..self.outcome.texts.len();
                self.outcome.unmapped.push((self.outcome.lines, hit.start, hit.name, text));
            }
            Decision::Native => field.native += 1,
            Decision::Unrecognized => {
                field.unrecognized.note(self.offset + start as u64);
                field.sample(&String::from_utf8_lossy(id), self.offset + hit.start as u64);
            }
        }
        matches!(decision, Decision::Mapped(_))
    }

    fn mark_used(&mut self, row: Row) {
        if let Some(word) = self.used.get_mut(row.index() / 64) {
            *word |= 1 << (row.index() % 64);
        }
    }

    /// Puts the target of a row in place of the ID, between its quotes.
    fn splice(&mut self, row: Row, start: usize, hit: Hit) {
        let old = hit.start..hit.end;
        self.copy_up_to(old.start);
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
        self.copied = old.end;
        if self.rewriter.log {
            let (line, field) = (self.outcome.lines, hit.name);
            self.outcome.edits.push(Edit { line, record: start, id: None, field, old, row });
        }
    }
}
