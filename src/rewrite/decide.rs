//! What becomes of one ID.

use crate::idmap::{Form, IdMap, Probe, Row, Standing};

/// The fate of a string at a declared field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
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
}

/// Decides about a decoded string. `exact` is false where its spelling holds
/// a lone surrogate, so that it equals no ID.
#[inline]
pub fn decide(map: &IdMap, id: &str, exact: bool) -> Decision {
    let probe = map.probe(id);
    let standing = if exact { map.settle(&probe, id) } else { Standing::Unknown };
    judge(map, standing, &probe, id)
}

/// Decides about an ID that was probed.
#[inline]
pub fn decide_probed(map: &IdMap, probe: &Probe, id: &str) -> Decision {
    judge(map, map.settle(probe, id), probe, id)
}

#[inline]
fn judge(map: &IdMap, standing: Standing, probe: &Probe, id: &str) -> Decision {
    let is_of = |form: Form| match form {
        Form::Uuid => probe.is_uuid(),
        other => other.matches(id),
    };
    match standing {
        Standing::Source(row) => Decision::Mapped(row),
        Standing::Kept(row) => Decision::Kept(row),
        Standing::Target => Decision::Already,
        Standing::Unknown if id.is_empty() => Decision::Unrecognized,
        Standing::Unknown if is_of(map.forms.source) => Decision::Unmapped,
        Standing::Unknown if map.forms.target.is_some_and(is_of) => Decision::Native,
        Standing::Unknown => Decision::Unrecognized,
    }
}
