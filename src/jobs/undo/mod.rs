//! Takes back exactly what a run did, by its change log, in its own output or
//! in a later export, and leaves all later edits alone.
//!
//! A record is joined with its changes by its `_id`, or by its line if it has
//! none. A value that is still the new one becomes the old one again, as it was
//! written; everything else is copied byte for byte. The log stays on the disk:
//! its index takes 17 bytes of memory a key.

mod fault;
mod log;
mod request;
mod restore;
mod run;

pub use fault::UndoFault;
pub use log::{LogFault, LogFaultKind, LogList};
pub use request::{Options, Request};
pub use restore::DriftReason;
pub use run::{DriftedValue, MOST_SHOWN, TableCounts, UndoSummary};
