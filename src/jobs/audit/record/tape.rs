//! A record as a list of its values in order.

use std::ops::Range;

use super::number;
use super::text::{Text, decode, decoded_length};
use super::token::{LineFault, LineFaultKind, fault, scalar_end, string_end, unexpected};
use crate::idmap::IdLengths;

/// A line and its tape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'r> {
    pub(crate) text: &'r [u8],
    pub(crate) tape: &'r Tape,
}

/// The values and member names of a record, in order; node 0 is the record
/// itself. It takes 16 bytes a value, and nothing recurses, however deep the
/// record is.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    /// The strings and names with a wanted length.
    wanted: Vec<u32>,
}

/// A value or a member name.
#[derive(Debug, Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    /// For a container, the node after its content; for a scalar [`PLAIN`] or
    /// [`ESCAPED`].
    next: u32,
    /// For an element its array, for a name its object, for a member's value
    /// its name.
    parent: u32,
}

const NONE: u32 = u32::MAX;
const PLAIN: u32 = 0;
const ESCAPED: u32 = u32::MAX;

impl Tape {
    /// Reads a line, without its newline: one object, strictly by RFC 8259,
    /// with any depth and numbers of any size.
    pub(crate) fn read(&mut self, line: &[u8]) -> Result<(), LineFault> {
        self.read_for(line, &IdLengths::NONE)
    }

    /// Like [`Self::read`], and notes the strings with one of these lengths.
    pub(crate) fn read_for(&mut self, line: &[u8], lengths: &IdLengths) -> Result<(), LineFault> {
        self.nodes.clear();
        self.wanted.clear();
        if line.len() >= NONE as usize {
            return fault(0, LineFaultKind::TooLong);
        }
        match simdutf8::basic::from_utf8(line) {
            Ok(_) => self.record(line, lengths),
            Err(_) => self.not_utf8(line),
        }
    }

    /// Finds the first fault of a line that is not UTF-8.
    #[cold]
    fn not_utf8(&mut self, line: &[u8]) -> Result<(), LineFault> {
        let good = std::str::from_utf8(line).map_or_else(|error| error.valid_up_to(), str::len);
        match self.record(&line[..good], &IdLengths::NONE) {
            Err(found) if found.at < good => Err(found),
            _ => fault(good, LineFaultKind::NotUtf8),
        }
    }

    fn record(&mut self, text: &[u8], lengths: &IdLengths) -> Result<(), LineFault> {
        let start = blanks_end(text, 0);
        match text.get(start) {
            Some(b'{') => {}
            None => return fault(start, LineFaultKind::Blank),
            Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                return fault(start, LineFaultKind::NoObject);
            }
            Some(_) => return fault(start, LineFaultKind::Character),
        }
        let end = blanks_end(text, self.containers(text, start, lengths)?);
        if end < text.len() { fault(end, LineFaultKind::More) } else { Ok(()) }
    }

    /// Reads the container that opens at `at` with its content; returns its
    /// end.
    fn containers(
        &mut self,
        text: &[u8],
        mut at: usize,
        lengths: &IdLengths,
    ) -> Result<usize, LineFault> {
        let mut open = self.push(at, NONE as usize, NONE);
        at += 1;
        let mut fresh = true;
        loop {
            let is_object = self.is_object(text, open);
            at = blanks_end(text, at);
            match text.get(at) {
                Some(b'}') if is_object => {}
                Some(b']') if !is_object => {}
                Some(b',') if !fresh => {
                    at = blanks_end(text, at + 1);
                    (at, open, fresh) = self.child((text, lengths), at, open, is_object)?;
                    continue;
                }
                Some(_) if fresh => {
                    (at, open, fresh) = self.child((text, lengths), at, open, is_object)?;
                    continue;
                }
                _ => return unexpected(text, at),
            }
            at += 1;
            self.close(open, at);
            fresh = false;
            match self.container(text, open as usize) {
                Some(outer) => open = outer as u32,
                None => return Ok(at),
            }
        }
    }

    /// Reads an element or member up to the end of a scalar or the start of a
    /// container; returns where that is, which container is open then, and
    /// whether it is still empty.
    fn child(
        &mut self,
        (text, lengths): (&[u8], &IdLengths),
        mut at: usize,
        open: u32,
        is_object: bool,
    ) -> Result<(usize, u32, bool), LineFault> {
        let mut parent = open;
        if is_object {
            if text.get(at) != Some(&b'"') {
                return unexpected(text, at);
            }
            parent = self.nodes.len() as u32;
            at = blanks_end(text, self.string((text, lengths), at, open)?);
            if text.get(at) != Some(&b':') {
                return unexpected(text, at);
            }
            at = blanks_end(text, at + 1);
        }
        let end = match text.get(at) {
            Some(b'"') => self.string((text, lengths), at, parent)?,
            Some(b'{' | b'[') => return Ok((at + 1, self.push(at, NONE as usize, parent), true)),
            _ => {
                let end = scalar_end(text, at)?;
                self.push(at, end, parent);
                end
            }
        };
        Ok((end, open, false))
    }

    /// Reads a string; returns its end.
    fn string(
        &mut self,
        (text, lengths): (&[u8], &IdLengths),
        at: usize,
        parent: u32,
    ) -> Result<usize, LineFault> {
        let (end, escaped) = string_end(text, at)?;
        let node = self.push(at, end, parent);
        let length = match escaped {
            false => end - at - 2,
            true => {
                self.nodes[node as usize].next = ESCAPED;
                decoded_length(&text[at..end])
            }
        };
        if lengths.has(length) {
            self.wanted.push(node);
        }
        Ok(end)
    }

    fn push(&mut self, at: usize, end: usize, parent: u32) -> u32 {
        let number = self.nodes.len() as u32;
        self.nodes.push(Node { start: at as u32, end: end as u32, next: PLAIN, parent });
        number
    }

    fn close(&mut self, node: u32, end: usize) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.end = end as u32;
            node.next = next;
        }
    }

    fn is_object(&self, text: &[u8], node: u32) -> bool {
        text[self.nodes[node as usize].start as usize] == b'{'
    }

    /// The container of a node; `None` for the record.
    fn container(&self, text: &[u8], node: usize) -> Option<usize> {
        let parent = self.parent(node)?;
        match text[self.start(parent)] {
            b'"' => self.parent(parent),
            _ => Some(parent),
        }
    }

    /// The strings and names with a wanted length.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = usize> {
        self.wanted.iter().map(|node| *node as usize)
    }

    /// Those of them in a range of nodes.
    pub(crate) fn wanted_in(&self, nodes: Range<usize>) -> impl Iterator<Item = usize> {
        let first = self.wanted.partition_point(|node| (*node as usize) < nodes.start);
        let rest = self.wanted[first..].iter().map(|node| *node as usize);
        rest.take_while(move |node| *node < nodes.end)
    }

    /// Where the name is of a value that is a top-level member.
    pub(crate) fn member_of_record(&self, node: usize) -> Option<Range<usize>> {
        let name = self.parent(node)?;
        (self.parent(name)? == 0).then(|| self.start(name)..self.end(name))
    }

    /// The position of a node in its line.
    pub(crate) fn start(&self, node: usize) -> usize {
        self.nodes[node].start as usize
    }

    /// The end of a node.
    pub(crate) fn end(&self, node: usize) -> usize {
        self.nodes[node].end as usize
    }

    /// The node after this one and its content.
    pub(crate) fn next(&self, node: usize) -> usize {
        match self.nodes[node].next {
            PLAIN | ESCAPED => node + 1,
            next => next as usize,
        }
    }

    /// Whether a node is a string with escapes.
    pub(crate) fn is_escaped(&self, node: usize) -> bool {
        self.nodes[node].next == ESCAPED
    }

    /// For an element its array, for a name its object, for a member's value
    /// its name.
    pub(crate) fn parent(&self, node: usize) -> Option<usize> {
        let parent = self.nodes[node].parent;
        (parent != NONE).then_some(parent as usize)
    }

    /// The last node from `from` on that begins at or before `at`.
    pub(crate) fn node_at(&self, from: usize, at: usize) -> Option<usize> {
        let nodes = self.nodes.get(from..).unwrap_or_default();
        let found = nodes.partition_point(|node| node.start as usize <= at);
        found.checked_sub(1).map(|index| from + index)
    }
}

