//! What can be wrong with a rules file.

use std::fmt;

use super::path::PathFaultKind;
use crate::error::{Class, Fault, excerpt, printable};

/// Why a rules file is refused. The location of the error says where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RulesFault {
    /// It is not UTF-8.
    NotUtf8,
    /// It is not TOML, or has members that rules do not have.
    Toml(String),
    /// It has another version than this program knows.
    Version(i64),
    /// It declares no field.
    NoFields,
    /// A table without a name.
    NoTable,
    /// A path that cannot be parsed.
    Path(PathFaultKind),
    /// A path to the record itself where a value is needed.
    Record,
    /// A condition's path with a wildcard.
    ConditionWildcard,
    /// A condition's path to the record itself.
    ConditionRecord,
    /// A regular expression that cannot be parsed.
    Pattern(String),
    /// A rule with the same path as another rule of its table.
    Twice {
        /// The line of the other.
        line: u64,
    },
    /// A rule that can lead to the same place as another rule of its table.
    Meets {
        /// The path of the other.
        other: String,
        /// Its line.
        line: u64,
    },
}

impl fmt::Display for RulesFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("bytes that are not UTF-8"),
            Self::Toml(message) => f.write_str(&printable(message)),
            Self::Version(version) => write!(f, "rules of version {version} are unknown"),
            Self::NoFields => f.write_str("the rules declare no field"),
            Self::NoTable => f.write_str("a table without a name"),
            Self::Path(kind) => kind.fmt(f),
            Self::Record => f.write_str("the record itself is no ID"),
            Self::ConditionRecord => f.write_str("the record itself is no string to compare"),
            Self::ConditionWildcard => f.write_str("a wildcard in a condition's path"),
            Self::Pattern(message) => {
                write!(f, "cannot understand the regular expression: {}", printable(message))
            }
            Self::Twice { line } => write!(f, "the same path has a rule on line {line}"),
            Self::Meets { other, line } => {
                write!(f, "can lead to the same place as {} on line {line}", excerpt(other))
            }
        }
    }
}

impl Fault for RulesFault {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::NotUtf8 => "Save the file as UTF-8.",
            Self::Toml(_) => {
                "A rule looks like this: [[field]], then table = \"tickets\" and path = \"requester_id\", each on a line."
            }
            Self::Version(_) => "Write version = 1.",
            Self::NoFields => "Declare at least one [[field]] with a table and a path.",
            Self::NoTable => "Name the table, as in table = \"tickets\".",
            Self::Path(kind) => kind.advice(),
            Self::Record => "Name a member; match = \"keys\" takes the member names of the record.",
            Self::ConditionWildcard | Self::ConditionRecord => {
                "Name one member, as in when = { path = \"sender_type\", … }."
            }
            Self::Pattern(_) => {
                "A form is uuid, any or a regular expression; backslashes are best written in single quotes."
            }
            Self::Twice { .. } => {
                "Keep one of them; of a value and the member names there, spell one otherwise, as in $.votes."
            }
            Self::Meets { .. } => "Remove one of them, or make it narrower.",
        };
        Some(advice.to_owned())
    }
}
