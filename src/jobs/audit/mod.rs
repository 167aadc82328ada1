//! The audit: what differs between two exports, and whether it should.
//!
//! It is right where a rewriter is wrong only if it shares nothing with it:
//! records are read, rule paths followed and differences found by code of its
//! own, which imports neither the scanner nor the rewriting. Shared are the
//! map, the plain data of rules, the opening of tables and the error type.
//!
//! Records are joined by position as long as they go together, and by their
//! keys from there on. What is in memory is a block a thread, and where the
//! order differs 20 bytes a record.

mod allowed;
mod audit;
mod finding;
mod join;
mod judge;
mod lines;
mod options;
mod outcome;
mod record;
mod table;
mod tables;

pub use allowed::Allowed;
pub use audit::Audit;
pub use finding::{AuditedTable, Finding, Form, PlaceTally, TableTally, What};
pub use options::Options;
pub use record::{LineFault, LineFaultKind};
