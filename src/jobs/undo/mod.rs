//! Takes back exactly what a run did, by its change log, in its own output or
//! in a later export, and leaves all later edits alone.
//!
//! A record finds its lines of the log by its `_id`, or by its line where it
//! has none. Where a value is still the new one, the old one is put back, as it
//! was written; everything else is copied byte for byte. The log stays on the
//! disk: what is in memory of it is 17 bytes a key.

mod fault;
mod log;
mod request;
mod restore;
mod run;

pub use fault::UndoFault;
pub use log::{ChangeLogFault, LogFault, ReasonsFault};
pub use request::{Options, Request};
pub use restore::Why;
pub use run::{Drift, SHOWN, TableCounts, Undone};
