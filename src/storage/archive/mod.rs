//! ZIP archives (PKWARE APPNOTE). They are read through their central
//! directory: a streamed export has its sizes only there.

mod archive;
mod archive_writer;
mod directory;

pub(crate) use archive::{Archive, is_zip};
pub(crate) use archive_writer::ArchiveWriter;
pub(crate) use directory::check_names;
