//! Whether an output fits the export and what stands at its path.

use std::path::Path;

use super::folder::foreign_entry;
use super::{Export, Target};
use crate::error::{Error, ErrorKind, Result};

/// Refuses an output of tables that does not fit the export.
///
/// # Errors
/// Why it does not.
pub(crate) fn check_form(out: &Target, export: &Export) -> Result<()> {
    let packed = match out.given().extension().and_then(|ending| ending.to_str()) {
        _ if out.place().is_none() => None,
        Some("zip") if export.is_folder() => Some(("snapshot ZIPs", "Name a folder instead.")),
        Some("gz" | "zst") if !export.is_folder() => {
            Some(("compressed outputs", "Write it uncompressed, or to - and through gzip or zstd."))
        }
        _ => None,
    };
    if let Some((what, advice)) = packed {
        return Err(Error::at(out.given(), ErrorKind::Unsupported { what, advice }));
    }
    if !export.is_folder() && out.given().as_os_str().as_encoded_bytes().ends_with(b"/") {
        let kind = ErrorKind::OutputKind { found: "named as a folder", wanted: "a file" };
        return Err(Error::at(out.given(), kind));
    }
    match (export.is_folder(), out) {
        (true, Target::Stdout | Target::Through(_)) => Err(Error::new(ErrorKind::Request {
            what: "a folder cannot be written to a stream",
            advice: "Name a folder with --out, or take one table at a time.",
        })),
        _ => Ok(()),
    }
}

/// What may stand at the path of an output.
#[derive(Debug)]
pub(crate) struct Standing<'p> {
    /// The path.
    pub(crate) path: &'p Path,
    /// Whether a folder would be written there, rather than a file.
    pub(crate) folder: bool,
    /// What to say where something stands there; nothing where that may be
    /// replaced.
    pub(crate) keep: Option<ErrorKind>,
}

impl Standing<'_> {
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
            let kind = ErrorKind::OutputKind { found: name(is_folder), wanted: name(folder) };
            return Err(Error::at(path, kind));
        }
        if let Some(kind) = keep {
            return Err(Error::at(path, kind));
        }
        match tables_of.filter(|_| folder) {
            Some(export) => match foreign_entry(path, &export.path)? {
                Some(entry) => Err(Error::at(path, ErrorKind::ForeignFolder { entry })),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }
}
