//! Faults of the lists that a run wrote: the change log, and the reasons for
//! rejected lines.

use std::fmt;

use crate::error::{Class, Fault};
use crate::json::{FaultKind, MemberFault, MemberFaultKind};

/// A line is not one that a run wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFault {
    /// The list that has the line.
    pub list: LogList,
    /// What is wrong with the line.
    pub kind: LogFaultKind,
}

/// A list that a run wrote beside its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogList {
    /// The change log.
    Changes,
    /// The reasons for the lines that were set aside.
    Reasons,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFaultKind {
    /// It is not one JSON object.
    NoObject(FaultKind),
    /// A member is missing or has another type.
    Member(MemberFaultKind),
    /// `oldToken` does not spell `old`.
    Token,
    /// `old` and `new` are the same.
    Same,
    /// `path` does not end with the member name that was mapped.
    Name,
    /// Its record does not come after the record before it in its table.
    Order,
}

impl fmt::Display for LogFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoObject(fault) => fault.fmt(f),
            Self::Member(fault) => fault.fmt(f),
            Self::Token => f.write_str("\"oldToken\" is no spelling of \"old\""),
            Self::Same => f.write_str("\"old\" and \"new\" are the same"),
            Self::Name => f.write_str("\"path\" does not end with \"old\", a member name"),
            Self::Order => f.write_str("a record out of order, or apart from its other lines"),
        }
    }
}

impl Fault for LogFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        let advice = match self.list {
            LogList::Changes => {
                "Give the log as the run wrote it with --changes, whole and unpacked."
            }
            LogList::Reasons => "Give the folder OUT.rejects with --rejects as the run wrote it.",
        };
        Some(advice.to_owned())
    }
}

impl fmt::Display for LogFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = match self.list {
            LogList::Changes => "change log",
            LogList::Reasons => "list of reasons",
        };
        write!(f, "{}, so this is no {list}", self.kind)
    }
}

/// What is wrong with a line, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineFault {
    /// Bytes from the start of the line.
    pub(crate) at: usize,
    pub(crate) kind: LogFaultKind,
}

impl From<MemberFault> for LineFault {
    fn from(MemberFault { at, kind }: MemberFault) -> Self {
        Self { at, kind: LogFaultKind::Member(kind) }
    }
}
