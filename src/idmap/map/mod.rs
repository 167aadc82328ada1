//! The finished map: lookups, and what is to be known of its rows.

mod decisions;
mod findings;
mod lengths;
mod lookup;
mod map;

pub use decisions::Decision;
pub(crate) use findings::Noticed;
pub use findings::{Findings, OddTarget, Repetition, SharedTarget, name_places};
pub use lengths::Lengths;
pub use lookup::Probe;
pub use map::{Health, IdMap, Row, Standing};
