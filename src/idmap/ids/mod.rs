//! IDs: the forms that they have, and how they are compared.

mod form;
mod form_count;
mod id;
mod uuid;

pub use form::{Form, Forms};
pub(crate) use form::{is_clerk, is_uuid, shown};
pub(crate) use form_count::FormCount;
pub(crate) use id::{Id, has_stray_characters};
pub(crate) use uuid::{Uuid, parse_uuid, spell_uuid, upper_case_digits};
