//! Finds the fields of a record if they are more than its top-level members.
//!
//! The scanner finds the members with which paths begin. Their content is
//! searched here by a tree of all paths, only as far as paths lead; everything
//! else is skipped. The depth of recursion is that of the rules, never that of
//! the data.

use std::ops::Range;

use crate::json::{Hit, Kind, cursor};
use crate::report::Occurrences;
use crate::rules::{Member, Node, TablePlan, Tree, push_token};

/// The fields found in some lines.
#[derive(Debug, Default)]
pub(crate) struct LocatedFields {
    /// The values and member names that are fields, in order. The name of a hit
    /// is the index of its field; for the record's `_id` it is the number of
    /// fields.
    pub(crate) hits: Vec<Hit>,
    /// What else was found out about fields.
    pub(crate) notes: Vec<Note>,
    /// How often each field was absent and not noted, with places in the block.
    pub(crate) absent: Vec<Occurrences>,
    /// The numbers of hits and notes up to the end of each line.
    pub(crate) ends: Vec<(usize, usize)>,
    /// The JSON Pointer of each hit, if a change log is wanted.
    pub(crate) pointers: Vec<Pointer>,
    /// The member names among the hits: the number of their object, and their
    /// index.
    names: Vec<(usize, usize)>,
    objects: usize,
    scratch: Scratch,
}

/// The path of a hit: its JSON Pointer in the block's text, and whether it is a
/// member name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pointer {
    pub(crate) text: Range<usize>,
    pub(crate) key: bool,
}

/// An observation about a field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) field: usize,
    pub(crate) what: Observation,
}

impl Note {
    fn new(field: usize, what: Observation) -> Self {
        Self { field, what }
    }
}

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Observation {
    /// There is no value.
    Absent,
    /// A value on the way is of a type that the path cannot enter.
    WrongType,
    /// A name on the way occurs more than once.
    Repeated,
    /// The condition of the rule is false.
    Excluded,
}

/// Memory that is reused from line to line.
#[derive(Debug, Default)]
struct Scratch {
    /// A stack of tree nodes; those for the current position are on top.
    active: Vec<usize>,
    /// A stack of counts: how often each name of the current nodes was seen.
    seen: Vec<u32>,
    /// Whether the condition of each field holds.
    holds: Vec<bool>,
    /// Whether a name on the way to each field was seen twice in one object.
    repeated: Vec<bool>,
    /// The JSON Pointer of the current position.
    pointer: String,
    name: String,
}

/// Marks a field that the record's condition excludes.
const EXCLUDED: usize = usize::MAX;

impl LocatedFields {
    /// Begins a block of a table with this many fields.
    pub(crate) fn begin(&mut self, fields: usize) {
        self.absent.clear();
        self.absent.resize(fields, Occurrences::default());
    }

    /// Forgets the lines so far.
    pub(crate) fn clear(&mut self) {
        self.hits.clear();
        self.notes.clear();
        self.ends.clear();
        self.pointers.clear();
        self.names.clear();
        self.objects = 0;
    }

    /// Ends a line without fields.
    pub(crate) fn skip_line(&mut self) {
        self.ends.push((self.hits.len(), self.notes.len()));
    }

    /// Adds a line: where its record begins, and the members that the scanner
    /// found in it. Pointers are written to `texts` if it is given.
    pub(crate) fn line(
        &mut self,
        (plan, tree): (&TablePlan, &Tree),
        block: &[u8],
        start: usize,
        members: &[Hit],
        texts: Option<&mut String>,
    ) {
        let (hits, notes) = (self.hits.len(), self.notes.len());
        self.scratch.begin(plan.fields.len());
        let mut search = Search { tree, plan, block, start, found: self, texts };
        search.record(members);
        self.exclude(plan, hits, notes);
        self.skip_line();
    }

    /// Removes what was found for fields whose condition is false.
    fn exclude(&mut self, plan: &TablePlan, hits: usize, notes: usize) {
        let holds = &self.scratch.holds;
        let conditions = plan.fields.iter().zip(holds);
        if !conditions.clone().any(|(field, holds)| field.when.is_some() && !holds) {
            return;
        }
        let is_out = |field: usize| {
            plan.fields.get(field).is_some_and(|field| field.when.is_some()) && !holds[field]
        };
        for hit in &mut self.hits[hits..] {
            if is_out(hit.name) {
                hit.name = EXCLUDED;
            }
        }
        let kept = self.notes.split_off(notes);
        self.notes.extend(kept.into_iter().filter(|note| !is_out(note.field)));
        let out = (0..plan.fields.len()).filter(|field| is_out(*field));
        self.notes.extend(out.map(|field| Note::new(field, Observation::Excluded)));
    }

