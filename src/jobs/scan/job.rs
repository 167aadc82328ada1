//! The work on all tables: places found in blocks, added up.

use std::collections::{BTreeSet, HashSet};

use super::find::Finder;
use super::places::{Star, Tree};
use super::walk::{Scene, Walk};
use crate::error::{Error, Location, Result};
use crate::json::{Found, Names, Scanner, Verdict, mark_length};
use crate::pipeline::{Before, Block, Ticket, Work};
use crate::rules::{Plan, Segment};
use crate::storage::Table;

/// The work on all tables of a scan.
pub(crate) struct Job<'j> {
    tables: &'j [Table],
    finder: Finder<'j>,
    stars: &'j BTreeSet<Star>,
    /// The names that the rules of each table spell.
    ruled: Vec<HashSet<&'j str>>,
    none: Names,
    /// The lines of each table.
    lines: Vec<Before>,
}

/// What a worker keeps.
pub(crate) struct Worker {
    trees: Vec<Tree>,
    records: Vec<u64>,
    scanner: Scanner,
    found: Found,
    walk: Walk,
}

impl<'j> Job<'j> {
    pub(crate) fn new(
        tables: &'j [Table],
        plan: &'j Plan,
        finder: Finder<'j>,
        stars: &'j BTreeSet<Star>,
    ) -> Self {
        let lines = tables.iter().map(|_| Before::default()).collect();
        let ruled = tables.iter().map(|table| ruled_names(plan, &table.name)).collect();
        Self { tables, finder, stars, ruled, none: Names::new([]), lines }
    }

    /// What all workers found, and how many records each table has.
    pub(crate) fn join(&self, workers: Vec<Worker>) -> (Vec<Tree>, Vec<u64>) {
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

    /// One to number lines.
    fn lanes(&self) -> usize {
        1
    }

    fn worker(&self) -> Worker {
        let is_star = |table: usize| self.stars.contains(&(table, Vec::new()));
        Worker {
            trees: (0..self.tables.len()).map(|table| Tree::new(is_star(table))).collect(),
            records: vec![0; self.tables.len()],
            scanner: Scanner::default(),
            found: Found::default(),
            walk: Walk::default(),
        }
    }

    fn block(&self, worker: &mut Worker, block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        let Block { table, offset, bytes } = block;
        let Worker { trees, records, scanner, found, walk } = worker;
        let from = if offset == 0 { mark_length(bytes) } else { 0 };
        scanner.scan(bytes, from, &self.none, true, found);
        let before = ticket.pass(|| self.lines[table].pass(found.lines.len() as u64));
        let Self { finder, stars, ruled, .. } = self;
        let scene = Scene { finder, stars, ruled: &ruled[table], table };
        let mut start = from;
        for (number, line) in found.lines.iter().enumerate() {
            if let Verdict::Invalid(fault) = line.verdict {
                let line = before + number as u64 + 1;
                let place = Location::in_line(&self.tables[table].path, line, fault.at);
                return Err(Error::new(fault.kind).located(place));
            }
            records[table] += 1;
            walk.record(scene, bytes, start, &mut trees[table]);
            start = line.end + 1;
        }
        Ok(())
    }
}
