//! The columns of a file, as far as a message may name them.

use std::fmt;

use crate::error::printable;

/// The columns that a file has. A first row that may be data, password hashes
/// among it, is counted; of others each cell that looks like no name is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnList {
    /// The cells of a header, or the members of the rows.
    Named(Vec<String>),
    /// So many cells of a row that may be data.
    Counted(usize),
}

impl ColumnList {
    /// The columns that messages name; `hidden` where they may be data.
    pub(crate) fn of(cells: &[&str], hidden: bool) -> Self {
        match hidden {
            true => Self::Counted(cells.len()),
            false => Self::Named(cells.iter().map(|&cell| cell.to_owned()).collect()),
        }
    }
}

/// More names than this say nothing to anybody.
const MOST: usize = 20;

impl fmt::Display for ColumnList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = match self {
            Self::Counted(1) => return f.write_str("in a row of 1 cell"),
            Self::Counted(count) => return write!(f, "in a row of {count} cells"),
            Self::Named(columns) if columns.is_empty() => return f.write_str("among: none at all"),
            Self::Named(columns) => columns,
        };
        let name = |cell: &String| match is_name(cell.trim()) {
            true => printable(cell),
            false => "…".to_owned(),
        };
        let names: Vec<_> = columns.iter().take(MOST).map(name).collect();
        let more = if columns.len() > MOST { ", …" } else { "" };
        write!(f, "among: {}{more}", names.join(", "))
    }
}

/// The bytes of a name, at most.
const LONGEST: usize = 40;
/// This many hexadecimal digits and nothing else are a hash.
const HASH: usize = 16;

/// Whether a cell looks like the name of a column.
pub(crate) fn is_name(cell: &str) -> bool {
    let begins = cell.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let within = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\t' | '_' | '-' | '.');
    let is_hash = cell.len() >= HASH && cell.bytes().all(|byte| byte.is_ascii_hexdigit());
    cell.len() <= LONGEST && begins && cell.chars().all(within) && !is_hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_secrets() {
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
