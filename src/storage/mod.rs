//! Where tables come from and where they go: folders, archives, single files,
//! streams, packed or not.
//!
//! The only module that opens, stages and renames the files of a run. It
//! knows tables by name and path, and nothing of what is in them, a snapshot's
//! list of tables aside.

mod archive;
mod export;
mod files;
mod output;
mod packing;

pub use export::{Export, ExportFault, Kind, Opened, Table, feeds};
pub(crate) use export::{Found, NO_TABLES, find};
pub use files::{Digest, Hasher, OutputFault, Stage, Target};
pub(crate) use files::{Steady, append, piece, read_whole};
pub(crate) use output::{
    Carried, Output, STORED_FILES, Standing, check_form, foreign_file, is_zip,
};
pub use output::{Claims, LoneFile, Sink, TableListFault};
pub use packing::PackFault;
