//! Joins records with their lines of the log and puts old values back.

mod find;
mod join;
mod places;
mod settle;

pub(crate) use join::{Joined, Joiner, Pending};
pub(crate) use settle::Fate;
pub use settle::Why;
