//! Errors: what went wrong, where, and what to do about it.
//!
//! This module knows none of the faults of the modules above it. Each of them
//! implements [`Fault`] for its own, and an [`Error`] holds any one of them.

mod error;
mod fault;
mod file;
mod location;
mod request;
mod text;

pub use error::{Error, Result};
pub use fault::{Class, Fault};
pub use file::FileFault;
pub(crate) use file::{Enclosed, csv_error, reason};
pub use location::{Location, Row};
pub use request::RequestFault;
pub(crate) use text::write_list;
pub use text::{excerpt, printable, printable_path};
