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
}

impl Counts {
    fn add(&mut self, sort: Sort) {
        match sort {
            Sort::Source => self.sources += 1,
            Sort::Target => self.targets += 1,
            Sort::SourceForm => self.source_form += 1,
            Sort::Quoted => self.quoted += 1,
        }
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

/// Counts in the making.
#[derive(Debug, Clone, Default)]
struct Counting {
    counts: Counts,
    /// The number of the last record that was counted, from 1.
    last: u64,
}

impl Counting {
    fn add(&mut self, sort: Sort, record: u64) {
        self.counts.add(sort);
        self.counts.records += u64::from(self.last != record);
        self.last = record;
    }
}

/// What of a place the IDs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Value,
    /// The names of the object's members.
    Names,
    /// Something deeper than paths can lead.
    Below,
}

/// A place of which all members are one place: the number of its table, and
/// its path.
pub(crate) type Star = (usize, Vec<Segment>);

/// All places of a table that hold IDs, and those on the way there. Node 0 is
/// the record.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// Members that rules name, and others.
    fields: HashMap<Box<str>, usize>,
    names: HashMap<Box<str>, usize>,
    any: Option<usize>,
    /// Whether it is an object for some of what stands at `any`.
    has_members: bool,
    /// Whether all members are one place.
    star: bool,
    /// Whether there were too many names: they have been forgotten.
    crowded: bool,
    value: Counting,
    keys: Counting,
    below: Counting,
}

/// A place and what was found there.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) path: Path,
    pub(crate) matches: Match,
    pub(crate) below: bool,
    pub(crate) counts: Counts,
}

/// Names of members that lead to IDs: if there are more at one place, they
/// are data.
const MOST_NAMES: usize = 64;
/// The same of the record itself, whose members are fields in any table that
/// somebody designed.
const MOST_FIELDS: usize = 1024;
/// Places that a table can have. Where names that are few lead to names that
/// are few, and so on, there can be more than anybody could look at.
const MOST_PLACES: usize = 100_000;

/// Where a walk goes from a node.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'n> {
    Item,
    /// A member, by its decoded name; or one whose name is data.
    Member(Option<&'n str>),
    /// A member whose name a rule spells.
    Field(&'n str),
}

impl Tree {
    /// An empty tree; `is_star` tells of which places all members are one.
    pub(crate) fn new(is_star: bool) -> Self {
        Self { nodes: vec![Node { star: is_star, ..Node::default() }] }
    }

    /// The node to which a step leads. `is_star` tells of a new one whether
    /// all of its members are one place. Where there are too many names or
    /// places already, nothing new is kept: the pass is void.
    pub(crate) fn child(
        &mut self,
        node: usize,
        step: Step<'_>,
        is_star: impl FnOnce() -> bool,
    ) -> usize {
        let new = self.nodes.len();
        let full = self.is_full();
        let here = &mut self.nodes[node];
        let (known, name) = match step {
            Step::Field(name) => (&mut here.fields, name),
            Step::Member(Some(name)) if !here.star => (&mut here.names, name),
            step => {
                here.has_members |= matches!(step, Step::Member(_));
                return match here.any {
                    Some(any) => any,
                    None if full => node,
                    None => {
                        here.any = Some(new);
                        self.push(is_star())
                    }
                };
            }
        };
        match known.get(name) {
            Some(&child) => child,
            None if here.crowded || full => node,
            None => {
                known.insert(name.into(), new);
                self.crowd(node);
                self.push(is_star())
            }
        }
    }

    fn push(&mut self, star: bool) -> usize {
        self.nodes.push(Node { star, ..Node::default() });
        self.nodes.len() - 1
    }

    /// Forgets the names of a node, and all that was below, if there are too
    /// many.
    fn crowd(&mut self, node: usize) {
        let most = if node == 0 { MOST_FIELDS } else { MOST_NAMES };
        let here = &mut self.nodes[node];
        here.crowded |= here.names.len() > most;
        if here.crowded {
            here.names.clear();
        }
    }

    /// Whether there are too many places.
    pub(crate) fn is_full(&self) -> bool {
        self.nodes.len() > MOST_PLACES
    }

    pub(crate) fn add(&mut self, node: usize, part: Part, sort: Sort, record: u64) {
        let node = &mut self.nodes[node];
        let counts = match part {
            Part::Value => &mut node.value,
            Part::Names => &mut node.keys,
            Part::Below => &mut node.below,
        };
        counts.add(sort, record);
    }

    /// Adds what another worker found in other records.
    pub(crate) fn merge(&mut self, other: &Self) {
        // Pairs of nodes for the same place, here and there.
        let mut open = vec![(0, 0)];
        while let Some((to, from)) = open.pop() {
            let theirs = &other.nodes[from];
            let ours = &mut self.nodes[to];
            ours.value.counts.merge(&theirs.value.counts);
            ours.keys.counts.merge(&theirs.keys.counts);
            ours.below.counts.merge(&theirs.below.counts);
            ours.has_members |= theirs.has_members;
            ours.crowded |= theirs.crowded;
            self.crowd(to);
            if let Some(any) = theirs.any {
                let step = if theirs.has_members { Step::Member(None) } else { Step::Item };
                open.push((self.child(to, step, || other.nodes[any].star), any));
            }
            let fields = theirs.fields.iter().map(|(name, child)| (Step::Field(name), *child));
            let names = theirs.names.iter().map(|(name, child)| (Step::Member(Some(name)), *child));
            for (step, child) in fields.chain(names) {
                let known = self.child(to, step, || other.nodes[child].star);
                // Where nothing is kept there is nothing to add to.
                if known != to {
                    open.push((known, child));
                }
            }
        }
    }

    /// The places of table number `table` whose members should be one place:
    /// those with too many names.
    pub(crate) fn crowded((table, tree): (usize, &Self)) -> Vec<Star> {
        let mut crowded = Vec::new();
        tree.visit(&mut |node, path| {
            if node.crowded {
                crowded.push((table, path.segments().to_vec()));
            }
        });
        crowded
    }

    /// All places that hold IDs.
    pub(crate) fn places(&self) -> Vec<Found> {
        let mut places = Vec::new();
        self.visit(&mut |node, path| {
            for (counts, matches, below) in [
                (node.value.counts, Match::Value, false),
                (node.keys.counts, Match::Keys, false),
                (node.below.counts, Match::Value, true),
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
            let names = node.fields.iter().chain(&node.names);
            let names = names.map(|(name, &child)| (child, path.clone().member(name)));
            open.extend(any.into_iter().chain(names));
        }
    }
}
