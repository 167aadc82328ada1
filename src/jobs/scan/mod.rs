//! Where IDs live: looks at every string and every member name of an export,
//! and says which places hold IDs and which rule covers them.
//!
//! A place is a pattern of paths. Elements of arrays are one place, and so
//! are members whose names are IDs, and members of more names than a person
//! would have thought of. Where there are such shows only at the end; then the
//! export is read again with that known, so that all counts are exact.

pub(crate) mod draft;
mod find;
mod job;
mod places;
mod scan;
mod walk;

pub use draft::draft;
pub use places::Counts;
pub use scan::{Findings, Options, Place, Scan};
