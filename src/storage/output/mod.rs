//! The output of a run: where each table goes, what goes along, and which
//! paths may not meet.

mod carry;
mod claims;
mod lone_file;
mod output;
mod side_folder;
mod sink;
mod standing;
mod table_list;

pub(crate) use carry::{Carried, STORED_FILES};
pub use claims::Claims;
pub(crate) use claims::{parent, resolve};
pub use lone_file::LoneFile;
pub(crate) use output::Output;
pub(crate) use side_folder::foreign_file;
pub use sink::Sink;
pub(crate) use standing::{Standing, check_form, is_zip};
pub use table_list::TableListFault;
