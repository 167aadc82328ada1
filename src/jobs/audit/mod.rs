//! The audit: what differs between two exports, and whether it should.
//!
//! It can be right where the rewriter is wrong only if it shares nothing with
//! it: it reads records, follows rule paths and finds differences with code of
//! its own, and imports neither the scanner nor the rewriter. It shares the
//! map, the plain data of rules, the opening of tables, and the error type.
//!
//! Records are joined by position as long as they match, and by their keys from
//! there on. Memory holds a block a thread and, if the order differs, 20 bytes
//! a record.
//!
//! `record` reads and compares two records, `lines` reads the lines of a side,
//! `judge` says what a difference means, `outcome` records it, `join` finds out
//! which records belong together, and `table` and `audit` run all of it.

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
pub use finding::{AuditedTable, Finding, FindingFormat, FindingKind, PlaceTally, TableTally};
pub use options::Options;
pub use record::{LineFault, LineFaultKind};
