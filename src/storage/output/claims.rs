//! Keeps the paths of a run apart: no output may touch an input or another output.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::storage::export::{Export, Kind, table_name};
use crate::storage::files::{OutputFault, Target, resolve, resolve_existing};

/// The paths that a run reads and writes.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    inputs: Vec<Input>,
    outputs: Vec<(&'static str, Target)>,
}

#[derive(Debug)]
struct Input {
    given: PathBuf,
    resolved: PathBuf,
    extent: Extent,
}

/// How much of a path is an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The file itself.
    File,
    /// The tables in a folder.
    Tables,
    /// All files in a folder.
    Everything,
}

impl Claims {
    /// Claims an export and its tables for reading; `given` is its path as given.
    pub(crate) fn export(&mut self, given: &Path, export: &Export) -> Result<()> {
        let extent = match export.kind {
            Kind::Stdin => {
                let stdin = Path::new("/dev/stdin");
                return if stdin.is_file() { self.input(stdin) } else { Ok(()) };
            }
            Kind::File => Extent::File,
            _ if given.is_file() => return self.input(given),
            Kind::Folder => Extent::Tables,
            Kind::Snapshot { .. } => Extent::Everything,
        };
        // The two differ if the tables are in a folder within the given one.
        self.add_input(given, extent)?;
        self.add_input(&export.path, extent)?;
        export.tables.iter().try_for_each(|table| self.input(&table.path))
    }

    /// Claims files for reading. A missing one is skipped: its reader reports it.
    pub(crate) fn files<'p>(
        mut self,
        inputs: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Result<Self> {
        let mut inputs = inputs.into_iter().filter(|input| input.exists());
        inputs.try_for_each(|input| self.input(input))?;
        Ok(self)
    }

    /// Claims a file for reading.
    pub(crate) fn input(&mut self, path: &Path) -> Result<()> {
        self.add_input(path, Extent::File)
    }

    fn add_input(&mut self, path: &Path, extent: Extent) -> Result<()> {
        self.inputs.push(Input { given: path.to_owned(), resolved: resolve(path)?, extent });
        Ok(())
    }

    /// Claims the path that an option gives for writing.
    ///
    /// # Errors
    /// Returns an error if the path is that of an input or another output, inside or
    /// above one, or if its folder does not exist.
    pub(crate) fn output(&mut self, option: &'static str, target: &Target) -> Result<()> {
        let resolved = match target {
            Target::Place(path) => Target::Place(resolve_existing(path)),
            other => other.clone(),
        };
        if let Some(input) = self.inputs.iter().find(|input| input.is_touched_by(option, &resolved))
        {
            let kind = OutputFault::ClashesWithInput { option, input: input.given.clone() };
            return Err(Error::at(target.given(), kind));
        }
        if let Some((other, _)) = self.outputs.iter().find(|(_, other)| overlap(other, &resolved)) {
            return Err(Error::at(
                target.given(),
                OutputFault::ClashesWithOutput { option, other },
            ));
        }
        if let Target::Place(path) = target {
            resolve(path)?;
        }
        self.outputs.push((option, resolved));
        Ok(())
    }
}

impl Input {
    /// Whether writing `output` would touch this input. A side file may be in a folder
    /// of plain tables, unless its name is that of a table.
    fn is_touched_by(&self, option: &str, output: &Target) -> bool {
        let path = match output {
            Target::Place(path) => path,
            stream => return same_file(&self.resolved, stream.file()),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let inside = path.starts_with(&self.resolved)
            && match self.extent {
                Extent::File => false,
                Extent::Tables => option == "--out" || table_name(&name).is_some(),
                Extent::Everything => true,
            };
        inside || self.resolved.starts_with(path) || same_file(&self.resolved, path)
    }
}

fn overlap(a: &Target, b: &Target) -> bool {
    match (a, b) {
        (Target::Place(a), Target::Place(b)) => a.starts_with(b) || b.starts_with(a),
        _ => match (a.descriptor(), b.descriptor()) {
            (Some(a), Some(b)) => a == b,
            _ => same_file(a.file(), b.file()),
        },
    }
}

/// Whether two paths name the same file or FIFO. Character devices such as a terminal
/// do not count: they can be used many times.
fn same_file(a: &Path, b: &Path) -> bool {
    let identity = |path| {
        let file = fs::metadata(path).ok().filter(|file| !file.file_type().is_char_device())?;
        Some((file.dev(), file.ino()))
    };
    identity(a).is_some_and(|file| identity(b) == Some(file))
}
