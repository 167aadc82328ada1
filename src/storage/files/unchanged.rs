//! Detects files that change while they are read.

use std::fs::{File, Metadata};
use std::path::Path;
use std::time::SystemTime;

use crate::error::{Error, Result};

/// The size and the modification time of a file when reading began.
#[derive(Debug)]
pub(crate) struct FileState<'s> {
    path: &'s Path,
    action: &'static str,
    before: Metadata,
}

impl<'s> FileState<'s> {
    /// Takes the state of a file; `action` says what failed if it cannot be
    /// read later, as in "cannot read".
    pub(crate) fn of(file: &File, path: &'s Path, action: &'static str) -> Result<Self> {
        let before = file.metadata().map_err(|error| Error::io(action, path, error))?;
        Ok(Self { path, action, before })
    }

    /// The size in bytes of a regular file. Files in /proc claim to be empty
    /// and still have content, so that an empty file has no known size.
    pub(crate) fn size(&self) -> Option<u64> {
        Some(self.before.len()).filter(|size| self.before.is_file() && *size > 0)
    }

    /// Checks that a regular file has not changed; pipes and devices may.
    ///
    /// # Errors
    /// Returns [`FileFault::Changed`](crate::error::FileFault::Changed) if it has.
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