impl<'r> Record<'r> {
    /// The bytes of a node.
    pub(crate) fn bytes(&self, node: usize) -> &'r [u8] {
        &self.text[self.tape.start(node)..self.tape.end(node)]
    }

    /// The first byte of a node, which shows its type.
    pub(crate) fn first(&self, node: usize) -> u8 {
        self.text[self.tape.start(node)]
    }

    /// Whether a token is the same number as the node in another kind of
    /// literal, as programs write it that know only one kind.
    pub(crate) fn retyped(&self, node: usize, token: &[u8]) -> bool {
        let old = self.bytes(node);
        let are_numbers = number::is_number(old) && number::is_number(token);
        are_numbers && number::same_amount(old, token) && !number::same(old, token)
    }

    /// The bytes between the quotes of a string.
    pub(crate) fn inner(&self, node: usize) -> &'r [u8] {
        &self.text[self.tape.start(node) + 1..self.tape.end(node) - 1]
    }

    pub(crate) fn is_string(&self, node: usize) -> bool {
        self.first(node) == b'"'
    }

    pub(crate) fn is_container(&self, node: usize) -> bool {
        matches!(self.first(node), b'{' | b'[')
    }

    /// Whether a node is a member name.
    pub(crate) fn is_name(&self, node: usize) -> bool {
        self.tape.parent(node).is_some_and(|parent| self.first(parent) == b'{')
    }

    /// The container of a node; `None` for the record.
    pub(crate) fn container(&self, node: usize) -> Option<usize> {
        self.tape.container(self.text, node)
    }

    /// The text of a string.
    pub(crate) fn string(&self, node: usize) -> Text<'r> {
        decode(self.bytes(node))
    }

    /// The elements of an array or the member names of an object.
    pub(crate) fn children(&self, node: usize) -> impl Iterator<Item = usize> + use<'r> {
        let Record { tape, .. } = *self;
        let is_object = self.first(node) == b'{';
        let end = tape.next(node);
        let mut at = node + 1;
        std::iter::from_fn(move || {
            let child = (at < end).then_some(at)?;
            at = if is_object { tape.next(child + 1) } else { tape.next(child) };
            Some(child)
        })
    }
}

/// The end of blanks (section 2); a line has no newline.
pub(crate) fn blanks_end(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = text.get(at) {
        at += 1;
    }
    at
}
