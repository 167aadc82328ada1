//! What an import into Convex accepts: its rules about sizes, names, IDs and
//! times, as far as a record shows whether it obeys them.
//!
//! Bytes in, findings out: this module knows no file and no thread. Records
//! have been validated as JSON before.

mod id;
mod marker;
mod members;
mod name_hints;
mod names;
mod schema;
mod size;
mod time;
mod walk;

pub use id::IdHasher;
pub(crate) use id::{RecordId, repeated};
pub(crate) use members::{CREATION_TIME, ID};
pub(crate) use name_hints::Suspects;
pub(crate) use names::refused_names;
pub(crate) use schema::SCHEMA_HEAD;
pub use schema::Schema;
pub use size::row_size;
pub(crate) use size::{ALWAYS_FITS, LARGEST_ROW};
pub(crate) use time::{creation_time, is_integer};
