//! The single file that a command writes.

use std::io::{self, Write};
use std::path::Path;

use super::claims::Claims;
use super::path_checks::{check_existing, check_file_name};
use crate::error::Result;
use crate::storage::files::{OutputFault, Stage, Target};

/// A file that is the whole output of a command: checked before the work, staged
/// and put in place after it.
#[derive(Debug)]
pub(crate) struct LoneFile {
    target: Target,
    replace: bool,
}

impl LoneFile {
    /// Checks that `path`, the value of `option`, can be written: that it is not an
    /// input in `claims`, and that nothing exists there, or a file that `replace`
    /// allows to replace.
    pub(crate) fn new(
        option: &'static str,
        path: &Path,
        replace: bool,
        mut claims: Claims,
    ) -> Result<Self> {
        let target = Target::of(path);
        claims.output(option, &target)?;
        if let Some(path) = target.place() {
            check_file_name(path)?;
            check_existing(path, false, (!replace).then_some(OutputFault::OutputExists))?;
        }
        Ok(Self { target, replace })
    }

    /// Writes the file and puts it in place.
    pub(crate) fn write(
        &self,
        stage: &Stage,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let _guard = stage.abandon_at_end();
        self.target.write(stage, fill)?;
        match self.target.place() {
            Some(path) if self.replace => stage.replace(path)?,
            _ => {}
        }
        stage.commit()
    }
}
