//! TODO

mod form;
mod key;

pub(crate) use form::FormCount;
pub use form::{Form, Forms, is_clerk, is_uuid, shown};
pub(crate) use key::{Hashing, Id, Uuid, parse, spell, upper_case};
