//! What can be wrong with a line of a change log or of a list of reasons.

use std::fmt;

use crate::error::{Class, Fault};
use crate::json::FaultKind;

/// Why a line is none that a run wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFault {
    /// It is not one JSON object.
    NoObject(FaultKind),
    /// It lacks a member.
    Missing(&'static str),
    /// A member is of another kind.
    Wrong {
        /// Its name.
        member: &'static str,
        /// What it must be, as in "a string".
        wanted: &'static str,
    },
    /// `oldToken` is no spelling of `old`.
    Token,
    /// `old` and `new` are the same.
    Same,
    /// `path` does not end with the member name that was mapped.
    Name,
    /// Its record comes before one that the log has had of its table.
    Order,
}

impl fmt::Display for LogFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoObject(fault) => fault.fmt(f),
            Self::Missing(member) => write!(f, "no \"{member}\" in this line"),
            Self::Wrong { member, wanted } => write!(f, "\"{member}\" is not {wanted}"),
            Self::Token => f.write_str("\"oldToken\" is no spelling of \"old\""),
            Self::Same => f.write_str("\"old\" and \"new\" are the same"),
            Self::Name => f.write_str("\"path\" does not end with \"old\", a member name"),
            Self::Order => f.write_str("a record out of order, or apart from its other lines"),
        }
    }
}

/// A fault and where it shows, in bytes from the beginning of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Misread {
    pub(crate) at: usize,
    pub(crate) fault: LogFault,
}

/// A line of a change log is none that a run wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeLogFault(pub LogFault);

impl Fault for ChangeLogFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        Some("Give the log as the run wrote it with --changes, whole and unpacked.".to_owned())
    }
}

impl fmt::Display for ChangeLogFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, so this is no change log", self.0)
    }
}

/// A line of a list of reasons is none that a run wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonsFault(pub LogFault);

impl Fault for ReasonsFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        Some("Give the folder OUT.rejects with --rejects as the run wrote it.".to_owned())
    }
}

impl fmt::Display for ReasonsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, so this is no list of reasons", self.0)
    }
}
