//! Everything that can end a run early, with the place where it showed.
mod error;

pub use error::{
    Class, Error, ErrorKind, Location, Result, Row, excerpt, printable, printable_path,
};
pub(crate) use error::{csv_error, reason};
