//! One difference between two records.

use std::ops::Range;

/// A difference between two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// What differs.
    pub(crate) kind: ChangeKind,
    /// The node of BEFORE; for an addition, the container that it was added to.
    pub(crate) node: usize,
    /// The bytes of AFTER; empty for a removal.
    pub(crate) after: Range<usize>,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// A value is another one.
    Value,
    /// A member has another name.
    Name,
    /// The value or name is the same but written differently.
    Spelling,
    /// The blanks or the order of members of a container.
    Layout,
    /// A member or element is new.
    Added {
        /// Its value's node in AFTER.
        after: usize,
    },
    /// A member or an element is gone.
    Removed,
}
