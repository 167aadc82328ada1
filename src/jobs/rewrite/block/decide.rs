//! What becomes of one ID.

use crate::idmap::{Form, IdMap, Probe, Row, Standing};
use crate::rules::{Classes, IdForm};

/// The fate of a string at a declared field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A literal that is no user.
    Exempt,
    /// A source: rewritten to its target.
    Mapped(Row),
    /// A source that the map lets stay.
    Kept(Row),
    /// A target of the map already.
    Already,
    /// Of source form, and not in the map.
    Unmapped,
    /// Of target form: born in the new system.
    Native,
    /// Anything else, and always the empty string.
    Unrecognized,
    /// A source among member names that cannot become its target.
    Collided,
}

/// What decides: the map, and the forms of IDs that it does not have.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'d> {
    /// The map.
    pub map: &'d IdMap,
    /// The forms.
    pub classes: &'d Classes,
}

impl Decider<'_> {
    /// Decides about a decoded string. `exact` is false where its spelling
    /// holds a lone surrogate, so that it equals no ID.
    pub fn decide(&self, id: &str, exact: bool) -> Decision {
        let probe = self.map.probe(id.as_bytes());
        match exact {
            true => self.decide_probed(&probe, id.as_bytes()),
            false => self.decide_unknown(&probe, id),
        }
    }

    /// Decides about the bytes of an ID that was probed.
    #[inline]
    pub fn decide_probed(&self, probe: &Probe, id: &[u8]) -> Decision {
        match self.map.settle(probe, id) {
            Standing::Source(row) => Decision::Mapped(row),
            Standing::Kept(row) => Decision::Kept(row),
            Standing::Target => Decision::Already,
            Standing::Unknown => self.decide_unknown(probe, &String::from_utf8_lossy(id)),
        }
    }

    /// Decides by its form about an ID that the map does not have.
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
