//! Finds where IDs are: looks at every string and every member name of an
//! export, and reports which places hold IDs and which rule covers each.
//!
//! A place is a pattern of paths. The elements of an array are one place. So
//! are members whose names are IDs, and members of an object that has more
//! names than anybody would design as fields. Such objects show only at the end
//! of a pass; then the export is read again with that known, so that all counts
//! are exact.

mod classifier;
mod counts;
mod draft;
mod findings;
mod job;
mod options;
mod place_tree;
mod scan;
mod walk;

pub use counts::Counts;
pub use draft::draft;
pub use findings::{Findings, Place};
pub use options::Options;
pub use scan::Scan;
