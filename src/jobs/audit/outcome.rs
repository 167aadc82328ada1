//! The results of comparing some records: counts, and findings written down.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::allowed::Allowed;
use super::finding::{Finding, FindingFormat, FindingKind, TableTally};
use super::judge::{Found, Judge, Scratch};
use super::lines::{Aside, Line};
use super::record::{ChangeKind, LineFault, Record, Step, decode, pointer};
use crate::error::{Error, Result};
use crate::pipeline::lock;

/// The results of comparing some records.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) tally: TableTally,
    text: Vec<u8>,
    /// The end of each finding in the text.
    ends: Vec<usize>,
    /// How often top-level members were mapped, by their names as written:
    /// counting each in the general way took a fifth of a diff.
    mapped: Vec<(Vec<u8>, u64)>,
}

impl Outcome {
    /// Counts a mapped top-level member.
    fn map_member(&mut self, name: &[u8]) {
        match self.mapped.iter_mut().find(|(known, _)| known == name) {
            Some((_, count)) => *count += 1,
            None => self.mapped.push((name.to_vec(), 1)),
        }
    }
}

/// Prints findings, up to a limit.
pub(crate) struct Printer<'p> {
    form: &'p dyn FindingFormat,
    out: Mutex<Box<dyn Write + Send>>,
    /// How many more may be printed.
    left: AtomicU64,
}

impl<'p> Printer<'p> {
    pub(crate) fn new(
        form: &'p dyn FindingFormat,
        out: Box<dyn Write + Send>,
        limit: Option<u64>,
    ) -> Self {
        Self { form, out: Mutex::new(out), left: AtomicU64::new(limit.unwrap_or(u64::MAX)) }
    }

    /// Whether writing a finding down is of any use.
    fn wants_more(&self) -> bool {
        self.left.load(Ordering::Relaxed) > 0
    }

    /// The same once this many more have been written down.
    fn wants_more_than(&self, findings: usize) -> bool {
        self.left.load(Ordering::Relaxed) > findings as u64
    }

    /// Prints the next findings.
    pub(crate) fn print(&self, outcome: &Outcome) -> Result<()> {
        let left = self.left.load(Ordering::Relaxed);
        let count = (outcome.ends.len() as u64).min(left);
        let Some(last) = (count as usize).checked_sub(1) else { return Ok(()) };
        self.left.store(left - count, Ordering::Relaxed);
        let mut out = lock(&self.out);
        self.check(out.write_all(&outcome.text[..outcome.ends[last]]))
    }

    /// Flushes the output.
    pub(crate) fn flush(&self) -> Result<()> {
        let mut out = lock(&self.out);
        self.check(out.flush())
    }

    fn check(&self, written: io::Result<()>) -> Result<()> {
        written.map_err(|error| Error::io("cannot write", "-", error))
    }
}

/// Counts and writes down the findings in the records of one table.
#[derive(Clone, Copy)]
pub(crate) struct Recorder<'r> {
    pub(crate) table: &'r str,
    pub(crate) judge: Judge<'r>,
    pub(crate) printer: &'r Printer<'r>,
    pub(crate) allowed: Allowed,
}

/// Stands for the record itself among path patterns.
const RECORD: &str = "$";

