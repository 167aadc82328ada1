//! The work on all tables: finds places in blocks and adds them up.

use std::collections::{BTreeSet, HashSet};

use super::classifier::Classifier;
use super::place_tree::{PlaceTree, Wildcard};
use super::walk::{BlockWalk, TableBlock, WalkState};
use crate::error::{Error, Location, Result};
use crate::json::{Found, Names, Scanner, Verdict, mark_length};
use crate::pipeline::{Block, RunningTotal, Ticket, Work};
use crate::rules::{Plan, Segment};
use crate::storage::Table;

/// The work on all tables of a scan.
pub(crate) struct Job<'j> {
    tables: &'j [Table],
    classifier: Classifier<'j>,
    wildcards: &'j BTreeSet<Wildcard>,
    /// The names that rules spell, by table.
    ruled: Vec<HashSet<&'j str>>,
    no_names: Names,
    /// The number of lines so far, by table.
    lines: Vec<RunningTotal>,
}

/// The state of a worker: what it found, by table, and buffers that are reused.
pub(crate) struct Worker {
    trees: Vec<PlaceTree>,
    records: Vec<u64>,
    scanner: Scanner,
    found: Found,
    walk: WalkState,
}

impl<'j> Job<'j> {
    pub(crate) fn new(
        tables: &'j [Table],
        plan: &'j Plan,
        classifier: Classifier<'j>,
        wildcards: &'j BTreeSet<Wildcard>,
    ) -> Self {
        let lines = tables.iter().map(|_| RunningTotal::default()).collect();
        let ruled = tables.iter().map(|table| ruled_names(plan, &table.name)).collect();
        Self { tables, classifier, wildcards, ruled, no_names: Names::new([]), lines }
    }

    /// The places that all workers found and the number of records, by table.
    pub(crate) fn join(&self, workers: Vec<Worker>) -> (Vec<PlaceTree>, Vec<u64>) {
        let Worker { mut trees, mut records, .. } = self.worker();
        for worker in workers {
            trees.iter_mut().zip(&worker.trees).for_each(|(tree, other)| tree.merge(other));
            records.iter_mut().zip(worker.records).for_each(|(sum, more)| *sum += more);
        }
        (trees, records)
    }
}

/// All names in the paths of a table's rules.
fn ruled_names<'p>(plan: &'p Plan, table: &str) -> HashSet<&'p str> {
    let fields = plan.table(table).map_or(&[][..], |table| &table.fields);
    let segments = fields.iter().flat_map(|field| field.path.segments());
    let name = |segment: &'p Segment| match segment {
        Segment::Name(name) => Some(name.as_str()),
        Segment::Any => None,
    };
    segments.filter_map(name).collect()
}

impl Work for Job<'_> {
    type Worker = Worker;

    /// Lines.
    fn lanes(&self) -> usize {
        1
    }

    fn worker(&self) -> Worker {
        let is_wildcard = |table: usize| self.wildcards.contains(&(table, Vec::new()));
        Worker {
            trees: (0..self.tables.len()).map(|table| PlaceTree::new(is_wildcard(table))).collect(),
            records: vec![0; self.tables.len()],
            scanner: Scanner::default(),
            found: Found::default(),
            walk: WalkState::default(),
        }
    }

    fn block(&self, worker: &mut Worker, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        let Block { table, offset, bytes } = block;
        let Worker { trees, records, scanner, found, walk } = worker;
        let from = if offset == 0 { mark_length(bytes) } else { 0 };
        scanner.scan(bytes, from, &self.no_names, true, found);
        let before = ticket.pass(|| self.lines[table].pass(found.lines.len() as u64));
        let (wildcards, ruled) = (self.wildcards, &self.ruled[table]);
        let block = TableBlock { bytes, table, wildcards, ruled };
        let (classifier, tree) = (&self.classifier, &mut trees[table]);
        let mut walk = BlockWalk { block, classifier, tree, state: walk };
        let mut start = from;
        for (number, line) in found.lines.iter().enumerate() {
            if let Verdict::Invalid(fault) = line.verdict {
                let line = before + number as u64 + 1;
                let place = Location::in_line(&self.tables[table].path, line, fault.at);
                return Err(Error::new(fault.kind).located(place));
            }
            records[table] += 1;
            walk.record(start);
            start = line.end + 1;
        }
        Ok(())
    }
}
