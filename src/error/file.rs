//! Faults of reading and writing files.

use std::error::Error as StdError;
use std::{fmt, io};

use super::fault::{Class, Fault};

/// Why a file could not be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileFault {
    /// An operation failed.
    Io {
        /// What was tried, as in "cannot read".
        action: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// An input changed while it was read.
    Changed,
}

impl Fault for FileFault {
    fn class(&self) -> Class {
        Class::Io
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::Io { action, source } => io_advice(action, source),
            Self::Changed => "Make sure that nothing writes to it, and run again.",
        };
        Some(advice.to_owned())
    }

    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Changed => None,
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, source } => write!(f, "{action}: {}", reason(source)),
            Self::Changed => f.write_str("changed while it was read"),
        }
    }
}

fn io_advice(action: &str, error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound if action.starts_with("cannot read") => "Check the path.",
        io::ErrorKind::NotFound => "Check the path; idswap makes no folders on the way to it.",
        io::ErrorKind::PermissionDenied => "Check who owns it and its permissions.",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Free some space, or write to another disk."
        }
        io::ErrorKind::BrokenPipe => "The reader went away before it had read everything.",
        io::ErrorKind::IsADirectory => "Name a file, not a folder.",
        _ => "Check the path and the disk that it is on.",
    }
}

/// The system's reason without Rust's "(os error N)".
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_lowercase(),
        None => text,
    }
}

/// The error of a file that `csv` read or wrote, of the kind that the system
/// gave it. Records of any length and bytes cause none of their own.
pub(crate) fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A fault on its way through [`io::Read`], whose methods return only
/// [`io::Error`]s. [`Error::io`](super::error::Error::io) takes it out again.
#[derive(Debug)]
pub(crate) struct Enclosed(Box<dyn Fault>);

impl Enclosed {
    /// Wraps a fault of damaged data.
    pub(crate) fn wrap(fault: impl Fault) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self(Box::new(fault)))
    }

    /// Whether `error` holds a fault.
    pub(crate) fn is_in(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|own| own.is::<Self>())
    }

    /// The fault in `error`, or `error` itself.
    pub(crate) fn take_from(error: io::Error) -> Result<Box<dyn Fault>, io::Error> {
        error.downcast::<Self>().map(|enclosed| enclosed.0)
    }
}

impl fmt::Display for Enclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Enclosed {}
