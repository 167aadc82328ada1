//! The output of a run: where each table goes, what is carried over, and which
//! paths must not overlap.

mod carried;
mod claims;
mod lone_file;
mod output;
mod output_file;
mod path_checks;
mod sink;
mod table_list;

pub(crate) use carried::{CarriedFiles, STORED_FILES_WARNING};
pub(crate) use claims::Claims;
pub(crate) use lone_file::LoneFile;
pub(crate) use output::Output;
pub(crate) use path_checks::{
    check_existing, check_existing_tables, check_form, check_side_folder,
};
pub(crate) use sink::Sink;
pub use table_list::TableListFault;
