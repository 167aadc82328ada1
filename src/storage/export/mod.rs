//! Finds the tables of an export: in a folder, in an archive, in a single
//! file, or on standard input.

mod export;
mod fault;
mod folder;
mod named;
mod table;
mod tree;

pub use export::{Export, Kind};
pub use fault::ExportFault;
pub(crate) use fault::NO_TABLES;
pub(crate) use folder::{foreign_entry, is_list, is_of_finder, is_own_documents, table_name};
pub(crate) use named::{Found, find};
pub use table::{Opened, Table, feeds};
pub(crate) use tree::Tree;
