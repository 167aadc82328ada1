//! How many IDs are of which form.

use super::form::Form;

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

    /// Undoes one [`Self::add`].
    pub(crate) fn remove(&mut self, form: Form) {
        self.total -= 1;
        self.uuid -= u64::from(form == Form::Uuid);
        self.clerk -= u64::from(form == Form::Clerk);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.uuid += other.uuid;
        self.clerk += other.clerk;
    }

    pub(crate) fn uuids(self) -> u64 {
        self.uuid
    }

    /// The number of IDs that are not UUIDs.
    pub(crate) fn others(self) -> u64 {
        self.total - self.uuid
    }

    /// The form of all counted IDs, if they share one.
    pub(crate) fn shared(self) -> Option<Form> {
        match self.total {
            total if total == self.uuid => Some(Form::Uuid),
            total if total == self.clerk => Some(Form::Clerk),
            _ => None,
        }
    }

    /// The form of more than half of the IDs, and the number of IDs that have
    /// another one.
    pub(crate) fn majority(self) -> Option<(Form, u64)> {
        let forms = [(Form::Uuid, self.uuid), (Form::Clerk, self.clerk)];
        let (form, count) = forms.into_iter().find(|(_, count)| count * 2 > self.total)?;
        Some((form, self.total - count))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.total == 0
    }
}
