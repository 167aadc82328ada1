//! The patches of all tables.

use super::names::{ENDING, LEFT_OUT};

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::batches::Batches;
use super::entry::{Declared, Finder, LeftOut};
use super::whole_numbers::holds_whole_number;

use crate::error::{Error, Result};
use crate::jobs::rewrite::block::Outcome;
use crate::jobs::rewrite::log::PlacedBlock;
use crate::json;
use crate::pipeline::{Ticket, lock};
use crate::report::{self, Occurrences, PatchTally, Warning};
use crate::rules::TablePlan;
use crate::storage::{Stage, Table, Target, append, piece};

/// With more entries than this, batches of even the smallest records are too
/// long for an argument.
const ARGUMENT_ENTRIES: usize = 900;

/// The patches of all tables.
pub(crate) struct Patches<'r> {
    stage: &'r Stage,
    given: &'r Path,
    /// The staged folder.
    root: PathBuf,
    batch: usize,
    tables: Vec<TablePatches<'r>>,
}

struct TablePatches<'r> {
    table: &'r Table,
    declared: Declared,
    files: Mutex<Files>,
}

/// What has been written for a table. Files are created when they are needed.
#[derive(Default)]
struct Files {
    batches: Option<Batches>,
    left_out: Option<BufWriter<File>>,
    tally: PatchTally,
}

/// The patches for the records of a block.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    finder: Finder,
    /// The entries, concatenated.
    bytes: Vec<u8>,
    /// The end of each entry.
    ends: Vec<usize>,
    /// The lines of the list of records left out.
    left_out: Vec<u8>,
    noted: Occurrences,
    /// Records whose entries have whole numbers.
    whole: Occurrences,
}

impl<'r> Patches<'r> {
    /// Stages the folder of patches, if one is asked for.
    pub(crate) fn new<'t>(
        (given, batch): (Option<&'r Path>, usize),
        stage: &'r Stage,
        tables: impl Iterator<Item = (&'r Table, &'t TablePlan)>,
    ) -> Result<Option<Self>> {
        let Some(given) = given else { return Ok(None) };
        let root = stage.folder(given, false)?;
        let table = |(table, plan)| TablePatches {
            table,
            declared: Declared::of(plan),
            files: Mutex::default(),
        };
        Ok(Some(Self { stage, given, root, batch, tables: tables.map(table).collect() }))
    }

    /// Takes the result of a block of a table, in its turn.
    pub(crate) fn take(
        &self,
        table: usize,
        placed: PlacedBlock<'_>,
        outcome: &Outcome,
        entries: &mut Entries,
        ticket: &mut Ticket<'_>,
    ) -> Result<()> {
        let table = &self.tables[table];
        entries.collect(&table.declared, placed, outcome);
        ticket.pass(|| {
            let mut files = lock(&table.files);
            files.tally.left_out.merge(entries.noted);
            if table.table.schema.is_some() {
                files.tally.whole_numbers.merge(entries.whole);
            }
            self.write(&table.table.name, &mut files, entries)
        })
    }

    fn write(&self, table: &str, files: &mut Files, entries: &Entries) -> Result<()> {
        let cannot = |error| Error::io("cannot write", self.given, error);
        if !entries.ends.is_empty() {
            let batches = match &mut files.batches {
                Some(batches) => batches,
                none => none.insert(self.batches(table)?),
            };
            entries.each().try_for_each(|entry| batches.push(entry)).map_err(cannot)?;
        }
        if !entries.left_out.is_empty() {
            let list = match &mut files.left_out {
                Some(list) => list,
                none => none.insert(piece(&Target::Place(self.given.to_owned()))?),
            };
            list.write_all(&entries.left_out).map_err(cannot)?;
        }
        Ok(())
    }

    fn batches(&self, table: &str) -> Result<Batches> {
        let file = self.stage.create(&self.root.join(format!("{table}{ENDING}")))?;
        Ok(Batches::new(file, self.batch))
    }

    /// Ends the last batch of each table, and lists the records left out.
    pub(crate) fn finish(&self) -> Result<()> {
        let cannot = |error| Error::io("cannot write", self.given, error);
        for table in &self.tables {
            let mut files = lock(&table.files);
            files.batches.as_mut().map_or(Ok(()), Batches::finish).map_err(cannot)?;
        }
        if self.tables.iter().all(|table| lock(&table.files).left_out.is_none()) {
            return Ok(());
        }
        let mut list = self.stage.create(&self.root.join(LEFT_OUT))?;
        self.join_left_out(&mut list).map_err(cannot)
    }

    fn join_left_out(&self, list: &mut File) -> io::Result<()> {
        self.tables.iter().try_for_each(|table| match &mut lock(&table.files).left_out {
            Some(lines) => append(lines, list),
            None => Ok(()),
        })
    }

    /// The warnings about the patches, once they are finished.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let large = (self.batch > ARGUMENT_ENTRIES).then(|| report::of_batch(self.batch));
        large.into_iter().chain(self.tables.iter().flat_map(TablePatches::warnings)).collect()
    }
}

impl TablePatches<'_> {
    fn warnings(&self) -> impl Iterator<Item = Warning> {
        let files = lock(&self.files);
        let count = files.batches.as_ref().map_or(0, |batches| batches.too_long);
        let too_long = Occurrences { count, first: None };
        report::of_patches(&self.table.name, PatchTally { too_long, ..files.tally })
    }
}

impl Entries {
    /// Makes the entries for the updated records of a block.
    fn collect(&mut self, declared: &Declared, placed: PlacedBlock<'_>, outcome: &Outcome) {
        self.bytes.clear();
        self.ends.clear();
        self.left_out.clear();
        (self.noted, self.whole) = (Occurrences::default(), Occurrences::default());
        for updated in &outcome.updated {
            let before = &placed.block[updated.record..];
            let after = &outcome.output[updated.output..];
            let offset = placed.offset(updated.record);
            match self.finder.entry(declared, before, after, &mut self.bytes) {
                Ok(()) => self.end_entry(offset),
                Err(why) => {
                    self.noted.note(offset);
                    let id = self.finder.id_of(declared, before);
                    placed.put(updated.line, updated.record, &mut self.left_out);
                    put_left_out(&mut self.left_out, id, &why);
                }
            }
        }
    }

    fn end_entry(&mut self, offset: u64) {
        let start = self.ends.last().copied().unwrap_or(0);
        if holds_whole_number(&self.bytes[start..]) {
            self.whole.note(offset);
        }
        self.ends.push(self.bytes.len());
    }

    fn each(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, end)| &self.bytes[begin..*end])
    }
}

/// Ends a line of the list of records left out.
fn put_left_out(out: &mut Vec<u8>, id: Option<&[u8]>, why: &LeftOut) {
    if let Some(id) = id {
        out.extend_from_slice(b",\"_id\":");
        out.extend_from_slice(id);
    }
    out.extend(format!(",\"message\":{}}}\n", json::quote(&why.to_string())).bytes());
}
