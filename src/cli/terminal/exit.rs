//! Exit codes.

use std::process::ExitCode;

use crate::error::{Class, Error};

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
    /// The end of a finished command, depending on whether something needs
    /// attention.
    pub(crate) fn with(attention: bool) -> Self {
        if attention { Self::Attention } else { Self::Well }
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

pub(crate) fn of_error(error: &Error) -> Exit {
    match error.class() {
        Class::Usage => Exit::Usage,
        Class::Data => Exit::Data,
        Class::Io => Exit::Io,
    }
}