    /// For each object whose member names are IDs, the indices of their hits.
    pub(crate) fn objects(&mut self, hits: &[Hit]) -> impl Iterator<Item = &[(usize, usize)]> {
        self.names.retain(|(_, hit)| hits[*hit].name != EXCLUDED);
        self.names.sort_unstable();
        self.names.chunk_by(|(a, _), (b, _)| a == b)
    }
}

impl Scratch {
    fn begin(&mut self, fields: usize) {
        self.active.clear();
        self.seen.clear();
        self.pointer.clear();
        for flags in [&mut self.holds, &mut self.repeated] {
            flags.clear();
            flags.resize(fields, false);
        }
    }
}

/// A search through one record.
struct Search<'s> {
    tree: &'s Tree,
    plan: &'s TablePlan,
    block: &'s [u8],
    /// Where the record begins.
    start: usize,
    found: &'s mut LocatedFields,
    texts: Option<&'s mut String>,
}

impl<'s> Search<'s> {
    fn record(&mut self, members: &[Hit]) {
        self.found.scratch.active.push(0);
        let record = &self.tree.nodes[0];
        if self.tree.takes_all() {
            members.iter().for_each(|member| self.id(member));
            self.object(cursor::record_at(self.block, self.start), 0..1);
            return;
        }
        self.found.scratch.seen.resize(record.names.len(), 0);
        for member in members {
            self.id(member);
            let Some(wanted) = record.names.get(member.name) else { continue };
            self.found.scratch.seen[member.name] += 1;
            self.found.scratch.active.push(wanted.node);
            self.step_in(&wanted.name);
            self.visit(*member, 1..2);
            self.found.scratch.pointer.clear();
            self.found.scratch.active.pop();
        }
        self.settle_names(0..1, 0);
    }

    /// Passes on the record's `_id`.
    fn id(&mut self, member: &Hit) {
        if member.name == self.plan.id_name && self.texts.is_some() {
            self.push(Hit { name: self.plan.fields.len(), ..*member }, false);
        }
    }

    fn step_in(&mut self, name: &str) {
        if self.texts.is_some() {
            push_token(&mut self.found.scratch.pointer, name);
        }
    }

    fn push(&mut self, hit: Hit, key: bool) {
        self.found.hits.push(hit);
        if let Some(texts) = &mut self.texts {
            let start = texts.len();
            texts.push_str(&self.found.scratch.pointer);
            self.found.pointers.push(Pointer { text: start..texts.len(), key });
        }
    }

    fn note(&mut self, fields: &[usize], what: Observation) {
        self.found.notes.extend(fields.iter().map(|&field| Note::new(field, what)));
    }

