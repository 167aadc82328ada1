//! The finished map: lookups, and facts about its rows.

mod decisions;
mod findings;
mod id_map;
mod lengths;
mod lookup;

pub use decisions::Decision;
pub use findings::{Findings, OddTarget, Repetition, SharedTarget, name_places};
pub use id_map::{Health, IdMap, Row, Standing};
pub use lengths::Lengths;
pub use lookup::Probe;
