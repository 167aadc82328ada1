//! The places of one table, as a tree of path patterns.

use std::collections::HashMap;

use super::classifier::StringClass;
use super::counts::Counter;
use super::findings::Place;
use crate::rules::{Match, Path, Segment};

/// An object whose members are all one place: the number of its table, and its
/// path.
pub(crate) type Wildcard = (usize, Vec<Segment>);

/// All places of a table that hold IDs, and the places that lead there. Node 0
/// is the record.
#[derive(Debug, Clone)]
pub(crate) struct PlaceTree {
    nodes: Vec<Node>,
}

/// A place. Its children are named by their numbers in the tree.
#[derive(Debug, Clone, Default)]
struct Node {
    /// Members that rules name.
    fields: HashMap<Box<str>, usize>,
    /// Other members by name.
    names: HashMap<Box<str>, usize>,
    /// Elements of an array, and members whose names are data.
    any: Option<usize>,
    /// Whether `any` has members, rather than elements only.
    has_members: bool,
    /// Whether all members are one place.
    is_wildcard: bool,
    /// Whether there were too many names: they have been forgotten.
    is_crowded: bool,
    value: Counter,
    member_names: Counter,
    below: Counter,
}

/// The largest number of names at one place that lead to IDs. If there are
/// more, the names are data.
const MOST_NAMES: usize = 64;
/// The same for the record itself, whose members are fields in any table that
/// somebody designed.
const MOST_FIELDS: usize = 1024;
/// The largest number of places of a table. Some names that each lead to some
/// more, and so on, can make more places than anybody could look at.
const MOST_PLACES: usize = 100_000;

/// A step from a place to one within it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'n> {
    /// An element of an array.
    Item,
    /// A member, by its decoded name; `None` if the name is data.
    Member(Option<&'n str>),
    /// A member whose name a rule spells.
    Field(&'n str),
}

/// The part of a place that an ID is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlacePart {
    Value,
    /// The name of a member of the object there.
    MemberName,
    /// Something below the place, deeper than a path can lead.
    Below,
}

impl PlaceTree {
    /// A tree of the record alone.
    pub(crate) fn new(is_wildcard: bool) -> Self {
        Self { nodes: vec![Node { is_wildcard, ..Node::default() }] }
    }

    /// Returns the node to which a step leads. `is_wildcard` is asked for a new
    /// node only. If there are too many names or places, nothing is added and
    /// `node` is returned: the pass is void.
    pub(crate) fn child(
        &mut self,
        node: usize,
        step: Step<'_>,
        is_wildcard: impl FnOnce() -> bool,
    ) -> usize {
        let (new, is_full) = (self.nodes.len(), self.is_full());
        let here = &mut self.nodes[node];
        let (children, name) = match step {
            Step::Field(name) => (&mut here.fields, name),
            Step::Member(Some(name)) if !here.is_wildcard => (&mut here.names, name),
            step => {
                here.has_members |= matches!(step, Step::Member(_));
                return self.any_child(node, is_wildcard);
            }
        };
        match children.get(name) {
            Some(&child) => child,
            None if here.is_crowded || is_full => node,
            None => {
                children.insert(name.into(), new);
                self.forget_if_crowded(node);
                self.push(is_wildcard())
            }
        }
    }

    fn any_child(&mut self, node: usize, is_wildcard: impl FnOnce() -> bool) -> usize {
        match self.nodes[node].any {
            Some(any) => any,
            None if self.is_full() => node,
            None => {
                self.nodes[node].any = Some(self.nodes.len());
                self.push(is_wildcard())
            }
        }
    }

    fn push(&mut self, is_wildcard: bool) -> usize {
        self.nodes.push(Node { is_wildcard, ..Node::default() });
        self.nodes.len() - 1
    }

    /// Forgets the names of a node, with all below them, if there are too many.
    fn forget_if_crowded(&mut self, node: usize) {
        let most = if node == 0 { MOST_FIELDS } else { MOST_NAMES };
        let here = &mut self.nodes[node];
        here.is_crowded |= here.names.len() > most;
        if here.is_crowded {
            here.names.clear();
        }
    }

    /// Whether there are too many places.
    pub(crate) fn is_full(&self) -> bool {
        self.nodes.len() > MOST_PLACES
    }

    /// Counts a string of record number `record`.
    pub(crate) fn add(&mut self, node: usize, part: PlacePart, class: StringClass, record: u64) {
        let node = &mut self.nodes[node];
        let counter = match part {
            PlacePart::Value => &mut node.value,
            PlacePart::MemberName => &mut node.member_names,
            PlacePart::Below => &mut node.below,
        };
        counter.add(class, record);
    }

    /// Adds the places that another worker found in other records.
    pub(crate) fn merge(&mut self, other: &Self) {
        // Pairs of nodes for the same place, in this tree and in the other one.
        let mut open = vec![(0, 0)];
        while let Some((to, from)) = open.pop() {
            let theirs = &other.nodes[from];
            self.nodes[to].merge(theirs);
            self.forget_if_crowded(to);
            if let Some(any) = theirs.any {
                let step = if theirs.has_members { Step::Member(None) } else { Step::Item };
                open.push((self.child(to, step, || other.nodes[any].is_wildcard), any));
            }
            let fields = theirs.fields.iter().map(|(name, child)| (Step::Field(name), *child));
            let names = theirs.names.iter().map(|(name, child)| (Step::Member(Some(name)), *child));
            for (step, child) in fields.chain(names) {
                let known = self.child(to, step, || other.nodes[child].is_wildcard);
                // If nothing was added, there is nothing to add counts to.
                if known != to {
                    open.push((known, child));
                }
            }
        }
    }

    /// The places of table number `table` that have too many names, so that all
    /// their members should be one place.
    pub(crate) fn crowded((table, tree): (usize, &Self)) -> Vec<Wildcard> {
        let mut crowded = Vec::new();
        tree.visit(&mut |node, path| {
            if node.is_crowded {
                crowded.push((table, path.segments().to_vec()));
            }
        });
        crowded
    }

    /// All places that hold IDs, in a table of `records` records. None has a
    /// rule that covers it.
    pub(crate) fn places(&self, table: &str, records: u64) -> Vec<Place> {
        let mut places = Vec::new();
        self.visit(&mut |node, path| {
            let parts = [
                (&node.value, Match::Value, false),
                (&node.member_names, Match::Keys, false),
                (&node.below, Match::Value, true),
            ];
            let found = parts.into_iter().filter(|(counter, ..)| counter.counts.records > 0);
            places.extend(found.map(|(counter, matches, below)| Place {
                table: table.to_owned(),
                path: path.clone(),
                matches,
                below,
                counts: counter.counts,
                of: records,
                covered: None,
                partly: false,
            }));
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

impl Node {
    /// Adds the counts of the same place in another tree, without its children.
    fn merge(&mut self, other: &Self) {
        self.value.merge(&other.value);
        self.member_names.merge(&other.member_names);
        self.below.merge(&other.below);
        self.has_members |= other.has_members;
        self.is_crowded |= other.is_crowded;
    }
}
