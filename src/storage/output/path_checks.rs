//! Checks an output path: whether it fits the export, and whether what already
//! exists there may be replaced.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, RequestFault, Result};
use crate::storage::archive::is_zip;
use crate::storage::export::{Export, foreign_entry};
use crate::storage::files::{OutputFault, Target};

/// Refuses an output of tables that does not fit the export.
pub(crate) fn check_form(out: &Target, export: &Export) -> Result<()> {
    if !export.is_folder() && out.place().is_some_and(is_zip) {
        return Err(Error::at(out.given(), ZIP_OF_ONE));
    }
    if !export.is_folder() || out.place().is_some_and(is_zip) {
        check_file_name(out.given())?;
    }
    match (export.is_folder(), out) {
        (true, Target::Stdout | Target::Through(_)) => Err(Error::new(FOLDER_TO_STREAM)),
        _ => Ok(()),
    }
}

/// Refuses the path of a file that ends with a slash.
pub(crate) fn check_file_name(path: &Path) -> Result<()> {
    match path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        true => {
            let kind = OutputFault::OutputKind { found: "named as a folder", wanted: "a file" };
            Err(Error::at(path, kind))
        }
        false => Ok(()),
    }
}

/// Refuses to replace a file with a folder or a folder with a file. `keep` is the
/// fault if anything exists; without it, anything else may be replaced.
pub(crate) fn check_existing(
    path: &Path,
    is_folder: bool,
    keep: Option<OutputFault>,
) -> Result<()> {
    let Ok(existing) = path.symlink_metadata() else { return Ok(()) };
    let found_folder = path.metadata().unwrap_or(existing).is_dir();
    if found_folder != is_folder {
        let name = |is_folder| if is_folder { "a folder" } else { "a file" };
        let kind = OutputFault::OutputKind { found: name(found_folder), wanted: name(is_folder) };
        return Err(Error::at(path, kind));
    }
    keep.map_or(Ok(()), |fault| Err(Error::at(path, fault)))
}

/// Does the same for the output of the tables of `export`, and refuses to replace a
/// folder that no run can have written.
pub(crate) fn check_existing_tables(
    path: &Path,
    export: &Export,
    keep: Option<OutputFault>,
) -> Result<()> {
    let is_folder = export.is_folder() && !is_zip(path);
    check_existing(path, is_folder, keep)?;
    match is_folder && path.symlink_metadata().is_ok() {
        true => refuse_foreign(path, foreign_entry(path, export.tree.as_ref())?),
        false => Ok(()),
    }
}

/// Refuses to replace a folder of side files that contains anything but files whose
/// relative paths `is_ours` accepts, and the folders around them.
pub(crate) fn check_side_folder(folder: &Path, is_ours: impl Fn(&Path) -> bool) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let foreign = foreign_file(folder, is_ours)?;
    refuse_foreign(folder, foreign.map(|file| file.to_string_lossy().into_owned()))
}

fn refuse_foreign(folder: &Path, entry: Option<String>) -> Result<()> {
    match entry {
        Some(entry) => Err(Error::at(folder, OutputFault::ForeignFolder { entry })),
        None => Ok(()),
    }
}

/// The first file that is not ours, or an empty folder: a run makes none.
fn foreign_file(folder: &Path, is_ours: impl Fn(&Path) -> bool) -> Result<Option<PathBuf>> {
    let mut open = vec![PathBuf::new()];
    let mut foreign = Vec::new();
    while let Some(inner) = open.pop() {
        let path = folder.join(&inner);
        let cannot_read = |error| Error::io("cannot read", &path, error);
        let mut is_empty = true;
        for entry in fs::read_dir(&path).map_err(cannot_read)? {
            let entry = entry.map_err(cannot_read)?;
            let (relative, kind) =
                (inner.join(entry.file_name()), entry.file_type().map_err(cannot_read)?);
            is_empty = false;
            if kind.is_dir() {
                open.push(relative);
            } else if !kind.is_file() || !is_ours(&relative) {
                foreign.push(relative);
            }
        }
        foreign.extend((is_empty && inner != Path::new("")).then_some(inner));
    }
    Ok(foreign.into_iter().min())
}

const ZIP_OF_ONE: RequestFault = RequestFault {
    what: "would be a ZIP, which is made of a folder or of another ZIP",
    advice: "Name a .jsonl, .jsonl.gz or .jsonl.zst file, or put the table into a folder.",
};

const FOLDER_TO_STREAM: RequestFault = RequestFault {
    what: "a folder cannot be written to a stream",
    advice: "Name a folder with --out, or take one table at a time.",
};
