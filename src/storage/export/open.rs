//! Opens an export: finds out what it is and which tables it has.

use std::fs;
use std::path::Path;

use super::export::{Export, Kind};
use super::folder::find_tables;
use super::tree::Tree;
use crate::error::{Error, RequestFault, Result};
use crate::storage::archive::{Archive, is_zip};
use crate::storage::packing::unpacked_name;

impl Export {
    /// Finds the tables of an export. `table` names the only table of a file or of
    /// standard input.
    pub(crate) fn open(path: &Path, table: Option<&str>) -> Result<Self> {
        if path == Path::new("-") {
            let name = table.ok_or_else(|| Error::new(UNNAMED_TABLE))?;
            check_name(name)?;
            return Ok(Self::single(path, name, Kind::Stdin));
        }
        match (open_tree(path)?, table) {
            (Some(tree), None) => find_tables(tree),
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
}

/// The files of a folder or an archive; none for a single file.
fn open_tree(path: &Path) -> Result<Option<Tree>> {
    let cannot_read = |error| Error::io("cannot read", path, error);
    let metadata = fs::metadata(path).map_err(cannot_read)?;
    Ok(match metadata.is_dir() {
        true => Some(Tree::Folder(path.to_owned())),
        false if is_zip(path) => Some(Tree::Archive {
            archive: Archive::open(path).map_err(cannot_read)?,
            path: path.to_owned(),
            prefix: String::new(),
        }),
        false => None,
    })
}

/// Refuses a name that cannot be a part of paths, such as that of its rejected
/// lines.
fn check_name(name: &str) -> Result<()> {
    match name.split('/').all(|part| !matches!(part, "" | "." | "..")) && !name.contains('\0') {
        true => Ok(()),
        false => Err(Error::new(BAD_TABLE_NAME)),
    }
}

const UNNAMED_TABLE: RequestFault = RequestFault {
    what: "standard input has no table name",
    advice: "Name it, as in --table tickets.",
};

const TABLE_OF_FOLDER: RequestFault = RequestFault {
    what: "holds any number of tables, and --table names the table of a single file",
    advice: "Leave --table out, or name the table's file.",
};

const BAD_TABLE_NAME: RequestFault = RequestFault {
    what: "--table is given a name that no table can have",
    advice: "Name the table, as in --table tickets.",
};
