//! PackedFile tables: gzip (RFC 1952), Zstandard (RFC 8878), and the deflated
//! entries of a ZIP (RFC 1951).

mod checked_reader;
mod fault;
mod packed_bytes;
mod packing;
mod page;
mod page_writer;
mod unpacker;

pub(crate) use checked_reader::CheckedReader;
pub use fault::PackFault;
pub(crate) use packed_bytes::PackedBytes;
pub(crate) use packing::{Packing, unpacked_name};
pub(crate) use page_writer::PageWriter;
pub(crate) use unpacker::Unpacker;
