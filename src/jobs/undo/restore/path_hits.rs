//! Finds the paths of a record's changes in the record. The depth of recursion
//! is that of the log's pointers, never that of the data.

use std::ops::Range;

use super::path_tree::PathTree;
use crate::json::{Hit, Kind, cursor};

/// What a record has at one path, in its order. There is more than one value
/// where names are repeated.
#[derive(Debug, Default, Clone)]
pub(crate) struct PathHits {
    pub(crate) values: Vec<Hit>,
    /// The member names with which the path ends, and the number of the object
    /// that each is in.
    pub(crate) names: Vec<(Hit, usize)>,
}

/// Searches the record of a valid line that begins at `line` of a block;
/// returns the hits of each node of `tree`.
pub(crate) fn find(block: &[u8], line: usize, tree: &PathTree<'_>) -> Vec<PathHits> {
    let hits = vec![PathHits::default(); tree.nodes.len()];
    let mut search = Search { tree, block, hits, active: vec![0], objects: 0, text: String::new() };
    search.object(cursor::record_at(block, line), 0..1);
    search.hits
}

struct Search<'s> {
    tree: &'s PathTree<'s>,
    block: &'s [u8],
    hits: Vec<PathHits>,
    /// A stack of nodes: those of the current value are on top.
    active: Vec<usize>,
    /// The number of objects so far.
    objects: usize,
    text: String,
}

impl Search<'_> {
    /// Searches the value that begins at `at`; returns its end.
    fn value(&mut self, at: usize, active: Range<usize>) -> usize {
        let value = cursor::value_at(self.block, at);
        let mut enter = false;
        for &number in &self.active[active.clone()] {
            let node = &self.tree.nodes[number];
            enter |= node.leads_on;
            if !node.values.is_empty() {
                self.hits[number].values.push(value);
            }
        }
        match (value.kind, self.block[at]) {
            (Kind::Container, b'{') if enter => self.object(at, active),
            (Kind::Container, _) if enter => self.array(at, active),
            (Kind::Container, _) => cursor::container_end(self.block, at),
            _ => value.end,
        }
    }

    fn array(&mut self, open: usize, active: Range<usize>) -> usize {
        let mut item = cursor::first_in(self.block, open);
        let mut index = 0_u64;
        while let Ok(at) = item {
            let end = self.step_in(&index.to_string(), at, active.clone(), |_, _| ());
            item = cursor::next_in(self.block, end);
            index += 1;
        }
        item.unwrap_or_else(|end| end)
    }

    fn object(&mut self, open: usize, active: Range<usize>) -> usize {
        let object = self.objects;
        self.objects += 1;
        let mut member = cursor::first_in(self.block, open);
        while let Ok(at) = member {
            let name = cursor::value_at(self.block, at);
            let mut text = std::mem::take(&mut self.text);
            cursor::decode_hit(self.block, &name, &mut text);
            let value = cursor::value_after(self.block, name.end);
            let end = self.step_in(&text, value, active.clone(), |search, node| {
                if !search.tree.nodes[node].names.is_empty() {
                    search.hits[node].names.push((name, object));
                }
            });
            self.text = text;
            member = cursor::next_in(self.block, end);
        }
        member.unwrap_or_else(|end| end)
    }

    /// Takes a step to the value that begins at `at`, from every active node
    /// that has such a step; returns the value's end.
    fn step_in(
        &mut self,
        name: &str,
        at: usize,
        active: Range<usize>,
        mut visit: impl FnMut(&mut Self, usize),
    ) -> usize {
        let inner = self.active.len();
        for from in active {
            let tree = self.tree;
            for node in tree.steps(self.active[from], name) {
                self.active.push(node);
                visit(self, node);
            }
        }
        let end = self.value(at, inner..self.active.len());
        self.active.truncate(inner);
        end
    }
}
