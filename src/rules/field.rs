//! One declared field.

use super::path::Path;

/// One declared field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRule {
    /// The table it belongs to.
    pub table: String,
    /// Where in a record IDs stand.
    pub path: Path,
    /// Whether a record may go without it: absent or null then need no
    /// attention.
    pub optional: bool,
    /// What at the path is an ID.
    pub matches: Match,
    /// Which records the rule is for; all without it.
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

/// A string that must stand in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Where, without wildcards. Where the path stands twice, the last one
    /// decides.
    pub path: Path,
    /// The string.
    pub equals: String,
}

impl FieldRule {
    /// A member that every record must have.
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

    /// A member that a record may go without.
    pub fn optional(table: &str, name: &str) -> Self {
        Self { optional: true, ..Self::required(table, name) }
    }
}
