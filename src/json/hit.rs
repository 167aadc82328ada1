//! The wanted members of a record, where a walk or a scan found them.

/// What kind of value stands at a wanted member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string; whether it holds escapes.
    String {
        /// True where the string was written with a backslash.
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
    /// The number of its name in [`Names`].
    pub name: usize,
    /// Where its value begins, in bytes from the start of the record.
    pub start: usize,
    /// Where its value ends; for a container, just past its first byte.
    pub end: usize,
    /// What stands there.
    pub kind: Kind,
}
