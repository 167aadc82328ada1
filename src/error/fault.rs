//! What a fault has to say for itself, whichever module it comes from.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt::{Debug, Display};

/// Who has to act on an error. It decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The request, the rules or the map are wrong.
    Usage,
    /// The data is wrong.
    Data,
    /// Files could not be read or written.
    Io,
}

/// Something that can end a run. `Display` says what is wrong, without a place.
///
/// Each module implements this for its own faults, so that this one knows
/// none of them. [`Error::fault`](super::error::Error::fault) gives a fault back by
/// its type.
pub trait Fault: Any + Debug + Display + Send + Sync {
    /// Who has to act on it.
    fn class(&self) -> Class;

    /// One line on the way out, if there is one.
    fn advice(&self) -> Option<String>;

    /// The error of the system or of a library that caused it.
    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        None
    }
}
