//! The command line: turns arguments into requests, and results into text and exit codes.
//!
//! The only module that prints. Data goes to standard output, everything
//! meant for a person to standard error.
//!
//! Each command has a folder with its arguments (`args`), its run (`command`)
//! and what it prints at the end (`summary`). All of them use `terminal` for
//! output and `arguments` for options that several commands accept.

mod arguments;
mod audit;
mod command;
mod map;
mod report;
mod report_text;
mod rewrite;
mod scan;
mod terminal;
mod undo;

pub use command::main;
