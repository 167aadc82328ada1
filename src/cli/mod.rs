//! The command line: arguments to requests, results to words and exit codes.
//!
//! The only module that prints. Data goes to standard output, everything for
//! people to standard error.

mod account;
mod audit;
mod command;
mod map;
mod map_args;
mod report;
mod rewrite;
mod scan;
mod terminal;
mod undo;

pub use command::main;
