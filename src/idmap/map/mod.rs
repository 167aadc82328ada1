//! The finished map: lookups, and facts about its rows.

mod decisions;
mod findings;
mod id_map;
mod lengths;
mod lookup;

pub use decisions::Decision;
pub(crate) use findings::name_places;
pub use findings::{Findings, OddTarget, Repetition, SharedTarget};
pub use id_map::{IdMap, IdRole, MapCounts, Row};
pub(crate) use lengths::IdLengths;
pub use lookup::Probe;
