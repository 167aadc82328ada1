//! Joins records with their changes and decides what is restored.

mod decide;
mod join;
mod outcome;
mod path_hits;
mod path_tree;

pub(crate) use join::{Joined, Joiner, Pending};
pub use outcome::DriftReason;
pub(crate) use outcome::Outcome;
