//! The wanted members of a record, and where they are.

/// The kind of value at a wanted member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    String {
        /// Whether it was written with a backslash.
        escaped: bool,
    },
    /// The literal `null`.
    Null,
    /// A number, `true` or `false`.
    Scalar,
    /// An object or an array.
    Container,
}

/// A wanted member of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The index of its name in [`Names`](super::Names).
    pub name: usize,
    /// Where its value begins, in bytes from the start of the record or block.
    pub start: usize,
    /// Where its value ends; for a container, just after its first byte.
    pub end: usize,
    /// The kind of value.
    pub kind: Kind,
}
