//! Keeps a run's paths apart: no output may touch an input or another output.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::folder::table_name;
use super::{Export, Target};
use crate::error::{Error, ErrorKind, Result};

/// The paths that a run reads and writes.
#[derive(Debug, Default)]
pub struct Claims {
    inputs: Vec<Input>,
    outputs: Vec<(&'static str, Target)>,
}

#[derive(Debug)]
struct Input {
    given: PathBuf,
    resolved: PathBuf,
    folder: bool,
}

impl Claims {
    /// Claims an export and its tables for reading.
    ///
    /// # Errors
    /// Where a path cannot be resolved.
    pub fn export(&mut self, export: &Export) -> Result<()> {
        if export.path == Path::new("-") {
            return Ok(());
        }
        self.input(&export.path)?;
        export.tables.iter().try_for_each(|table| self.input(&table.path))
    }

    /// Claims a file or folder for reading.
    ///
    /// # Errors
    /// Where it cannot be resolved.
    pub fn input(&mut self, path: &Path) -> Result<()> {
        let resolved = resolve(path)?;
        self.inputs.push(Input { given: path.to_owned(), folder: resolved.is_dir(), resolved });
        Ok(())
    }

    /// Claims a path for writing, on behalf of an option.
    ///
    /// # Errors
    /// Where it is taken, inside or above what is taken, or its folder does
    /// not exist.
    pub fn output(&mut self, option: &'static str, target: &Target) -> Result<()> {
        let resolved = match target {
            Target::Stdout => Target::Stdout,
            Target::Through(path) => Target::Through(path.clone()),
            Target::Place(path) => Target::Place(resolve(path)?),
        };
        if let Target::Place(path) = &resolved
            && let Some(input) = self.inputs.iter().find(|input| input.meets(option, path))
        {
            let kind = ErrorKind::ClashesWithInput { option, input: input.given.clone() };
            return Err(Error::at(target.given(), kind));
        }
        if let Some((other, _)) = self.outputs.iter().find(|(_, other)| overlap(other, &resolved)) {
            return Err(Error::at(target.given(), ErrorKind::ClashesWithOutput { option, other }));
        }
        self.outputs.push((option, resolved));
        Ok(())
    }
}

impl Input {
    /// Whether writing `output` would touch this input. A side file may stand
    /// in an export's folder, unless it would be taken for a table of it.
    fn meets(&self, option: &str, output: &Path) -> bool {
        let inside = self.folder && output.starts_with(&self.resolved);
        let name = output.file_name().unwrap_or_default().to_string_lossy();
        let as_table = table_name(&name).is_some();
        self.resolved.starts_with(output)
            || inside && (option == "--out" || as_table)
            || same_file(&self.resolved, output)
    }
}

fn overlap(a: &Target, b: &Target) -> bool {
    match (a, b) {
        (Target::Place(a), Target::Place(b)) => a.starts_with(b) || b.starts_with(a),
        (Target::Through(path), other) | (other, Target::Through(path)) => {
            let is_null = path == Path::new("/dev/null");
            let stdout = path == Path::new("/dev/stdout") && *other == Target::Stdout;
            stdout || !is_null && *other == Target::Through(path.clone())
        }
        (a, b) => a == b,
    }
}

/// Two names of one file.
fn same_file(a: &Path, b: &Path) -> bool {
    let identity = |path| fs::metadata(path).ok().map(|file| (file.dev(), file.ino()));
    identity(a).is_some_and(|file| identity(b) == Some(file))
}

/// The path without links and dots; what does not exist yet is resolved by
/// its folder, which must.
pub(super) fn resolve(path: &Path) -> Result<PathBuf> {
    if let Ok(resolved) = path.canonicalize() {
        return Ok(resolved);
    }
    let parent = parent(path);
    let folder =
        parent.canonicalize().map_err(|error| Error::io("cannot use the folder", parent, error))?;
    match path.file_name() {
        Some(name) => Ok(folder.join(name)),
        None => Ok(folder),
    }
}

/// The folder of a path.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
