//! An export and its tables.

use super::folder;
use std::fs;
use std::path::{Path, PathBuf};

use super::table::Table;
use super::tree::Tree;
use crate::storage::archive::Archive;
use crate::storage::output::is_zip;
use crate::storage::packing::unpacked_name;

use crate::error::{Error, RequestFault, Result};

/// An export whose tables have been found, none of them opened yet.
#[derive(Debug)]
pub struct Export {
    /// The path as given; `-` is standard input.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Its tables, sorted by name.
    pub tables: Vec<Table>,
    /// Its files, where it is a folder or an archive.
    pub(crate) tree: Option<Tree>,
}

/// What an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A folder of tables, or an archive of one.
    Folder,
    /// A Convex snapshot, packed or not.
    Snapshot {
        /// Its lists of tables, relative to the export: the root's own and
        /// one for each component.
        lists: Vec<PathBuf>,
    },
    /// A single table in a file.
    File,
    /// A single table on standard input.
    Stdin,
}

impl Export {
    /// Finds the tables of an export. `table` names the one table of a file
    /// or of standard input.
    ///
    /// # Errors
    /// What cannot be read, a table found twice, a form not supported.
    pub fn open(path: &Path, table: Option<&str>) -> Result<Self> {
        if path == Path::new("-") {
            let name = table.ok_or_else(|| {
                Error::new(RequestFault {
                    what: "standard input has no table name",
                    advice: "Name it, as in --table tickets.",
                })
            })?;
            check_name(name)?;
            return Ok(Self::single(path, name, Kind::Stdin));
        }
        let metadata = fs::metadata(path).map_err(|error| Error::io("cannot read", path, error))?;
        let tree = match metadata.is_dir() {
            true => Some(Tree::Folder(path.to_owned())),
            false if is_zip(path) => Some(Tree::Archive {
                archive: Archive::open(path)
                    .map_err(|error| Error::io("cannot read", path, error))?,
                path: path.to_owned(),
                prefix: String::new(),
            }),
            false => None,
        };
        match (tree, table) {
            (Some(tree), None) => folder::open(tree),
            (Some(_), Some(_)) => Err(Error::at(path, TABLE_OF_FOLDER)),
            (None, _) => {
                table.map_or(Ok(()), check_name)?;
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let stem = Path::new(unpacked_name(&file)).file_stem().unwrap_or_default();
                let name = table.map_or_else(|| stem.to_string_lossy(), Into::into);
                Ok(Self::single(path, &name, Kind::File))
            }
        }
    }

    fn single(path: &Path, name: &str, kind: Kind) -> Self {
        let relative = path.file_name().map(PathBuf::from).unwrap_or_default();
        let name = name.to_owned();
        let table = Table { name, path: path.to_owned(), relative, schema: None, entry: None };
        Self { path: path.to_owned(), kind, tables: vec![table], tree: None }
    }

    /// Whether the export is a folder of either kind, packed or not.
    pub fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::Folder | Kind::Snapshot { .. })
    }
}

const TABLE_OF_FOLDER: RequestFault = RequestFault {
    what: "holds any number of tables, and --table names the table of a single file",
    advice: "Leave --table out, or name the table's file.",
};

/// A table's name is part of paths: of its rejected lines, for one.
fn check_name(name: &str) -> Result<()> {
    match name.split('/').all(|part| !matches!(part, "" | "." | "..")) && !name.contains('\0') {
        true => Ok(()),
        false => Err(Error::new(RequestFault {
            what: "--table is given what cannot be a table's name",
            advice: "Name the table, as in --table tickets.",
        })),
    }
}
