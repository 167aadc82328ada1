//! Where a node is in its record.

use std::collections::HashMap;

use super::tape::Record;
use super::text::Text;
use crate::rules::{Segment, push_token};

/// One step on the way from the record to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'r> {
    /// To the member with this name.
    Name(Text<'r>),
    /// To the element with this index.
    Index(usize),
}

impl Step<'_> {
    /// Whether a segment of a path goes this way.
    pub(crate) fn follows(&self, segment: &Segment) -> bool {
        match (segment, self) {
            (Segment::Any, _) => true,
            (Segment::Name(name), Step::Name(text)) => text.is(name),
            (Segment::Name(_), Step::Index(_)) => false,
        }
    }
}

/// Finds the places of nodes in one record.
///
/// Elements are counted from the one that was asked for last, so that asking
/// for all of them in turn does not count each array again.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<usize, (usize, usize)>);

impl Places {
    /// Begins another record.
    pub(crate) fn clear(&mut self) {
        if !self.0.is_empty() {
            self.0.clear();
        }
    }

    /// The steps to a node; for a member name, those to its value.
    pub(crate) fn steps<'r>(&mut self, record: Record<'r>, node: usize) -> Vec<Step<'r>> {
        let mut steps = Vec::new();
        let mut at = if record.is_name(node) { node + 1 } else { node };
        while let Some(parent) = record.tape.parent(at) {
            match record.first(parent) {
                b'[' => {
                    steps.push(Step::Index(self.index(record, parent, at)));
                    at = parent;
                }
                _ => {
                    steps.push(Step::Name(record.string(parent)));
                    at = record.tape.parent(parent).unwrap_or_default();
                }
            }
        }
        steps.reverse();
        steps
    }

    /// The index of an element.
    fn index(&mut self, record: Record<'_>, array: usize, element: usize) -> usize {
        let known = self.0.get(&array).copied().filter(|(at, _)| *at <= element);
        let (mut at, mut index) = known.unwrap_or((array + 1, 0));
        while at < element {
            at = record.tape.next(at);
            index += 1;
        }
        self.0.insert(array, (at, index));
        index
    }
}

/// Steps as a JSON Pointer (RFC 6901).
pub(crate) fn pointer(steps: &[Step<'_>]) -> String {
    let mut pointer = String::new();
    for step in steps {
        match step {
            Step::Name(name) => push_token(&mut pointer, &name.shown()),
            Step::Index(index) => push_token(&mut pointer, &index.to_string()),
        }
    }
    pointer
}
