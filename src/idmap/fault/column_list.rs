//! The columns of a file as messages name them, without revealing data.

use std::fmt;

use crate::error::printable;

/// The columns of a file. If the first row may be data, which can include
/// password hashes, its cells are only counted; otherwise each cell that does
/// not look like a name is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnList {
    /// The cells of a header, or the names of the rows' members.
    Named(Vec<String>),
    /// The number of cells in a row that may be data.
    Counted(usize),
}

impl ColumnList {
    /// Lists cells, or counts them if they may be data and must be `hidden`.
    pub(crate) fn of(cells: &[&str], hidden: bool) -> Self {
        match hidden {
            true => Self::Counted(cells.len()),
            false => Self::Named(cells.iter().map(|&cell| cell.to_owned()).collect()),
        }
    }
}

/// The most names in a message.
const MAX_NAMES: usize = 20;

impl fmt::Display for ColumnList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = match self {
            Self::Counted(1) => return f.write_str("in a row of 1 cell"),
            Self::Counted(count) => return write!(f, "in a row of {count} cells"),
            Self::Named(columns) if columns.is_empty() => return f.write_str("among: none at all"),
            Self::Named(columns) => columns,
        };
        let name = |cell: &String| match is_column_name(cell.trim()) {
            true => printable(cell),
            false => "…".to_owned(),
        };
        let names: Vec<_> = columns.iter().take(MAX_NAMES).map(name).collect();
        let more = if columns.len() > MAX_NAMES { ", …" } else { "" };
        write!(f, "among: {}{more}", names.join(", "))
    }
}

/// The most bytes of a name.
const MAX_NAME_LENGTH: usize = 40;
/// A cell of at least this many hexadecimal digits and nothing else is a hash.
const MIN_HASH_LENGTH: usize = 16;

/// Whether a cell looks like the name of a column.
pub(crate) fn is_column_name(cell: &str) -> bool {
    let begins = cell.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let within = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\t' | '_' | '-' | '.');
    let is_hash =
        cell.len() >= MIN_HASH_LENGTH && cell.bytes().all(|byte| byte.is_ascii_hexdigit());
    cell.len() <= MAX_NAME_LENGTH && begins && cell.chars().all(within) && !is_hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinguished_from_secrets() {
        for (cell, shown) in [
            ("source_id", true),
            ("_id", true),
            ("Straße", true),
            ("e-mail address.2", true),
            ("deadbeef", true),
            ("a23456789012345678901234567890123456789g", true),
            ("", false),
            ("1st", false),
            ("anna@x", false),
            ("$2b$10$x", false),
            ("a;b", false),
            ("\u{1b}[31m", false),
            ("a\nb", false),
            ("abcdef0123456789", false),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", false),
            ("a234567890123456789012345678901234567890g", false),
        ] {
            let expected = format!("among: {}", if shown { cell } else { "…" });
            assert_eq!(ColumnList::of(&[cell], false).to_string(), expected);
            assert_eq!(ColumnList::of(&[cell, cell], true).to_string(), "in a row of 2 cells");
        }
    }
}
