//! What a difference between two records is, and whether it should be.

mod ahead;
mod declared;
mod judge;
mod key;
mod leftovers;

pub(crate) use ahead::GROUP;
pub(crate) use declared::Declared;
pub(crate) use judge::{Found, Judge, Mapping, OwnedKey, Scratch, Strictness};
pub(crate) use key::Keys;
