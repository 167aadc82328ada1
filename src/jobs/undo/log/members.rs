//! The members of a line that a run wrote.

use super::fault::{LogFault, Misread};
use crate::json::{Hit, Kind, decode_hit};

/// The wanted members of a line: where a name stands twice, the last counts.
#[derive(Clone, Copy)]
pub(crate) struct Members<'m> {
    /// What the hits are places in.
    pub(crate) bytes: &'m [u8],
    /// Where the line begins.
    pub(crate) start: usize,
    pub(crate) hits: &'m [Hit],
    /// What the names of hits number.
    pub(crate) names: &'static [&'static str],
}

impl<'m> Members<'m> {
    pub(crate) fn find(&self, name: usize) -> Option<&'m Hit> {
        self.hits.iter().rfind(|hit| hit.name == name)
    }

    /// A member that must be there.
    pub(crate) fn need(&self, name: usize) -> Result<&'m Hit, Misread> {
        let missing = Misread { at: 0, fault: LogFault::Missing(self.names[name]) };
        self.find(name).ok_or(missing)
    }

    pub(crate) fn wrong(&self, hit: &Hit, wanted: &'static str) -> Misread {
        let fault = LogFault::Wrong { member: self.names[hit.name], wanted };
        Misread { at: hit.start - self.start, fault }
    }

    /// Decodes a string, which must be text: no ID holds half a character.
    pub(crate) fn text(&self, hit: &Hit, into: &mut String) -> Result<(), Misread> {
        match hit.kind {
            Kind::String { .. } if decode_hit(self.bytes, hit, into) => Ok(()),
            _ => Err(self.wrong(hit, "a string")),
        }
    }

    /// What stands there, as it is written.
    pub(crate) fn token(&self, hit: &Hit) -> &'m str {
        str::from_utf8(&self.bytes[hit.start..hit.end]).unwrap_or_default()
    }

    /// A whole number, if there is one.
    pub(crate) fn number(&self, name: usize) -> Result<Option<u64>, Misread> {
        let Some(hit) = self.find(name) else { return Ok(None) };
        let number = self.token(hit).parse();
        number.map(Some).map_err(|_| self.wrong(hit, "a whole number"))
    }

    /// `true` or `false`; the latter where there is nothing.
    pub(crate) fn flag(&self, name: usize) -> Result<bool, Misread> {
        let Some(hit) = self.find(name) else { return Ok(false) };
        match self.token(hit) {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.wrong(hit, "true or false")),
        }
    }
}
