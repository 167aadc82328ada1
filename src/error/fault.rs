//! What every fault can say about itself, whichever module it comes from.

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
/// Each module implements this for its own faults, so this module knows none of
/// them. [`Error::fault`](super::Error::fault) returns a fault by its type:
///
/// ```
/// use std::fmt;
///
/// use idswap::error::{Class, Error, Fault};
///
/// #[derive(Debug, PartialEq)]
/// struct TooOld(u32);
///
/// impl Fault for TooOld {
///     fn class(&self) -> Class {
///         Class::Usage
///     }
///
///     fn advice(&self) -> Option<String> {
///         Some("Use a newer one.".to_owned())
///     }
/// }
///
/// impl fmt::Display for TooOld {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(f, "version {} is too old", self.0)
///     }
/// }
///
/// let error = Error::at("map.csv", TooOld(3));
/// assert_eq!(error.to_string(), "map.csv: version 3 is too old");
/// assert_eq!(error.fault(), Some(&TooOld(3)));
/// ```
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
