//! The member names that a walk looks for.

/// Names of top-level members, numbered in the order given.
///
/// A plan has a handful of names, so a linear search by length and bytes
/// beats any table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(Vec<Box<str>>);

impl Names {
    /// Collects names; the number of a name is its place in `names`.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(Box::from).collect())
    }

    /// The number of `name`, if it is looked for.
    #[inline]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|wanted| **wanted == *name)
    }
}
