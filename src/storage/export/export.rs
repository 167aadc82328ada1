//! An export and its tables.

use std::path::{Path, PathBuf};

use super::fault::ExportFault;
use super::table::Table;
use super::tree::Tree;
use crate::error::Error;

/// An export whose tables have been found but not opened.
#[derive(Debug)]
pub struct Export {
    /// The path as given; `-` is standard input.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Its tables, sorted by name.
    pub tables: Vec<Table>,
    /// The files of a folder or an archive.
    pub(crate) tree: Option<Tree>,
}

/// What an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A folder of tables, or an archive of one.
    Folder,
    /// A Convex snapshot, as a folder or an archive.
    Snapshot {
        /// Its table lists, relative to the export: that of the root and one for
        /// each component.
        lists: Vec<PathBuf>,
    },
    /// A single table in a file.
    File,
    /// A single table on standard input.
    Stdin,
}

impl Export {
    /// An export that is one table.
    pub(crate) fn single(path: &Path, name: &str, kind: Kind) -> Self {
        let relative = path.file_name().map(PathBuf::from).unwrap_or_default();
        let name = name.to_owned();
        let table = Table { name, path: path.to_owned(), relative, schema: None, entry: None };
        Self { path: path.to_owned(), kind, tables: vec![table], tree: None }
    }

    /// Whether the export is a folder, a snapshot, or an archive of either.
    pub fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::Folder | Kind::Snapshot { .. })
    }

    /// The error that none of the tables is in `ruled`, the tables with rules.
    pub(crate) fn no_ruled_table(&self, ruled: Vec<String>) -> Error {
        let found = self.tables.iter().map(|table| table.name.clone()).collect();
        Error::at(&self.path, ExportFault::NoRuledTable { ruled, found })
    }
}
