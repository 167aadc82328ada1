//! The one file that a command writes.

use std::io::{self, Write};
use std::path::Path;

use super::claims::Claims;
use crate::error::{Error, Result};
use crate::storage::files::{OutputFault, Stage, Target};

/// A file that is the whole output of a command: checked before the work,
/// staged and put in place after it.
#[derive(Debug)]
pub struct LoneFile {
    target: Target,
    replace: bool,
}

impl LoneFile {
    /// Checks that `path`, the value of `option`, can be written: that it is
    /// none of the inputs claimed, and that nothing stands there, or a file
    /// that `replace` allows to replace.
    ///
    /// # Errors
    /// What speaks against it.
    pub fn new(
        option: &'static str,
        path: &Path,
        replace: bool,
        mut claims: Claims,
    ) -> Result<Self> {
        let target = Target::of(path);
        claims.output(option, &target)?;
        if let Some(place) = target.place() {
            check_standing(place, replace)?;
        }
        Ok(Self { target, replace })
    }

    /// Writes the file and puts it in place.
    ///
    /// # Errors
    /// Where it cannot be written; what stood there before stands still.
    pub fn write(
        &self,
        stage: &Stage,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let _guard = stage.abandon_at_end();
        self.target.write(stage, fill)?;
        match self.target.place() {
            Some(place) if self.replace => stage.replace(place)?,
            _ => {}
        }
        stage.commit()
    }
}

fn check_standing(path: &Path, replace: bool) -> Result<()> {
    let kind = |found| OutputFault::OutputKind { found, wanted: "a file" };
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(Error::at(path, kind("named as a folder")));
    }
    match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(_) if path.is_dir() => Err(Error::at(path, kind("a folder"))),
        Ok(_) if !replace => Err(Error::at(path, OutputFault::OutputExists)),
        Ok(_) => Ok(()),
    }
}
