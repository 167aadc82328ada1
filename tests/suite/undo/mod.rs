//! `idswap undo`.

pub mod commands;
pub mod properties;
pub mod records;
