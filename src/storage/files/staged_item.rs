//! One staged file or folder, and its way to its final place and back.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::fault::OutputFault;
use super::rename;
use crate::error::{Error, Result};

/// A file or folder that is written beside its final place, or an old one that
/// is to be removed.
#[derive(Debug, Clone)]
pub(crate) struct StagedItem {
    /// Where it is written; for a removal, an unused name beside the target.
    pub(crate) staged: PathBuf,
    /// Its final place.
    pub(crate) target: PathBuf,
    /// The final place as the user gave it, for messages.
    pub(crate) given: PathBuf,
    pub(crate) action: Action,
    /// Whether it is the main output, which appears last.
    pub(crate) is_main: bool,
}

/// What putting an item in place does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    Replace,
    Remove,
}

/// Puts all items in place, or none of them.
pub(crate) fn place_all(items: &[StagedItem]) -> Result<()> {
    if let Some(occupied) = items.iter().find(|item| item.is_occupied()) {
        return Err(occupied.cannot_place(io::ErrorKind::AlreadyExists.into()));
    }
    let mut placed = Vec::new();
    for item in items {
        let own = identity(&item.staged);
        if let Err(error) = item.place() {
            placed.into_iter().rev().for_each(|(item, own)| StagedItem::take_back(item, own));
            return Err(item.cannot_place(error));
        }
        placed.push((item, own));
    }
    Ok(())
}

impl StagedItem {
    fn place(&self) -> io::Result<()> {
        match self.action {
            Action::Create => rename::create(&self.staged, &self.target),
            Action::Replace => rename::replace(&self.staged, &self.target),
            // Another run may have removed it already.
            Action::Remove => match fs::rename(&self.target, &self.staged) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                done => done,
            },
        }
    }

    /// Whether something exists where nothing may be replaced. This is checked
    /// before anything is put in place, so that hardly ever anything has to be
    /// taken back.
    fn is_occupied(&self) -> bool {
        self.action == Action::Create && self.target.symlink_metadata().is_ok()
    }

    fn cannot_place(&self, error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::AlreadyExists => Error::at(&self.given, OutputFault::OutputExists),
            _ => Error::io("cannot put in place", &self.given, error),
        }
    }

    /// Undoes [`Self::place`] if the target is still `own`, and leaves what
    /// another run has put there since. Errors are ignored: this runs after
    /// something else has failed.
    fn take_back(&self, own: Option<FileIdentity>) {
        let found = identity(&self.target);
        let is_own = if self.action == Action::Remove { found.is_none() } else { found == own };
        if !is_own {
            return;
        }
        let restored = match self.action {
            Action::Replace if self.staged.symlink_metadata().is_ok() => {
                rename::replace(&self.staged, &self.target)
            }
            Action::Create | Action::Replace => fs::rename(&self.target, &self.staged),
            Action::Remove => fs::rename(&self.staged, &self.target),
        };
        drop(restored);
    }

    /// Flushes it to the disk, with all that is below a folder.
    pub(crate) fn sync(&self) -> Result<()> {
        match self.action {
            Action::Remove => Ok(()),
            Action::Create | Action::Replace => sync_all(&self.staged)
                .map_err(|error| Error::io("cannot make durable", &self.given, error)),
        }
    }

    /// Removes what is at the staged name. Errors are ignored: nothing could be
    /// done about them.
    pub(crate) fn discard(&self) {
        let removed = match self.staged.symlink_metadata() {
            Ok(staged) if staged.is_dir() => fs::remove_dir_all(&self.staged),
            Ok(_) => fs::remove_file(&self.staged),
            Err(_) => Ok(()),
        };
        drop(removed);
    }
}

/// The device and inode of a file, which it keeps when it is renamed.
type FileIdentity = (u64, u64);

fn identity(path: &Path) -> Option<FileIdentity> {
    path.symlink_metadata().ok().map(|file| (file.dev(), file.ino()))
}

fn sync_all(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() {
        for entry in fs::read_dir(path)? {
            sync_all(&entry?.path())?;
        }
    }
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ones_own_is_taken_back() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let at = |name| folder.path().join(name);
        let read = |name| fs::read_to_string(at(name)).expect("read");
        for (others, left) in [(false, "old"), (true, "of another")] {
            fs::write(at("target"), "old").expect("written");
            fs::write(at("staged"), "new").expect("written");
            let (staged, target) = (at("staged"), at("target"));
            let item = StagedItem {
                given: target.clone(),
                staged,
                target,
                action: Action::Replace,
                is_main: false,
            };
            let own = identity(&item.staged);
            item.place().expect("in place");
            assert_eq!(read("target"), "new");
            if others {
                fs::write(at("other"), "of another").expect("written");
                rename::replace(&at("other"), &at("target")).expect("in place");
            }
            item.take_back(own);
            assert_eq!(read("target"), left);
        }
    }
}
