//! The forms of IDs: UUIDs (RFC 9562, section 4) and Clerk's user IDs.

use std::borrow::Cow;

use super::id::Id;
use super::uuid::parse_uuid;

/// A form that IDs can share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 8-4-4-4-12 hexadecimal digits, in any letter case.
    Uuid,
    /// `user_` and 27 letters and digits.
    Clerk,
    /// Any string.
    Any,
}

impl Form {
    /// Whether `id` is of this form.
    pub fn matches(self, id: &str) -> bool {
        match self {
            Self::Uuid => is_uuid(id),
            Self::Clerk => is_clerk(id),
            Self::Any => true,
        }
    }

    /// Returns the form of an ID.
    #[inline]
    pub(crate) fn of(id: Id<'_>) -> Self {
        match id {
            Id::Uuid(_) => Self::Uuid,
            Id::Text(text) if is_clerk(text) => Self::Clerk,
            Id::Text(_) => Self::Any,
        }
    }

    /// Returns the form as rules and reports spell it.
    pub fn spelled(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Clerk => "^user_[0-9A-Za-z]{27}$",
            Self::Any => "any",
        }
    }
}

/// The forms by which IDs that are not in the map are classified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forms {
    /// The form of source IDs.
    pub source: Form,
    /// The form of target IDs, if they share one.
    pub target: Option<Form>,
}

impl Default for Forms {
    /// The forms of an empty map.
    fn default() -> Self {
        Self { source: Form::Uuid, target: Some(Form::Clerk) }
    }
}

/// Whether `id` is UUID-shaped.
#[inline]
pub(crate) fn is_uuid(id: &str) -> bool {
    parse_uuid(id.as_bytes()).is_some()
}

/// Whether `id` is of Clerk's form.
#[inline]
pub(crate) fn is_clerk(id: &str) -> bool {
    // Without early exits the compiler checks all bytes at once.
    let Ok(bytes) = <&[u8; 32]>::try_from(id.as_bytes()) else { return false };
    let letters = bytes.iter().map(|byte| u32::from(byte.is_ascii_alphanumeric())).sum::<u32>();
    letters == 31 && bytes.starts_with(b"user_")
}

/// Returns an ID as lists and reports show it: UUIDs in lower case, all others
/// unchanged. Spellings of the same ID are shown alike.
pub(crate) fn shown(id: &str) -> Cow<'_, str> {
    match is_uuid(id) && id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(id.to_ascii_lowercase()),
        false => Cow::Borrowed(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_the_forms() {
        for (id, uuid, clerk) in [
            ("c1c271fb-af6c-4de3-9e66-548a52b63855", true, false),
            ("C1C271FB-AF6C-4DE3-9E66-548A52B63855", true, false),
            ("c1c271fb-af6c-4de3-9e66-548a52b6385", false, false),
            ("c1c271fbaaf6c-4de3-9e66-548a52b63855", false, false),
            ("g1c271fb-af6c-4de3-9e66-548a52b63855", false, false),
            ("user_2OrUA3aRnSnKyBzqscwLftvIASC", false, true),
            ("user_2OrUA3aRnSnKyBzqscwLftvIAS", false, false),
            ("user_2OrUA3aRnSnKyBzqscwLftvIAS-", false, false),
            ("", false, false),
        ] {
            assert_eq!((is_uuid(id), is_clerk(id)), (uuid, clerk), "{id}");
        }
    }
}
