//! A folder to work in, and the standard export.

pub mod folder;
pub mod standard;
