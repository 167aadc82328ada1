//! Files that must not change while they are read.

use std::fs::{File, Metadata};
use std::path::Path;
use std::time::SystemTime;

use crate::error::{Error, Result};

/// A file as it was when reading began; pipes and devices may change.
#[derive(Debug)]
pub(crate) struct Steady<'s> {
    path: &'s Path,
    action: &'static str,
    before: Metadata,
}

impl<'s> Steady<'s> {
    /// Notes what a file is; `action` is what fails where it cannot be read.
    pub(crate) fn of(file: &File, path: &'s Path, action: &'static str) -> Result<Self> {
        let before = file.metadata().map_err(|error| Error::io(action, path, error))?;
        Ok(Self { path, action, before })
    }

    /// The size of a file that says it; those in /proc give something, too.
    pub(crate) fn size(&self) -> Option<u64> {
        Some(self.before.len()).filter(|size| self.before.is_file() && *size > 0)
    }

    /// Checks that the file is what it was.
    ///
    /// # Errors
    /// [`FileFault::Changed`](crate::error::FileFault::Changed) where it is not.
    pub(crate) fn check(&self, file: &File) -> Result<()> {
        let after = file.metadata().map_err(|error| Error::io(self.action, self.path, error))?;
        match self.before.is_file() && state(&self.before) != state(&after) {
            true => Err(Error::changed(self.path)),
            false => Ok(()),
        }
    }
}

fn state(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}
