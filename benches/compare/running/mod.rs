//! Runs commands in turn, measures them, and prints the result.

pub mod contender;
pub mod markdown;
pub mod pack;
pub mod rounds;
pub mod same;
pub mod step;
pub mod tasks;
pub mod workplace;
