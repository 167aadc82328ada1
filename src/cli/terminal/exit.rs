//! Exit codes.

use std::process::ExitCode;

use crate::error::{Class, Error};

/// The exit codes, for the end of help texts.
pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 all well; 1 finished, but something needs attention; 2 usage, rules or map;
3 bad data, no output; 4 I/O, no output; 130, 143, 129 interrupted, no output.";

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Well,
    Attention,
    Usage,
    Data,
    Io,
}

impl Exit {
    /// The end of a command that has finished, and whether a person has to
    /// decide something.
    pub(crate) fn with(attention: bool) -> Self {
        if attention { Self::Attention } else { Self::Well }
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error.class() {
            Class::Usage => Self::Usage,
            Class::Data => Self::Data,
            Class::Io => Self::Io,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Well => 0,
            Exit::Attention => 1,
            Exit::Usage => 2,
            Exit::Data => 3,
            Exit::Io => 4,
        })
    }
}
