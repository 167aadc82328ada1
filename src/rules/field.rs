//! One declared field.

use super::path::Path;

/// One declared field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRule {
    /// The table it belongs to.
    pub table: String,
    /// Where in a record the IDs are.
    pub path: Path,
    /// Whether absent and null need no attention.
    pub optional: bool,
    /// What at the path is an ID.
    pub matches: Match,
    /// The records that the rule applies to; all if there is none.
    pub when: Option<Condition>,
    /// Literals that are no user.
    pub exempt: Vec<String>,
}

/// What at a path is an ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Match {
    /// The value.
    #[default]
    Value,
    /// Each member name of the object.
    Keys,
}

/// A string that a record must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Its path, without wildcards. If the path occurs twice, the last one
    /// decides.
    pub path: Path,
    /// The string.
    pub equals: String,
}

impl FieldRule {
    /// A rule for a required top-level member.
    pub fn required(table: &str, name: &str) -> Self {
        Self {
            table: table.to_owned(),
            path: Path::name(name),
            optional: false,
            matches: Match::Value,
            when: None,
            exempt: Vec::new(),
        }
    }

    /// A rule for an optional top-level member.
    pub fn optional(table: &str, name: &str) -> Self {
        Self { optional: true, ..Self::required(table, name) }
    }
}
