//! Walks a record, string by string. Its stack is on the heap, so no depth of
//! data is too deep.

use std::collections::{BTreeSet, HashSet};

use super::classifier::{Classifier, StringClass};
use super::place_tree::{PlacePart, PlaceTree, Step, Wildcard};
use crate::json::{Hit, Kind, cursor};
use crate::rules::{MOST_SEGMENTS, Segment};

/// The state of a walk; reused, so that a walk allocates nothing once grown.
#[derive(Debug, Default)]
pub(crate) struct WalkState {
    /// The containers around the current value, outermost first.
    frames: Vec<Frame>,
    text: String,
    name: String,
    /// The number of records of this worker so far.
    records: u64,
}

/// A container around the current value.
#[derive(Debug, Clone, Copy)]
struct Frame {
    is_object: bool,
    /// The name of the current member.
    name: Hit,
    /// Whether that name is data.
    is_name_data: bool,
    /// The container's node, once something was found in it.
    node: Option<usize>,
}

/// A block and what is known of its table.
pub(crate) struct TableBlock<'w> {
    pub(crate) bytes: &'w [u8],
    /// The number of the table.
    pub(crate) table: usize,
    pub(crate) wildcards: &'w BTreeSet<Wildcard>,
    /// The names that rules of the table spell: they are not data.
    pub(crate) ruled: &'w HashSet<&'w str>,
}

/// Walks the records of a block and counts strings in `tree`.
pub(crate) struct BlockWalk<'w> {
    pub(crate) block: TableBlock<'w>,
    pub(crate) classifier: &'w Classifier<'w>,
    pub(crate) tree: &'w mut PlaceTree,
    pub(crate) state: &'w mut WalkState,
}

const NO_NAME: Hit = Hit { name: 0, start: 0, end: 0, kind: Kind::Null };

impl BlockWalk<'_> {
    /// Walks the record of a valid line that begins at `line` of a block.
    pub(crate) fn record(&mut self, line: usize) {
        self.state.records += 1;
        self.state.frames.clear();
        let open = cursor::record_at(self.block.bytes, line);
        self.state.frames.push(Frame {
            is_object: true,
            name: NO_NAME,
            is_name_data: false,
            node: Some(0),
        });
        let mut next = cursor::first_in(self.block.bytes, open);
        while !self.state.frames.is_empty() {
            next = match next {
                Ok(at) => self.item(at),
                Err(end) => {
                    self.state.frames.pop();
                    cursor::next_in(self.block.bytes, end)
                }
            };
        }
    }

    /// Walks a member or an element. Returns the start of the next one in the
    /// same container, or in the one that it opens; an error is the end of that.
    fn item(&mut self, at: usize) -> Result<usize, usize> {
        let is_object = self.state.frames.last().is_some_and(|frame| frame.is_object);
        let start = if is_object { self.member_name(at) } else { at };
        let value = cursor::value_at(self.block.bytes, start);
        match value.kind {
            Kind::Container => {
                let is_object = self.block.bytes.get(start) == Some(&b'{');
                let frame = Frame { is_object, name: NO_NAME, is_name_data: false, node: None };
                self.state.frames.push(frame);
                cursor::first_in(self.block.bytes, start)
            }
            Kind::String { .. } => {
                if let Some(class) = self.classify(&value) {
                    let (node, part) = self.place(true);
                    self.tree.add(node, part, class, self.state.records);
                }
                cursor::next_in(self.block.bytes, value.end)
            }
            _ => cursor::next_in(self.block.bytes, value.end),
        }
    }

    /// Walks the name of a member; returns the start of its value.
    fn member_name(&mut self, at: usize) -> usize {
        let name = cursor::value_at(self.block.bytes, at);
        let class = self.classify(&name);
        if let Some(frame) = self.state.frames.last_mut() {
            (frame.name, frame.is_name_data) = (name, class.is_some());
        }
        if let Some(class) = class {
            let (node, part) = self.place(false);
            let part = if part == PlacePart::Below { part } else { PlacePart::MemberName };
            self.tree.add(node, part, class, self.state.records);
        }
        cursor::value_after(self.block.bytes, name.end)
    }

    fn classify(&mut self, string: &Hit) -> Option<StringClass> {
        let raw = self.block.bytes.get(string.start + 1..string.end - 1)?;
        if let Kind::String { escaped: false } = string.kind {
            return self.classifier.classify(simdutf8::basic::from_utf8(raw).ok()?);
        }
        match cursor::decode_hit(self.block.bytes, string, &mut self.state.text) {
            true => self.classifier.classify(&self.state.text),
            // With a lone surrogate it equals no ID, but may contain one.
            false => self.classifier.quotes(&self.state.text).then_some(StringClass::Quoted),
        }
    }

    /// Returns the node of the current container, or of the current value in it
    /// if `value` is set, and the part of the place that this is.
    fn place(&mut self, value: bool) -> (usize, PlacePart) {
        let full_depth = self.state.frames.len() + usize::from(value) - 1;
        let depth = full_depth.min(MOST_SEGMENTS);
        let mut around = self.state.frames[..=depth.min(self.state.frames.len() - 1)].iter();
        let known = around.rposition(|frame| frame.node.is_some()).unwrap_or(0);
        let mut node = self.state.frames[known].node.unwrap_or(0);
        for level in known..depth {
            node = self.step(level, node);
            if let Some(frame) = self.state.frames.get_mut(level + 1) {
                frame.node = Some(node);
            }
        }
        (node, if depth < full_depth { PlacePart::Below } else { PlacePart::Value })
    }

    /// Returns the node of the current value in the container at `level`, whose
    /// own node is `node`.
    fn step(&mut self, level: usize, node: usize) -> usize {
        let frame = self.state.frames[level];
        let mut name = std::mem::take(&mut self.state.name);
        let step = match frame {
            Frame { is_object: false, .. } => Step::Item,
            Frame { is_name_data: true, .. } => Step::Member(None),
            Frame { name: hit, .. } => {
                cursor::decode_hit(self.block.bytes, &hit, &mut name);
                match self.block.ruled.contains(name.as_str()) {
                    true => Step::Field(&name),
                    false => Step::Member(Some(&name)),
                }
            }
        };
        let Self { block, tree, state, .. } = self;
        let child = tree.child(node, step, || block.is_wildcard(&state.frames[..=level]));
        self.state.name = name;
        child
    }
}

impl TableBlock<'_> {
    /// Whether the current value in the innermost of these containers is a
    /// wildcard. This is asked once for each place.
    fn is_wildcard(&self, around: &[Frame]) -> bool {
        if self.wildcards.is_empty() {
            return false;
        }
        let mut path: Vec<Segment> = Vec::new();
        for frame in around {
            let is_wildcard = self.wildcards.contains(&(self.table, path.clone()));
            path.push(match frame {
                Frame { is_object: true, is_name_data: false, name, .. } => {
                    let mut plain = String::new();
                    cursor::decode_hit(self.bytes, name, &mut plain);
                    match is_wildcard && !self.ruled.contains(plain.as_str()) {
                        true => Segment::Any,
                        false => Segment::Name(plain),
                    }
                }
                _ => Segment::Any,
            });
        }
        self.wildcards.contains(&(self.table, path))
    }
}
