//! One record, string by string. The stack is in memory of its own, so that
//! no depth of data is too deep.

use std::collections::{BTreeSet, HashSet};

use super::find::{Finder, Sort};
use super::places::{Part, Star, Step, Tree};
use crate::json::{Hit, Kind, cursor};
use crate::rules::{MOST_SEGMENTS, Segment};

/// Walks records; reused, so that a walk allocates nothing once grown.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    frames: Vec<Frame>,
    text: String,
    name: String,
    /// The records of this worker so far.
    records: u64,
}

/// A container around the current place.
#[derive(Debug, Clone, Copy)]
struct Frame {
    object: bool,
    /// The name of the current member.
    name: Hit,
    /// Whether that is data.
    dynamic: bool,
    /// Its node, once something was found in it.
    node: Option<usize>,
}

/// What a walk needs besides the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'s> {
    pub(crate) finder: &'s Finder<'s>,
    pub(crate) stars: &'s BTreeSet<Star>,
    /// The names that rules of the table spell: they are no data.
    pub(crate) ruled: &'s HashSet<&'s str>,
    /// The number of the table.
    pub(crate) table: usize,
}

const NO_NAME: Hit = Hit { name: 0, start: 0, end: 0, kind: Kind::Null };

impl Walk {
    /// Walks the record of a proven line that begins at `line` of a block.
    pub(crate) fn record(&mut self, scene: Scene<'_>, block: &[u8], line: usize, tree: &mut Tree) {
        self.records += 1;
        self.frames.clear();
        let open = cursor::record_at(block, line);
        self.frames.push(Frame { object: true, name: NO_NAME, dynamic: false, node: Some(0) });
        let mut next = cursor::first_in(block, open);
        while !self.frames.is_empty() {
            next = match next {
                Ok(at) => self.item(scene, block, at, tree),
                Err(end) => {
                    self.frames.pop();
                    cursor::next_in(block, end)
                }
            };
        }
    }

    /// Takes a member or an element; returns what comes next.
    fn item(
        &mut self,
        scene: Scene<'_>,
        block: &[u8],
        at: usize,
        tree: &mut Tree,
    ) -> Result<usize, usize> {
        let is_object = self.frames.last().is_some_and(|frame| frame.object);
        let start = if is_object { self.member_name(scene, block, at, tree) } else { at };
        let value = cursor::value_at(block, start);
        match value.kind {
            Kind::Container => {
                let object = block.get(start) == Some(&b'{');
                let frame = Frame { object, name: NO_NAME, dynamic: false, node: None };
                self.frames.push(frame);
                cursor::first_in(block, start)
            }
            Kind::String { .. } => {
                if let Some(sort) = self.sort(scene, block, &value) {
                    let (node, part) = self.place(scene, block, tree, true);
                    tree.add(node, part, sort, self.records);
                }
                cursor::next_in(block, value.end)
            }
            _ => cursor::next_in(block, value.end),
        }
    }

    /// Takes the name of a member; returns where its value begins.
    fn member_name(&mut self, scene: Scene<'_>, block: &[u8], at: usize, tree: &mut Tree) -> usize {
        let name = cursor::value_at(block, at);
        let sort = self.sort(scene, block, &name);
        if let Some(frame) = self.frames.last_mut() {
            (frame.name, frame.dynamic) = (name, sort.is_some());
        }
        if let Some(sort) = sort {
            let (node, part) = self.place(scene, block, tree, false);
            let part = if part == Part::Below { part } else { Part::Names };
            tree.add(node, part, sort, self.records);
        }
        cursor::value_after(block, name.end)
    }

    fn sort(&mut self, scene: Scene<'_>, block: &[u8], string: &Hit) -> Option<Sort> {
        let raw = block.get(string.start + 1..string.end - 1)?;
        if let Kind::String { escaped: false } = string.kind {
            return scene.finder.sort(simdutf8::basic::from_utf8(raw).ok()?);
        }
        match cursor::decode_hit(block, string, &mut self.text) {
            true => scene.finder.sort(&self.text),
            // With a lone surrogate it equals no ID, but may quote one.
            false => scene.finder.quotes(&self.text).then_some(Sort::Quoted),
        }
    }

    /// The node of the current container, or of the current value in it.
    fn place(
        &mut self,
        scene: Scene<'_>,
        block: &[u8],
        tree: &mut Tree,
        value: bool,
    ) -> (usize, Part) {
        let wanted = self.frames.len() + usize::from(value) - 1;
        let depth = wanted.min(MOST_SEGMENTS);
        let mut around = self.frames[..=depth.min(self.frames.len() - 1)].iter();
        let known = around.rposition(|frame| frame.node.is_some()).unwrap_or(0);
        let mut node = self.frames[known].node.unwrap_or(0);
        for level in known..depth {
            node = self.step(scene, block, tree, level, node);
            if let Some(frame) = self.frames.get_mut(level + 1) {
                frame.node = Some(node);
            }
        }
        (node, if depth < wanted { Part::Below } else { Part::Value })
    }

    /// The node of the current value in the container at `level`, whose own
    /// is `node`.
    fn step(
        &mut self,
        scene: Scene<'_>,
        block: &[u8],
        tree: &mut Tree,
        level: usize,
        node: usize,
    ) -> usize {
        let frame = self.frames[level];
        let mut name = std::mem::take(&mut self.name);
        let step = match frame {
            Frame { object: false, .. } => Step::Item,
            Frame { dynamic: true, .. } => Step::Member(None),
            Frame { name: hit, .. } => {
                cursor::decode_hit(block, &hit, &mut name);
                match scene.ruled.contains(name.as_str()) {
                    true => Step::Field(&name),
                    false => Step::Member(Some(&name)),
                }
            }
        };
        let is_star = || self.is_star(scene, block, level);
        let child = tree.child(node, step, is_star);
        self.name = name;
        child
    }

    /// Whether all members are one place of what stands in the containers up
    /// to `level`. Asked once for each place.
    fn is_star(&self, scene: Scene<'_>, block: &[u8], level: usize) -> bool {
        if scene.stars.is_empty() {
            return false;
        }
        let mut path: Vec<Segment> = Vec::new();
        for frame in &self.frames[..=level] {
            let all = scene.stars.contains(&(scene.table, path.clone()));
            path.push(match frame {
                Frame { object: true, dynamic: false, name, .. } => {
                    let mut plain = String::new();
                    cursor::decode_hit(block, name, &mut plain);
                    match all && !scene.ruled.contains(plain.as_str()) {
                        true => Segment::Any,
                        false => Segment::Name(plain),
                    }
                }
                _ => Segment::Any,
            });
        }
        scene.stars.contains(&(scene.table, path))
    }
}