    /// The node at a position of the stack.
    fn node(&self, place: usize) -> &'s Node {
        &self.tree.nodes[self.found.scratch.active[place]]
    }

    /// Visits a value to which the `active` nodes lead. Returns its end if it
    /// is a container that had to be searched.
    fn visit(&mut self, value: Hit, active: Range<usize>) -> Option<usize> {
        let mut enter = false;
        for place in active.clone() {
            let node = self.node(place);
            if let Some(field) = node.value {
                self.push(Hit { name: field, ..value }, false);
            }
            for &field in &node.conditions {
                self.found.scratch.holds[field] = self.equals(&value, field);
            }
            enter |= self.goes_on(&value, node);
        }
        match self.block[value.start] {
            _ if !enter => None,
            b'{' => Some(self.object(value.start, active)),
            _ => Some(self.array(value.start, active)),
        }
    }

    /// Whether paths continue in a value; notes it if they cannot.
    fn goes_on(&mut self, value: &Hit, node: &Node) -> bool {
        let Node { in_object, in_container, any, names, keys, .. } = node;
        match (value.kind, self.block[value.start]) {
            (Kind::Container, b'{') => any.is_some() || keys.is_some() || !names.is_empty(),
            (Kind::Container, _) => {
                self.note(in_object, Observation::WrongType);
                any.is_some()
            }
            (kind, _) => {
                let what =
                    if kind == Kind::Null { Observation::Absent } else { Observation::WrongType };
                self.note(in_object, what);
                self.note(in_container, what);
                false
            }
        }
    }

    /// Whether a value is the string of a field's condition.
    fn equals(&mut self, value: &Hit, field: usize) -> bool {
        let plan = self.plan;
        let Some(condition) = &plan.fields[field].when else { return false };
        let Kind::String { escaped } = value.kind else { return false };
        let raw = &self.block[value.start + 1..value.end - 1];
        match escaped {
            false => raw == condition.equals.as_bytes(),
            true => {
                let text = &mut self.found.scratch.name;
                cursor::decode_hit(self.block, value, text) && *text == condition.equals
            }
        }
    }

    fn array(&mut self, open: usize, active: Range<usize>) -> usize {
        for place in active.clone() {
            let any = self.node(place).any;
            self.found.scratch.active.extend(any);
        }
        let children = active.end..self.found.scratch.active.len();
        let depth = self.found.scratch.pointer.len();
        let mut item = cursor::first_in(self.block, open);
        let mut index = 0_u64;
        while let Ok(at) = item {
            if self.texts.is_some() {
                self.step_in(&index.to_string());
            }
            let end = self.value(at, children.clone());
            self.found.scratch.pointer.truncate(depth);
            item = cursor::next_in(self.block, end);
            index += 1;
        }
        self.found.scratch.active.truncate(active.end);
        item.unwrap_or_else(|end| end)
    }

    /// Visits the value that begins at `at`; returns its end.
    fn value(&mut self, at: usize, active: Range<usize>) -> usize {
        let value = cursor::value_at(self.block, at);
        let end = if active.is_empty() { None } else { self.visit(value, active) };
        match value.kind {
            Kind::Container => end.unwrap_or_else(|| cursor::container_end(self.block, at)),
            _ => value.end,
        }
    }

    fn object(&mut self, open: usize, active: Range<usize>) -> usize {
        let keys = active.clone().find_map(|place| self.node(place).keys);
        let object = self.found.objects;
        self.found.objects += 1;
        let seen = self.found.scratch.seen.len();
        let names: usize = active.clone().map(|place| self.node(place).names.len()).sum();
        self.found.scratch.seen.resize(seen + names, 0);
        let depth = self.found.scratch.pointer.len();
        let mut member = cursor::first_in(self.block, open);
        while let Ok(at) = member {
            let name = cursor::value_at(self.block, at);
            self.enter_member(&name, active.clone(), seen);
            if let Some(field) = keys {
                self.found.names.push((object, self.found.hits.len()));
                self.push(Hit { name: field, ..name }, true);
            }
            let children = active.end..self.found.scratch.active.len();
            let end = self.value(cursor::value_after(self.block, name.end), children);
            self.found.scratch.active.truncate(active.end);
            self.found.scratch.pointer.truncate(depth);
            member = cursor::next_in(self.block, end);
        }
        self.settle_names(active, seen);
        self.found.scratch.seen.truncate(seen);
        member.unwrap_or_else(|end| end)
    }

    /// Pushes the nodes of a member, and its name onto the pointer.
    fn enter_member(&mut self, name: &Hit, active: Range<usize>, seen: usize) {
        let raw = &self.block[name.start + 1..name.end - 1];
        let Kind::String { escaped: true } = name.kind else {
            return self.enter_named(Some(raw), active, seen);
        };
        let mut plain = std::mem::take(&mut self.found.scratch.name);
        let exact = cursor::decode_hit(self.block, name, &mut plain);
        self.enter_named(exact.then_some(plain.as_bytes()), active, seen);
        if !exact {
            self.step_in(&plain);
        }
        self.found.scratch.name = plain;
    }

    /// Does so by the decoded name, which is `None` if it equals no other.
    fn enter_named(&mut self, name: Option<&[u8]>, active: Range<usize>, mut seen: usize) {
        for place in active {
            let node = self.node(place);
            let is_it = |member: &Member| Some(member.name.as_bytes()) == name;
            if let Some(number) = node.names.iter().position(is_it) {
                self.found.scratch.seen[seen + number] += 1;
                self.found.scratch.active.push(node.names[number].node);
            }
            self.found.scratch.active.extend(node.any);
            seen += node.names.len();
        }
        if let Some(name) = name.filter(|_| self.texts.is_some()) {
            self.step_in(&String::from_utf8_lossy(name));
        }
    }

    /// Notes which names of the current nodes were not found, or found twice;
    /// their counts begin at `seen`.
    fn settle_names(&mut self, active: Range<usize>, seen: usize) {
        let mut counts = seen;
        for place in active {
            for member in &self.node(place).names {
                match self.found.scratch.seen[counts] {
                    0 => self.absent(member),
                    1 => {}
                    _ => self.repeated(member),
                }
                counts += 1;
            }
        }
    }

    /// Most records lack many fields. That is counted directly, unless a
    /// condition may exclude the field.
    fn absent(&mut self, member: &Member) {
        for &field in &member.always {
            self.found.absent[field].note(self.start as u64);
        }
        self.note(&member.sometimes, Observation::Absent);
    }

    /// Notes a repeated name, once a record however many objects repeat it.
    #[cold]
    fn repeated(&mut self, member: &Member) {
        for &field in member.always.iter().chain(&member.sometimes) {
            if !std::mem::replace(&mut self.found.scratch.repeated[field], true) {
                self.found.notes.push(Note::new(field, Observation::Repeated));
            }
        }
    }
}
