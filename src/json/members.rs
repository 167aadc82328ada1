//! Members of one line, by name and type: for lists of JSON objects whose
//! member names are known beforehand.

use std::fmt;

use super::cursor::decode_hit;
use super::fault::RecordFault;
use super::hit::{Hit, Kind};
use super::names::Names;
use super::utf8::check_utf8;
use super::walker::Walker;

/// Reads single lines; reused, so that it allocates nothing once grown.
#[derive(Debug)]
pub(crate) struct MemberReader {
    names: &'static [&'static str],
    wanted: Names,
    walker: Walker,
}

impl MemberReader {
    /// A reader of the members with these names.
    pub(crate) fn new(names: &'static [&'static str]) -> Self {
        let wanted = Names::new(names.iter().copied());
        Self { names, wanted, walker: Walker::default() }
    }

    /// Reads a line without its newline.
    pub(crate) fn read<'m>(&'m mut self, line: &'m [u8]) -> Result<Members<'m>, RecordFault> {
        self.walker.walk(check_utf8(line)?, &self.wanted)?;
        Ok(Members { bytes: line, start: 0, hits: self.walker.hits(), names: self.names })
    }
}

/// The wanted members of a valid line. If a name is repeated, its last member
/// counts. `name` is always the number of a name in `names`. All methods return
/// a fault if the member has another type.
#[derive(Clone, Copy)]
pub(crate) struct Members<'m> {
    /// The bytes that hits are spans of.
    pub(crate) bytes: &'m [u8],
    /// The offset of the line in `bytes`.
    pub(crate) start: usize,
    pub(crate) hits: &'m [Hit],
    pub(crate) names: &'static [&'static str],
}

impl<'m> Members<'m> {
    /// The last member with this name.
    pub(crate) fn find(&self, name: usize) -> Option<&'m Hit> {
        self.hits.iter().rfind(|hit| hit.name == name)
    }

    /// The same, for a member that the line must have.
    pub(crate) fn require(&self, name: usize) -> Result<&'m Hit, MemberFault> {
        let kind = MemberFaultKind::Missing(self.names[name]);
        self.find(name).ok_or(MemberFault { at: 0, kind })
    }

    /// Decodes a string that the line must have into `text`; returns its hit.
    pub(crate) fn require_text(
        &self,
        name: usize,
        text: &mut String,
    ) -> Result<&'m Hit, MemberFault> {
        let hit = self.require(name)?;
        self.decode(hit, text).map(|()| hit)
    }

    /// Decodes a string into `text`; one with a lone surrogate is a fault.
    pub(crate) fn decode(&self, hit: &Hit, text: &mut String) -> Result<(), MemberFault> {
        match hit.kind {
            Kind::String { .. } if decode_hit(self.bytes, hit, text) => Ok(()),
            _ => Err(self.wrong(hit, "a string")),
        }
    }

    /// A value as it is written.
    pub(crate) fn token(&self, hit: &Hit) -> &'m str {
        str::from_utf8(&self.bytes[hit.start..hit.end]).unwrap_or_default()
    }

    /// A whole number, if the line has it.
    pub(crate) fn number(&self, name: usize) -> Result<Option<u64>, MemberFault> {
        let Some(hit) = self.find(name) else { return Ok(None) };
        let number = self.token(hit).parse();
        number.map(Some).map_err(|_| self.wrong(hit, "a whole number"))
    }

    /// A flag, `false` if the line lacks it.
    pub(crate) fn flag(&self, name: usize) -> Result<bool, MemberFault> {
        let Some(hit) = self.find(name) else { return Ok(false) };
        match self.token(hit) {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.wrong(hit, "true or false")),
        }
    }

    /// The fault of a member that is not `expected`, as in "a string".
    pub(crate) fn wrong(&self, hit: &Hit, expected: &'static str) -> MemberFault {
        let kind = MemberFaultKind::Wrong { member: self.names[hit.name], expected };
        MemberFault { at: hit.start - self.start, kind }
    }
}

/// A member that is not as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemberFault {
    /// Bytes from the start of the line.
    pub(crate) at: usize,
    pub(crate) kind: MemberFaultKind,
}

/// What is wrong with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberFaultKind {
    /// The line lacks the member.
    Missing(&'static str),
    /// The member has another type.
    Wrong {
        /// Its name.
        member: &'static str,
        /// What it must be, as in "a string".
        expected: &'static str,
    },
}

impl fmt::Display for MemberFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(member) => write!(f, "no \"{member}\" in this line"),
            Self::Wrong { member, expected } => write!(f, "\"{member}\" is not {expected}"),
        }
    }
}
