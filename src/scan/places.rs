//! The places of one table, as a tree of path patterns.

use std::collections::HashMap;

use super::find::Sort;
use crate::rules::{Match, Path, Segment};

/// What was found at a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Strings that are sources of the map.
    pub sources: u64,
    /// Strings that are targets of the map, and no sources.
    pub targets: u64,
    /// Strings that are not in the map and have the form of its sources.
    pub source_form: u64,
    /// Longer strings that hold an ID.
    pub quoted: u64,
    /// Records with any of these.
    pub records: u64,
    /// The number of the last such record, from 1.
    last: u64,
}

impl Counts {
    fn add(&mut self, sort: Sort, record: u64) {
        match sort {
            Sort::Source => self.sources += 1,
            Sort::Target => self.targets += 1,
            Sort::SourceForm => self.source_form += 1,
            Sort::Quoted => self.quoted += 1,
        }
        self.records += u64::from(self.last != record);
        self.last = record;
    }

    fn merge(&mut self, other: &Self) {
        self.sources += other.sources;
        self.targets += other.targets;
        self.source_form += other.source_form;
        self.quoted += other.quoted;
        self.records += other.records;
    }

    fn is_empty(&self) -> bool {
        self.records == 0
    }
}

/// What of a place the IDs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Value,
    /// The names of the object's members.
    Names,
    /// Something deeper than paths can lead.
    Below,
}

/// A place of which all members are one place: the number of its table, and
/// its path.
pub(super) type Star = (usize, Vec<Segment>);

/// All places of a table that hold IDs, and those on the way there. Node 0 is
/// the record.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    names: HashMap<Box<str>, usize>,
    any: Option<usize>,
    /// Whether it is an object for some of what stands at `any`.
    has_members: bool,
    /// Whether all members are one place.
    star: bool,
    value: Counts,
    keys: Counts,
    below: Counts,
}

/// A place and what was found there.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: Path,
    pub(super) matches: Match,
    pub(super) below: bool,
    pub(super) counts: Counts,
}

/// Names of members that lead to IDs: if there are more at one place, they
/// are data.
const MOST_NAMES: usize = 64;
/// Names that are kept of a place where there are too many, before the export
/// is read again.
const KEPT_NAMES: usize = 4096;

/// Where a walk goes from a node.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'n> {
    Item,
    /// A member, by its decoded name; or one whose name is data.
    Member(Option<&'n str>),
}

impl Tree {
    /// An empty tree; `is_star` tells of which places all members are one.
    pub(super) fn new(is_star: bool) -> Self {
        Self { nodes: vec![Node { star: is_star, ..Node::default() }] }
    }

    /// The node to which a step leads. `is_star` tells of a new one whether
    /// all of its members are one place.
    pub(super) fn child(
        &mut self,
        node: usize,
        step: Step<'_>,
        is_star: impl FnOnce() -> bool,
    ) -> usize {
        let new = self.nodes.len();
        let here = &mut self.nodes[node];
        let child = match step {
            Step::Member(Some(name)) if !here.star => match here.names.get(name) {
                Some(&child) => child,
                None if here.names.len() >= KEPT_NAMES => node,
                None => *here.names.entry(name.into()).or_insert(new),
            },
            step => {
                here.has_members |= matches!(step, Step::Member(_));
                *here.any.get_or_insert(new)
            }
        };
        if child == new {
            self.nodes.push(Node { star: is_star(), ..Node::default() });
        }
        child
    }

    pub(super) fn add(&mut self, node: usize, part: Part, sort: Sort, record: u64) {
        let node = &mut self.nodes[node];
        let counts = match part {
            Part::Value => &mut node.value,
            Part::Names => &mut node.keys,
            Part::Below => &mut node.below,
        };
        counts.add(sort, record);
    }

    /// Adds what another worker found in other records.
    pub(super) fn merge(&mut self, other: &Self) {
        // Pairs of nodes for the same place, here and there.
        let mut open = vec![(0, 0)];
        while let Some((to, from)) = open.pop() {
            let theirs = &other.nodes[from];
            let ours = &mut self.nodes[to];
            ours.value.merge(&theirs.value);
            ours.keys.merge(&theirs.keys);
            ours.below.merge(&theirs.below);
            ours.has_members |= theirs.has_members;
            if let Some(any) = theirs.any {
                let step = if theirs.has_members { Step::Member(None) } else { Step::Item };
                open.push((self.child(to, step, || other.nodes[any].star), any));
            }
            for (name, &child) in &theirs.names {
                let step = Step::Member(Some(name));
                let known = self.child(to, step, || other.nodes[child].star);
                // Beyond the names that are kept there is nothing to add to.
                if known != to {
                    open.push((known, child));
                }
            }
        }
    }

    /// The places of table number `table` whose members should be one place:
    /// those with too many names.
    pub(super) fn crowded((table, tree): (usize, &Self)) -> Vec<Star> {
        let mut crowded = Vec::new();
        tree.visit(&mut |node, path| {
            if node.names.len() > MOST_NAMES {
                crowded.push((table, path.segments().to_vec()));
            }
        });
        crowded
    }

    /// All places that hold IDs.
    pub(super) fn places(&self) -> Vec<Found> {
        let mut places = Vec::new();
        self.visit(&mut |node, path| {
            for (counts, matches, below) in [
                (node.value, Match::Value, false),
                (node.keys, Match::Keys, false),
                (node.below, Match::Value, true),
            ] {
                if !counts.is_empty() {
                    places.push(Found { path: path.clone(), matches, below, counts });
                }
            }
        });
        places
    }

    fn visit(&self, visit: &mut dyn FnMut(&Node, &Path)) {
        let mut open = vec![(0, Path::record())];
        while let Some((node, path)) = open.pop() {
            let node = &self.nodes[node];
            visit(node, &path);
            let any = node.any.map(|any| (any, path.clone().any(node.has_members)));
            let names = node.names.iter().map(|(name, &child)| (child, path.clone().member(name)));
            open.extend(any.into_iter().chain(names));
        }
    }
}
