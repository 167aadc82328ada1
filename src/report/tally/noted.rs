//! How often something was seen, and where first.

/// How often something was seen, and the first record it was seen in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noted {
    /// How often.
    pub count: u64,
    /// The offset of the first record, in bytes.
    pub first: Option<u64>,
}

impl Noted {
    /// Counts one more, in the record at `offset`.
    pub fn note(&mut self, offset: u64) {
        self.count += 1;
        if self.first.is_none_or(|first| offset < first) {
            self.first = Some(offset);
        }
    }

    /// The same of records so many bytes further on.
    #[must_use]
    pub fn moved(self, bytes: u64) -> Self {
        Self { first: self.first.map(|first| first + bytes), ..self }
    }

    /// Adds what was counted elsewhere. A report can hold any number.
    pub fn merge(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.first = [self.first, other.first].into_iter().flatten().min();
    }
}
