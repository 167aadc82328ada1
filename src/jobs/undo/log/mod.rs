//! The change log: its lines stay on the disk, an index of them is in memory.

mod change;
mod change_log;
mod fault;
mod index;
mod lines;
mod logged_record;
mod pointer;
mod record_key;
mod rejected_lines;
mod window;

pub(crate) use change::Change;
pub(crate) use change_log::{ChangeLog, ChangeReader, RecordChanges};
pub use fault::{LogFault, LogFaultKind, LogList};
pub(crate) use index::MatchQuality;
pub(crate) use pointer::pointer_tokens;
pub(crate) use record_key::RecordKey;
pub(crate) use rejected_lines::RejectedLines;
