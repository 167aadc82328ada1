//! Writes a map as one plain CSV, as it is or inverted.

mod convert;
mod invert;

pub use convert::Direction;
pub(crate) use convert::HEADER;
pub use invert::{Loss, NotInvertible};
