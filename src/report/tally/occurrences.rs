//! How often something occurred, and where first.

/// How often something occurred, and the first record in which it did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// How often.
    pub count: u64,
    /// The offset of the first record, in bytes.
    pub first: Option<u64>,
}

impl Occurrences {
    /// Counts one occurrence, in the record at `offset`.
    pub fn note(&mut self, offset: u64) {
        self.count += 1;
        if self.first.is_none_or(|first| offset < first) {
            self.first = Some(offset);
        }
    }

    /// The same with all offsets moved by `bytes`.
    #[must_use]
    pub fn moved(self, bytes: u64) -> Self {
        Self { first: self.first.map(|first| first + bytes), ..self }
    }

    /// Adds the counts of another tally, saturating: a report can have any
    /// number.
    pub fn merge(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.first = [self.first, other.first].into_iter().flatten().min();
    }
}
