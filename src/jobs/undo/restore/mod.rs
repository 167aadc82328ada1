//! Joins records with their lines of the log and puts old values back.

mod find;
mod join;
mod places;
pub(crate) mod pointer;
mod settle;

pub(crate) use join::{Joined, Joiner, Pending};
pub(crate) use settle::Fate;
pub use settle::Why;
