//! ZIP archives (PKWARE APPNOTE), read through their central directory: a
//! streamed export has its sizes only there.

mod archive;
mod directory;
mod writer;

pub use archive::Archive;
pub(crate) use directory::check_names;
pub(crate) use writer::{Raw, Writer};
