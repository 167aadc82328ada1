//! Whether an output fits the export and what stands at its path.

use std::path::Path;

use crate::error::{Error, RequestFault, Result};
use crate::storage::export::{Export, foreign_entry};
use crate::storage::files::{OutputFault, Target};

/// Whether a path is that of an archive.
pub(crate) fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

/// Refuses an output of tables that does not fit the export.
///
/// # Errors
/// Why it does not.
pub(crate) fn check_form(out: &Target, export: &Export) -> Result<()> {
    if !export.is_folder() && out.place().is_some_and(is_zip) {
        return Err(Error::at(out.given(), ZIP_OF_ONE));
    }
    let is_file = !export.is_folder() || out.place().is_some_and(is_zip);
    if is_file && out.given().as_os_str().as_encoded_bytes().ends_with(b"/") {
        let kind = OutputFault::OutputKind { found: "named as a folder", wanted: "a file" };
        return Err(Error::at(out.given(), kind));
    }
    match (export.is_folder(), out) {
        (true, Target::Stdout | Target::Through(_)) => Err(Error::new(RequestFault {
            what: "a folder cannot be written to a stream",
            advice: "Name a folder with --out, or take one table at a time.",
        })),
        _ => Ok(()),
    }
}

const ZIP_OF_ONE: RequestFault = RequestFault {
    what: "would be a ZIP, which is made of a folder or of another ZIP",
    advice: "Name a .jsonl, .jsonl.gz or .jsonl.zst file, or put the table into a folder.",
};

/// What may stand at the path of an output.
#[derive(Debug)]
pub(crate) struct Standing<'p> {
    /// The path.
    pub(crate) path: &'p Path,
    /// Whether a folder would be written there, rather than a file.
    pub(crate) folder: bool,
    /// What to say where something stands there; nothing where that may be
    /// replaced.
    pub(crate) keep: Option<OutputFault>,
}

impl<'p> Standing<'p> {
    /// What would stand at `path` after a run over `export`.
    pub(crate) fn output(path: &'p Path, export: &Export, keep: Option<OutputFault>) -> Self {
        Self { path, folder: export.is_folder() && !is_zip(path), keep }
    }

    /// Refuses to replace what stands there, unless it may be, and to replace
    /// a file with a folder or the other way round; where tables of an export
    /// are written there, also a folder that is no earlier output.
    ///
    /// # Errors
    /// Why it is refused.
    pub(crate) fn check(self, tables_of: Option<&Export>) -> Result<()> {
        let Self { path, folder, keep } = self;
        let Ok(standing) = path.symlink_metadata() else { return Ok(()) };
        let is_folder = path.metadata().unwrap_or(standing).is_dir();
        if is_folder != folder {
            let name = |folder| if folder { "a folder" } else { "a file" };
            let kind = OutputFault::OutputKind { found: name(is_folder), wanted: name(folder) };
            return Err(Error::at(path, kind));
        }
        if let Some(kind) = keep {
            return Err(Error::at(path, kind));
        }
        match tables_of.filter(|_| folder) {
            Some(export) => match foreign_entry(path, export.tree.as_ref())? {
                Some(entry) => Err(Error::at(path, OutputFault::ForeignFolder { entry })),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }
}
