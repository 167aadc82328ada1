//! `idswap rewrite`: outputs, refusals, streams, packed exports, shards.

pub mod fixtures;
pub mod force;
pub mod interrupt;
pub mod invalid;
pub mod options;
pub mod packed;
pub mod properties;
pub mod refusals;
pub mod shards;
pub mod splits;
pub mod streams;
