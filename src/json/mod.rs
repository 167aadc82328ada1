//! Bytes to spans: finds the values of wanted members in a record and validates
//! the whole record, without building a value tree.
//!
//! This module owns the grammar (RFC 8259) and the decoding of string escapes.
//! It knows no map, no file and no thread, and never changes a byte. The walker
//! takes `&str`, so UTF-8 has been checked before it; masks alone judge only
//! ASCII, which needs no check, or a block that has been checked as a whole.

pub(crate) mod cursor;
mod fault;
mod hit;
mod level;
mod masks;
mod members;
mod names;
mod scanner;
mod text;
mod utf8;
mod walker;

pub(crate) use cursor::{
    container_end, decode_hit, first_in, next_in, record_at, value_after, value_at,
};
pub use fault::FaultKind;
pub(crate) use fault::RecordFault;
pub use hit::{Hit, Kind};
pub use level::Level;
pub(crate) use members::MemberFaultKind;
pub(crate) use members::{MemberFault, MemberReader, Members};
pub use names::Names;
pub(crate) use scanner::Line;
pub use scanner::{Found, Scanner, Verdict};
pub(crate) use text::{decode, quote, quote_into};
pub use utf8::check_utf8;
pub(crate) use utf8::{mark_length, without_mark};
pub use walker::Walker;
