//! What can be wrong with a map: [`MapFault`] lists it, `advice` says what to do.

mod advice;
mod column_list;
mod map_fault;
mod map_faults;

pub use column_list::ColumnList;
pub(crate) use column_list::is_column_name;
pub use map_fault::MapFault;
pub use map_faults::MapFaults;
