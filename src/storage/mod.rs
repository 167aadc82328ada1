//! Where tables come from and where they go: folders, archives, single files and
//! streams, packed or not.
//!
//! This is the only module that opens, stages and renames the files of a run. It
//! identifies tables by name and path and does not look into them, except for a
//! snapshot's table list.

mod archive;
mod export;
mod files;
mod output;
mod packing;

pub(crate) use archive::is_zip;
pub use export::ExportFault;
pub(crate) use export::{Export, Kind, Table};
pub(crate) use export::{Found, NO_TABLES, feeds, find};
pub(crate) use files::Target;
pub use files::{Digest, Hasher, OutputFault, Stage};
pub(crate) use files::{
    FileState, append, descriptor_number, piece, read_chunks, read_whole, spool, temporary_file,
    uninterrupted,
};
pub use output::TableListFault;
pub(crate) use output::{
    CarriedFiles, Claims, LoneFile, Output, STORED_FILES_WARNING, Sink, check_existing,
    check_existing_tables, check_form, check_side_folder,
};
pub use packing::PackFault;
