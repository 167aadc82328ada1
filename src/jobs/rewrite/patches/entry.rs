//! A record as an argument of an update mutation: its `_id` and the declared
//! members, as they are after the run.

use std::collections::HashMap;
use std::fmt;

use crate::json::{
    Hit, Kind, Names, container_end, decode_hit, first_in, next_in, record_at, value_after,
    value_at,
};
use crate::rules::{Segment, TablePlan};

/// A member that an import sets and no mutation can.
const SYSTEM: &str = "_creationTime";

/// The members of a table's records that patches carry.
#[derive(Debug)]
pub(crate) struct Declared {
    /// `_id`, and then the names with which paths begin.
    names: Names,
    /// Whether each of these is required in a record.
    required: Vec<bool>,
    /// If paths begin with a wildcard, all members are declared; then, whether
    /// they are required.
    others: Option<bool>,
    /// Whether the rules can change an `_id` or the name of a member.
    renames: bool,
}

/// Why a mutation cannot change a record as the run did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// It has no `_id` to find it by.
    NoId,
    /// Its `_id` was mapped.
    NewId,
    /// The name of a top-level member was mapped.
    Renamed,
    /// A required member is null.
    Null(String),
}

/// Finds the members of records that patches carry; reused from record to
/// record.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    /// The last member found for each name.
    found: Vec<Option<Member>>,
    /// The numbers of names that no path has.
    others: HashMap<String, usize>,
    text: String,
}

/// A member: its name, and its value up to `end`.
#[derive(Debug, Clone, Copy)]
struct Member {
    name: Hit,
    value: Hit,
    end: usize,
}

impl Declared {
    pub(crate) fn of(plan: &TablePlan) -> Self {
        let mut names = vec!["_id"];
        let mut required = vec![true];
        let (mut others, mut renames) = (None, false);
        for rule in &plan.fields {
            match rule.path.segments().first() {
                Some(Segment::Name(name)) => {
                    let known = names.iter().position(|known| known == name);
                    let number = known.unwrap_or(names.len());
                    if known.is_none() {
                        names.push(name);
                        required.push(false);
                    }
                    required[number] |= !rule.optional;
                    renames |= number == 0;
                }
                Some(Segment::Any) => {
                    others = Some(others.unwrap_or(false) | !rule.optional);
                    renames = true;
                }
                None => renames = true,
            }
        }
        let all = others.unwrap_or(false);
        required.iter_mut().for_each(|required| *required |= all);
        Self { names: Names::new(names), required, others, renames }
    }

    fn requires(&self, number: usize) -> bool {
        self.required.get(number).copied().or(self.others).unwrap_or(false)
    }
}

impl Finder {
    /// Appends the entry of a record that begins `after` and was at the
    /// beginning of `before`; nothing if it must be left out. Values are copied
    /// unchanged. If a name occurs twice, the last member counts, as in JSON
    /// parsers.
    pub(crate) fn entry(
        &mut self,
        declared: &Declared,
        before: &[u8],
        after: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), LeftOut> {
        if declared.renames {
            self.check_identity(declared, before, after)?;
        }
        self.find(declared, after);
        let id = self.id().filter(|id| matches!(id.kind, Kind::String { .. }));
        let id = id.ok_or(LeftOut::NoId)?;
        let mut members: Vec<_> = self.members().collect();
        members.sort_by_key(|(_, member)| member.value.start);
        for (number, member) in &members {
            if member.value.kind == Kind::Null && declared.requires(*number) {
                decode_hit(after, &member.name, &mut self.text);
                return Err(LeftOut::Null(self.text.clone()));
            }
        }
        out.extend_from_slice(b"{\"_id\":");
        out.extend_from_slice(&after[id.start..id.end]);
        for (_, member) in members.iter().filter(|(_, member)| member.value.kind != Kind::Null) {
            out.push(b',');
            out.extend_from_slice(&after[member.name.start..member.name.end]);
            out.push(b':');
            out.extend_from_slice(&after[member.value.start..member.end]);
        }
        out.push(b'}');
        Ok(())
    }

    /// The `_id` of a record, as a change log has it.
    pub(crate) fn id_of<'b>(&mut self, declared: &Declared, record: &'b [u8]) -> Option<&'b [u8]> {
        self.find(declared, record);
        let id = self.id().filter(|id| id.kind != Kind::Container)?;
        Some(&record[id.start..id.end])
    }

    /// Refuses a record that would become another one, or that would keep a
    /// member under its old name.
    fn check_identity(
        &mut self,
        declared: &Declared,
        before: &[u8],
        after: &[u8],
    ) -> Result<(), LeftOut> {
        if self.id_of(declared, before) != self.id_of(declared, after) {
            return Err(LeftOut::NewId);
        }
        let mut names = members(before).zip(members(after));
        let same = |(old, new): (Member, Member)| {
            before[old.name.start..old.name.end] == after[new.name.start..new.name.end]
        };
        if names.all(same) { Ok(()) } else { Err(LeftOut::Renamed) }
    }

    fn find(&mut self, declared: &Declared, record: &[u8]) {
        self.found.clear();
        self.found.resize(declared.required.len(), None);
        self.others.clear();
        for member in members(record) {
            if let Some(number) = self.number(declared, record, &member.name) {
                self.found[number] = Some(member);
            }
        }
    }

    /// The number of a name, if patches carry it.
    fn number(&mut self, declared: &Declared, record: &[u8], name: &Hit) -> Option<usize> {
        let exact = decode_hit(record, name, &mut self.text);
        let known = declared.names.find(&self.text).filter(|_| exact);
        if known.is_some() || declared.others.is_none() || !exact || self.text == SYSTEM {
            return known;
        }
        let new = self.found.len();
        let number = *self.others.entry(self.text.clone()).or_insert(new);
        if number == new {
            self.found.push(None);
        }
        Some(number)
    }

    fn id(&self) -> Option<Hit> {
        self.found.first()?.map(|member| member.value)
    }

    /// The members found besides `_id`, with their numbers.
    fn members(&self) -> impl Iterator<Item = (usize, Member)> {
        let found = self.found.iter().enumerate().skip(1);
        found.filter_map(|(number, member)| Some((number, (*member)?)))
    }
}

/// The members of the record at the start of a line, in order.
fn members(line: &[u8]) -> impl Iterator<Item = Member> {
    let mut at = first_in(line, record_at(line, 0));
    std::iter::from_fn(move || {
        let name = value_at(line, at.ok()?);
        let value = value_at(line, value_after(line, name.end));
        let end = match value.kind {
            Kind::Container => container_end(line, value.start),
            _ => value.end,
        };
        at = next_in(line, end);
        Some(Member { name, value, end })
    })
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoId => f.write_str("there is no _id that is a string to find the record by"),
            Self::NewId => f.write_str("the _id itself is mapped, which no mutation can change"),
            Self::Renamed => f.write_str(
                "a member of the record itself has a new name, and a patch would leave the old one",
            ),
            Self::Null(name) => write!(f, "{name} is required and null, which a mutation refuses"),
        }
    }
}

#[cfg(test)]
#[path = "../../../../tests/models/rewrite/entry.rs"]
mod tests;
