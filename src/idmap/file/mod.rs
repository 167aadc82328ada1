//! Map files: their formats, and the places of rows in them.

mod format;
mod row_place;

pub(crate) use format::{FileFormat, JsonFormat};
pub use row_place::RowPlace;
