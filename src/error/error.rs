//! The error type of this crate: a fault, and where it was found.

use std::any::Any;
use std::error::Error as StdError;
use std::path::PathBuf;
use std::{fmt, io};

use super::fault::{Class, Fault};
use super::file::{Enclosed, FileFault};
use super::location::Location;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that ended a run: what went wrong, and where.
#[derive(Debug)]
pub struct Error {
    fault: Box<dyn Fault>,
    location: Option<Location>,
    also: Option<Box<Error>>,
}

impl Error {
    /// An error that belongs to no file.
    pub fn new(fault: impl Fault) -> Self {
        Self::boxed(Box::new(fault))
    }

    fn boxed(fault: Box<dyn Fault>) -> Self {
        Self { fault, location: None, also: None }
    }

    /// An error of a whole file.
    pub fn at(file: impl Into<PathBuf>, fault: impl Fault) -> Self {
        Self::new(fault).in_file(file)
    }

    fn in_file(self, file: impl Into<PathBuf>) -> Self {
        self.located(Location { file: file.into(), row: None, column: None })
    }

    /// A failed operation on a file, such as "cannot read". If the error comes
    /// from damaged data, it is that fault.
    pub fn io(action: &'static str, file: impl Into<PathBuf>, source: io::Error) -> Self {
        match Enclosed::take_from(source) {
            Ok(fault) => Self::boxed(fault).in_file(file),
            Err(source) => Self::at(file, FileFault::Io { action, source }),
        }
    }

    /// An input that changed while it was read.
    pub(crate) fn changed(file: impl Into<PathBuf>) -> Self {
        Self::at(file, FileFault::Changed)
    }

    /// The same error at a place.
    #[must_use]
    pub fn located(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// The same error, and another that it caused, such as a report on it
    /// that could not be written.
    #[must_use]
    pub fn and(mut self, other: Option<Self>) -> Self {
        self.also = other.map(Box::new);
        self
    }

    /// An error that this one caused.
    pub fn also(&self) -> Option<&Self> {
        self.also.as_deref()
    }

    /// What went wrong, if it is a fault of this type.
    pub fn fault<F: Fault>(&self) -> Option<&F> {
        let fault: &dyn Any = &*self.fault;
        fault.downcast_ref()
    }

    /// What went wrong, without the place.
    pub fn message(&self) -> String {
        self.fault.to_string()
    }

    /// Where it was found.
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    /// Who has to act.
    pub fn class(&self) -> Class {
        self.fault.class()
    }

    /// One line on the way out, if there is one.
    pub fn advice(&self) -> Option<String> {
        self.fault.advice()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        self.fault.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.fault.cause()
    }
}