impl Recorder<'_> {
    /// The tally of an outcome.
    pub(crate) fn tally(&self, outcome: Outcome) -> TableTally {
        let mut tally = outcome.tally;
        for (name, count) in &outcome.mapped {
            let pattern = self.judge.pattern(&[Step::Name(decode(name))]);
            tally.place(&pattern).found[FindingKind::Mapped as usize] += count;
        }
        tally
    }

    /// Records the findings in a pair.
    pub(crate) fn pair(
        &self,
        scratch: &mut Scratch,
        before: Line<'_>,
        after: Line<'_>,
        outcome: &mut Outcome,
    ) {
        outcome.tally.records += 1;
        outcome.tally.after += 1;
        if scratch.faults != [None, None] {
            return self.no_records(scratch.faults, [before, after], outcome);
        }
        let texts = [before.text, after.text];
        self.judge.count_leftovers(scratch, texts, &mut outcome.tally);
        let left = scratch.has_leftovers();
        let all_found = std::mem::take(&mut scratch.found);
        let mut shown = Vec::new();
        let (mut mapped, mut unexpected, mut edited) = (false, false, true);
        for found in &all_found {
            if found.what == FindingKind::Mapped && self.judge.declared.is_some() {
                mapped = true;
                continue;
            }
            if let Some(name) = self.counted_by_name(scratch, before.text, found) {
                mapped = true;
                outcome.map_member(name);
                continue;
            }
            let steps = Judge::steps(scratch, texts, found);
            let is_mapped = found.what == FindingKind::Mapped;
            mapped |= is_mapped;
            unexpected |= !is_mapped;
            edited &= is_mapped || self.judge.is_edit(found, &steps, left);
            outcome.tally.place(&self.judge.pattern(&steps)).found[found.what as usize] += 1;
            if self.printer.wants_more_than(shown.len()) {
                shown.push((found, pointer(&steps)));
            }
        }
        if !(edited && self.allowed.edited) {
            for (found, path) in shown {
                self.put_found(scratch, [before, after], found, &path, outcome);
            }
        }
        let tally = &mut outcome.tally;
        tally.unexpected += u64::from(unexpected);
        tally.edited += u64::from(unexpected && edited);
        tally.mapped += u64::from(mapped && !unexpected);
        tally.unchanged += u64::from(!mapped && !unexpected);
        scratch.found = all_found;
    }

    /// The name by which a mapped value is counted: that of a top-level member
    /// about which nothing else needs to be known.
    fn counted_by_name<'t>(
        &self,
        scratch: &Scratch,
        text: &'t [u8],
        found: &Found,
    ) -> Option<&'t [u8]> {
        let is_plain = found.what == FindingKind::Mapped
            && found.change.kind == ChangeKind::Value
            && !self.printer.wants_more();
        if !is_plain {
            return None;
        }
        let start = scratch.comparison.before.member_of_record(found.change.node)?;
        Some(&text[start])
    }

    fn put_found(
        &self,
        scratch: &Scratch,
        [before, after]: [Line<'_>; 2],
        found: &Found,
        path: &str,
        outcome: &mut Outcome,
    ) {
        let record = Record { text: before.text, tape: &scratch.comparison.before };
        let node = found.change.node;
        let (old, new) = match found.change.kind {
            ChangeKind::Added { .. } => (None, Some(&after.text[found.change.after.clone()])),
            ChangeKind::Removed => {
                let value = if record.is_name(node) { node + 1 } else { node };
                (Some(record.bytes(value)), None)
            }
            _ if found.what == FindingKind::Left => {
                (Some(record.bytes(node)), Some(record.bytes(node)))
            }
            _ => (Some(record.bytes(node)), Some(&after.text[found.change.after.clone()])),
        };
        let is_name = !matches!(found.change.kind, ChangeKind::Added { .. } | ChangeKind::Removed)
            && record.is_name(node);
        let map = self.judge.map.map(|mapping| mapping.map);
        self.put(
            Finding {
                id: self.id(before.text),
                before_line: Some(before.number),
                after_line: Some(after.number),
                path,
                key: is_name,
                before: old,
                after: new,
                expected: map.zip(found.row).map(|(map, row)| map.target(row)),
                ..self.finding(found.what)
            },
            outcome,
        );
    }

    /// A finding without details.
    fn finding(&self, what: FindingKind) -> Finding<'_> {
        Finding {
            what,
            table: self.table,
            id: None,
            before_line: None,
            after_line: None,
            path: "",
            key: false,
            before: None,
            after: None,
            expected: None,
            fault: None,
        }
    }

    /// The key of the record in a line, as written.
    fn id<'t>(&self, line: &'t [u8]) -> Option<&'t str> {
        std::str::from_utf8(self.judge.keys.token(line)?).ok()
    }

    fn put(&self, finding: Finding<'_>, outcome: &mut Outcome) {
        self.printer.form.put(&finding, &mut outcome.text);
        outcome.ends.push(outcome.text.len());
    }

    /// Records that one of two lines, or both, are invalid.
    fn no_records(
        &self,
        faults: [Option<LineFault>; 2],
        lines: [Line<'_>; 2],
        outcome: &mut Outcome,
    ) {
        outcome.tally.unexpected += 1;
        for (side, (fault, line)) in faults.into_iter().zip(lines).enumerate() {
            let Some(fault) = fault else { continue };
            let mut finding = Finding { fault: Some(fault), ..self.finding(FindingKind::NoRecord) };
            match side {
                0 => (finding.before_line, finding.before) = (Some(line.number), Some(line.text)),
                _ => (finding.after_line, finding.after) = (Some(line.number), Some(line.text)),
            }
            self.whole(finding, outcome);
        }
    }

    /// Records a finding about a whole line.
    fn whole(&self, finding: Finding<'_>, outcome: &mut Outcome) {
        self.whole_unless(false, finding, outcome);
    }

    /// The same; if accepted, it is only counted.
    fn whole_unless(&self, accepted: bool, finding: Finding<'_>, outcome: &mut Outcome) {
        outcome.tally.place(RECORD).found[finding.what as usize] += 1;
        if !accepted && self.printer.wants_more() {
            self.put(finding, outcome);
        }
    }

    /// Records a line that is only in BEFORE.
    pub(crate) fn removed(&self, scratch: &mut Scratch, line: Line<'_>, outcome: &mut Outcome) {
        outcome.tally.records += 1;
        outcome.tally.removed += 1;
        let fault = scratch.comparison.before.read(line.text).err();
        let finding = Finding {
            id: if fault.is_none() { self.id(line.text) } else { None },
            before_line: Some(line.number),
            before: Some(line.text),
            fault,
            ..self.finding(if fault.is_some() {
                FindingKind::NoRecord
            } else {
                FindingKind::Removed
            })
        };
        self.whole(finding, outcome);
    }

    /// Records a line that is only in AFTER.
    pub(crate) fn added(&self, scratch: &mut Scratch, line: Line<'_>, outcome: &mut Outcome) {
        outcome.tally.after += 1;
        outcome.tally.added += 1;
        self.judge.added(scratch, line);
        let fault = scratch.faults[1];
        self.judge.count_leftovers(scratch, [b"", line.text], &mut outcome.tally);
        let open = Judge::open_places(scratch, line.text);
        let record = Record { text: line.text, tape: &scratch.comparison.after };
        let finding = Finding {
            id: if fault.is_none() { self.id(line.text) } else { None },
            after_line: Some(line.number),
            after: Some(line.text),
            fault,
            ..self.finding(if fault.is_some() { FindingKind::NoRecord } else { FindingKind::Added })
        };
        self.whole_unless(self.allowed.added && fault.is_none(), finding, outcome);
        for (node, path) in &open {
            self.left_in_added(record, (line.number, *node, path), outcome);
        }
    }

    /// Records a source ID at a declared field of a record that is only in
    /// AFTER.
    fn left_in_added(
        &self,
        record: Record<'_>,
        (line, node, path): (u64, usize, &str),
        outcome: &mut Outcome,
    ) {
        if !self.printer.wants_more() {
            return;
        }
        let map = self.judge.map.map(|mapping| mapping.map);
        let row = self.judge.source(record, node);
        let finding = Finding {
            id: self.id(record.text),
            after_line: Some(line),
            path,
            key: record.is_name(node),
            after: Some(record.bytes(node)),
            expected: map.zip(row).map(|(map, row)| map.target(row)),
            ..self.finding(FindingKind::Left)
        };
        self.put(finding, outcome);
    }

    /// Records that a byte order mark was added or removed.
    pub(crate) fn mark(&self, came: bool, outcome: &mut Outcome) {
        let what = if came { FindingKind::MarkAdded } else { FindingKind::MarkRemoved };
        self.whole(self.finding(what), outcome);
    }

    /// Records lines that a run set aside.
    pub(crate) fn aside(&self, lines: &[Aside], outcome: &mut Outcome) {
        for aside in lines {
            outcome.tally.records += 1;
            outcome.tally.rejected += 1;
            if aside.sound {
                let finding = Finding {
                    before_line: Some(aside.number),
                    ..self.finding(FindingKind::SetAside)
                };
                self.whole(finding, outcome);
            }
        }
    }

    /// Records a line that a run says it set aside, but that is not in BEFORE.
    pub(crate) fn not_there(&self, line: Line<'_>, outcome: &mut Outcome) {
        let finding = Finding { after: Some(line.text), ..self.finding(FindingKind::NotThere) };
        self.whole(finding, outcome);
    }
}
