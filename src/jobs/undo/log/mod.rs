//! The change log: an index of it in memory, its lines on the disk.

mod change;
mod fault;
mod index;
mod key;
mod lines;
mod log;
mod members;
pub(crate) mod pointer;
mod shift;

pub(crate) use change::Change;
pub use fault::{ChangeLogFault, LogFault, ReasonsFault};
pub(crate) use index::Fit;
pub(crate) use key::Key;
pub(crate) use log::{ChangeLog, Group, GroupReader};
pub(crate) use shift::Shift;
