//! Finds and opens the tables of an export: in a folder, in an archive, in a
//! single file, or on standard input.

mod export;
mod fault;
mod folder;
mod naming;
mod open;
mod open_input;
mod table;
mod table_file;
mod tree;

pub(crate) use export::{Export, Kind};
pub use fault::ExportFault;
pub(crate) use fault::NO_TABLES;
pub(crate) use folder::foreign_entry;
pub(crate) use naming::{is_of_finder, is_own_documents, is_table_list, table_name};
pub(crate) use open_input::OpenInput;
pub(crate) use table::Table;
pub(crate) use table::feeds;
pub(crate) use table_file::{Found, find};
pub(crate) use tree::Tree;
