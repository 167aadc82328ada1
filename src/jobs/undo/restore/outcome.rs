//! What becomes of a change.

use std::ops::Range;

/// What becomes of a change. Spans are of the record's block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The old value replaces the new one at this span.
    Restored(Range<usize>),
    /// The old value is there already.
    Already,
    /// The value is left alone; the span of what is there, if anything is.
    Drifted(DriftReason, Option<Range<usize>>),
}

impl Outcome {
    /// The span to restore, if there is one.
    pub(crate) fn restored(&self) -> Option<&Range<usize>> {
        match self {
            Self::Restored(span) => Some(span),
            _ => None,
        }
    }
}

/// Whether no change of a record has drifted.
pub(crate) fn is_without_drift(outcomes: &[Outcome]) -> bool {
    outcomes.iter().all(|outcome| !matches!(outcome, Outcome::Drifted(..)))
}

/// Why a value is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftReason {
    /// Its table is not in the export.
    NoTable,
    /// Its record is not in the export.
    NoRecord,
    /// Its record has no such path.
    NoPlace,
    /// Another value is there.
    Other,
    /// A name on the path is repeated, and it is not known which of the values
    /// was mapped.
    Repeated,
    /// The old name would occur twice in its object.
    NameTwice,
}
