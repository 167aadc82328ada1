//! Packed tables: gzip (RFC 1952), Zstandard (RFC 8878), and the deflated
//! entries of a ZIP (RFC 1951).

mod fault;
mod packing;
mod page;
mod pages;
mod unpack;

pub use fault::PackFault;
pub(crate) use packing::{Packing, unpacked_name};
pub(crate) use pages::{Packed, Pages};
pub(crate) use unpack::{Checked, Unpacked};
