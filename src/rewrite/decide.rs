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
pub fn decide(map: &IdMap, id: &str, exact: bool) -> Decision {
    let probe = map.probe(id.as_bytes());
    match exact {
        true => decide_probed(map, &probe, id.as_bytes()),
        false => decide_unknown(map, &probe, id),
    }
}

/// Decides about the bytes of an ID that was probed.
#[inline]
pub fn decide_probed(map: &IdMap, probe: &Probe, id: &[u8]) -> Decision {
    match map.settle(probe, id) {
        Standing::Source(row) => Decision::Mapped(row),
        Standing::Kept(row) => Decision::Kept(row),
        Standing::Target => Decision::Already,
        Standing::Unknown => decide_unknown(map, probe, &String::from_utf8_lossy(id)),
    }
}

/// Decides by its form about an ID that the map does not have.
fn decide_unknown(map: &IdMap, probe: &Probe, id: &str) -> Decision {
    let is_of = |form: Form| match form {
        Form::Uuid => probe.is_uuid(),
        other => other.matches(id),
    };
    match map.forms {
        _ if id.is_empty() => Decision::Unrecognized,
        forms if is_of(forms.source) => Decision::Unmapped,
        forms if forms.target.is_some_and(is_of) => Decision::Native,
        _ => Decision::Unrecognized,
    }
}
