//! Decides what happens to one ID.

use crate::idmap::{Form, IdMap, IdRole, Probe, Row};
use crate::rules::{Classes, IdForm};

/// The decision about a string at a declared field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Exempt: a literal that is no user.
    Exempt,
    /// A source, rewritten to its target.
    Mapped(Row),
    /// A source that the map keeps.
    Kept(Row),
    /// A target of the map already.
    Already,
    /// Of source form, but not in the map.
    Unmapped,
    /// Of target form, but not in the map: created in the new system.
    Native,
    /// Anything else, and always the empty string.
    Unrecognized,
    /// A source among member names that cannot become its target.
    Collided,
}

/// Decides by the map, and by the forms of IDs that are not in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decider<'d> {
    /// The map.
    pub map: &'d IdMap,
    /// The forms.
    pub classes: &'d Classes,
}

impl Decider<'_> {
    /// Decides about a decoded string. `exact` is false if it contains a lone
    /// surrogate, so that it equals no ID.
    pub(crate) fn decide(&self, id: &str, exact: bool) -> Decision {
        let probe = self.map.probe(id.as_bytes());
        match exact {
            true => self.decide_probed(&probe, id.as_bytes()),
            false => self.decide_unknown(&probe, id),
        }
    }

    /// Decides about the bytes of an ID that has been probed.
    #[inline]
    pub(crate) fn decide_probed(&self, probe: &Probe, id: &[u8]) -> Decision {
        match self.map.settle(probe, id) {
            IdRole::Source(row) => Decision::Mapped(row),
            IdRole::Kept(row) => Decision::Kept(row),
            IdRole::Target => Decision::Already,
            IdRole::Unknown => self.decide_unknown(probe, &String::from_utf8_lossy(id)),
        }
    }

    /// Decides about an ID that is not in the map, by its form.
    fn decide_unknown(&self, probe: &Probe, id: &str) -> Decision {
        let is_of = |form: &IdForm| match form {
            IdForm::Known(Form::Uuid) => probe.is_uuid(),
            other => other.matches(id),
        };
        match self.classes {
            _ if id.is_empty() => Decision::Unrecognized,
            classes if is_of(&classes.source) => Decision::Unmapped,
            classes if classes.target.as_ref().is_some_and(is_of) => Decision::Native,
            _ => Decision::Unrecognized,
        }
    }
}
