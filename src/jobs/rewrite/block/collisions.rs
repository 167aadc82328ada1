//! Member names that cannot become their targets.
//!
//! Most readers cannot handle two members of one name, so a rewritten name must
//! be unique in its object.

use super::decision::Decision;
use super::field_search::LocatedFields;
use crate::idmap::{IdMap, shown};
use crate::json::{Hit, decode_hit};

/// A name that is in an object, or that another one would become.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    /// The name as IDs are compared.
    id: String,
    /// Whether another name would become it.
    becomes: bool,
    /// The index of its hit.
    hit: usize,
}

/// Reverts the decision for mapped member names whose target is in the object
/// already or comes up twice in it, and for those that occur twice themselves.
pub(crate) fn collide(
    block: &[u8],
    map: &IdMap,
    located: &mut LocatedFields,
    decisions: &mut [Decision],
) {
    let hits = std::mem::take(&mut located.hits);
    for object in located.objects(&hits) {
        let mapped = |number: usize| matches!(decisions[number], Decision::Mapped(_));
        if !object.iter().any(|(_, number)| mapped(*number)) {
            continue;
        }
        let mut claims = claims(block, map, &hits, object, decisions);
        claims.sort_unstable();
        for claims in claims.chunk_by(|a, b| a.id == b.id).filter(|claims| claims.len() > 1) {
            // The target of a name that occurs twice comes up twice, too.
            for claim in claims.iter().filter(|claim| claim.becomes) {
                decisions[claim.hit] = Decision::Collided;
            }
        }
    }
    located.hits = hits;
}

fn claims(
    block: &[u8],
    map: &IdMap,
    hits: &[Hit],
    object: &[(usize, usize)],
    decisions: &[Decision],
) -> Vec<Claim> {
    let mut claims = Vec::with_capacity(object.len() * 2);
    let mut name = String::new();
    for &(_, hit) in object {
        let row = match decisions[hit] {
            Decision::Mapped(row) => Some(row),
            _ => None,
        };
        // A name with a lone surrogate equals no other.
        if decode_hit(block, &hits[hit], &mut name) {
            let id = shown(&name).into_owned();
            claims.push(Claim { id, becomes: false, hit });
        }
        if let Some(row) = row {
            let id = shown(map.target(row)).into_owned();
            claims.push(Claim { id, becomes: true, hit });
        }
    }
    claims
}
