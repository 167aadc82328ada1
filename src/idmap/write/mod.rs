//! Writes a map as one plain CSV, as it is or inverted.

mod csv;
mod inversion;
mod loss;

pub use csv::Direction;
pub(crate) use csv::write_pairs;
pub use loss::{Loss, NotInvertible};
