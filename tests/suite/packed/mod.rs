//! Packed exports: snapshots in ZIP files, and compressed tables.
//!
//! Whatever is read here was written by other code than the product's, and
//! whatever is written is read by other code.

mod archive;
mod audited;
mod bombs;
mod compressed;
mod damage;
mod encodings;
mod hostile;
mod importer;
mod kept;
mod layouts;
mod listing;
mod places;
mod properties;
mod python;
mod snapshots;
mod streamed;
mod subset;
