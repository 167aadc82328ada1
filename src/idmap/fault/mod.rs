//! What can be wrong with a map, and where.

mod column_list;
mod map_fault;

pub use column_list::ColumnList;
pub(crate) use column_list::is_name;
pub use map_fault::{MapFault, MapFaults};
