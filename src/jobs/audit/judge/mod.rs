//! Judges what a difference between two records means, and whether it should be
//! there.

mod declared;
mod differences;
mod judge;
mod key;
mod leftovers;
mod read_ahead;
mod scratch;

pub(crate) use declared::Declared;
pub(crate) use judge::{Judge, Mapping, OwnedKey};
pub(crate) use key::Keys;
pub(crate) use read_ahead::GROUP;
pub(crate) use scratch::{Found, Scratch, Strictness};
