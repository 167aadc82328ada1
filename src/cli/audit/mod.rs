//! `idswap verify` and `idswap diff`.

pub(crate) mod diff;
mod findings;
mod tables;
pub(crate) mod verify;
