//! What can be wrong with a map, and where.

mod column_list;
mod json_format;
mod map_fault;
mod row_place;

pub use column_list::ColumnList;
pub(crate) use column_list::is_name;
pub(crate) use json_format::Form;
pub use map_fault::{MapFault, MapFaults};
pub use row_place::RowPlace;
