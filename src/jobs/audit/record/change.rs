//! One difference between two records.

use std::ops::Range;

/// A difference between two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// What differs.
    pub(crate) kind: Kind,
    /// The node before; for what was added, the container it was added to.
    pub(crate) node: usize,
    /// The bytes after; where something was removed, nothing.
    pub(crate) after: Range<usize>,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value is another one.
    Value,
    /// A member has another name.
    Name,
    /// A value or a name is the same and written otherwise.
    Spelling,
    /// The blanks or the order of members of a container.
    Layout,
    /// A member or an element is new; its value is node `after` of the record
    /// after.
    Added {
        /// That node.
        after: usize,
    },
    /// A member or an element is gone.
    Removed,
}
