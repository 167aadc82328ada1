//! What an import into Convex accepts: its rules about sizes, names, IDs and
//! times, as far as a record shows whether it obeys them.
//!
//! Bytes in, findings out: this module knows no file and no thread. Records
//! have been validated as JSON before.

mod id;
mod marker;
mod members;
mod names;
mod schema;
mod size;
mod suspects;
mod time;
mod walk;

pub use id::{IdHasher, RecordId, repeated};
pub use members::{CREATION_TIME, ID};
pub use names::refused_names;
pub use schema::{SCHEMA_HEAD, Schema};
pub use size::{ALWAYS_FITS, LARGEST_ROW, row_size};
pub use suspects::{Seen, Suspects};
pub use time::{creation_time, is_integer};
