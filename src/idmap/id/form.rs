//! The forms of IDs: UUIDs (RFC 9562, section 4) and Clerk's user IDs.

use std::borrow::Cow;

use super::key::{Id, parse};

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

    /// The form of an ID.
    #[inline]
    pub(crate) fn of(text: &str, id: Id<'_>) -> Self {
        match id {
            Id::Uuid(_) => Self::Uuid,
            Id::Text(_) if is_clerk(text) => Self::Clerk,
            Id::Text(_) => Self::Any,
        }
    }

    /// The form as rules and reports spell it.
    pub fn spelled(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Clerk => "^user_[0-9A-Za-z]{27}$",
            Self::Any => "any",
        }
    }
}

/// The forms by which IDs that the map does not know are classified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forms {
    /// The form of source IDs.
    pub source: Form,
    /// The form of target IDs, where they share one.
    pub target: Option<Form>,
}

impl Default for Forms {
    /// What an empty map is taken for.
    fn default() -> Self {
        Self { source: Form::Uuid, target: Some(Form::Clerk) }
    }
}

/// Counts IDs by form.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FormCount {
    total: u64,
    uuid: u64,
    clerk: u64,
}

impl FormCount {
    #[inline]
    pub(crate) fn add(&mut self, form: Form) {
        self.total += 1;
        self.uuid += u64::from(form == Form::Uuid);
        self.clerk += u64::from(form == Form::Clerk);
    }

    /// Takes back what was added.
    pub(crate) fn remove(&mut self, form: Form) {
        self.total -= 1;
        self.uuid -= u64::from(form == Form::Uuid);
        self.clerk -= u64::from(form == Form::Clerk);
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.uuid += other.uuid;
        self.clerk += other.clerk;
    }

    pub(crate) fn uuids(self) -> u64 {
        self.uuid
    }

    /// How many IDs are no UUIDs.
    pub(crate) fn others(self) -> u64 {
        self.total - self.uuid
    }

    /// The form that all IDs counted share.
    pub(crate) fn shared(self) -> Option<Form> {
        match self.total {
            total if total == self.uuid => Some(Form::Uuid),
            total if total == self.clerk => Some(Form::Clerk),
            _ => None,
        }
    }

    /// The form that more than half of the IDs have, and how many have another
    /// one.
    pub(crate) fn most(self) -> Option<(Form, u64)> {
        let forms = [(Form::Uuid, self.uuid), (Form::Clerk, self.clerk)];
        let most = forms.into_iter().find(|(_, count)| count * 2 > self.total)?;
        Some((most.0, self.total - most.1))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.total == 0
    }
}

/// Whether `id` is UUID-shaped.
#[inline]
pub fn is_uuid(id: &str) -> bool {
    parse(id.as_bytes()).is_some()
}

/// Whether `id` is of Clerk's form.
#[inline]
pub fn is_clerk(id: &str) -> bool {
    // Without early exits the compiler looks at all bytes at once.
    let Ok(bytes) = <&[u8; 32]>::try_from(id.as_bytes()) else { return false };
    let letters = bytes.iter().map(|byte| u32::from(byte.is_ascii_alphanumeric())).sum::<u32>();
    letters == 31 && bytes.starts_with(b"user_")
}

/// An ID as lists and reports show it: UUID-shaped ones in lower case.
pub fn shown(id: &str) -> Cow<'_, str> {
    match is_uuid(id) && id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(id.to_ascii_lowercase()),
        false => Cow::Borrowed(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_forms() {
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
