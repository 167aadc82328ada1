//! Packed exports: snapshots in ZIP files, and compressed tables.
//!
//! Whatever is read here was written by other code than the product's, and
//! whatever is written is read by other code.

mod audited;
mod bombs;
mod compressed;
mod damage;
mod hostile;
mod kept;
mod layouts;
mod properties;
mod subset;
mod tools;
