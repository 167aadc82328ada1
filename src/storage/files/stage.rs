//! Staged output: everything is written beside its final place, and appears
//! there only when all of it is complete.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard};

use super::path::{parent, resolve};
use super::staged_item::{Action, StagedItem, place_all};
use crate::error::{Error, Result};
use crate::pipeline::lock;

/// What a run has written and not yet put in place.
///
/// The thread that waits for signals shares it: whichever comes first, committing
/// or abandoning, decides. New files are readable by their owner only.
#[derive(Debug)]
pub struct Stage {
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Open(Vec<StagedItem>),
    Over,
}

impl Default for Stage {
    fn default() -> Self {
        Self { state: Mutex::new(State::Open(Vec::new())) }
    }
}

impl Stage {
    /// Stages a file; `is_main` is whether it is the main output.
    pub(crate) fn file(&self, target: &Path, is_main: bool) -> Result<File> {
        self.add(target, is_main, |builder, folder| Ok(builder.tempfile_in(folder)?.keep()?))
    }

    /// Stages a folder, and returns the path at which [`Self::create`] writes
    /// its files.
    pub(crate) fn folder(&self, target: &Path, is_main: bool) -> Result<PathBuf> {
        self.add(target, is_main, |builder, folder| {
            let private = Permissions::from_mode(0o700);
            let staged = builder.permissions(private).tempdir_in(folder)?.keep();
            Ok((staged.clone(), staged))
        })
    }

    /// Adds the file or folder that `create` makes in the folder of `target`.
    fn add<T>(
        &self,
        target: &Path,
        is_main: bool,
        create: impl FnOnce(&mut tempfile::Builder<'_, '_>, &Path) -> io::Result<(T, PathBuf)>,
    ) -> Result<T> {
        let (given, target) = (target.to_owned(), resolve(target)?);
        let cannot = |error| Error::io("cannot write", &given, error);
        let mut state = self.lock();
        let items = state.items().map_err(cannot)?;
        let prefix = prefix(&target);
        let (created, staged) =
            create(tempfile::Builder::new().prefix(&prefix), parent(&target)).map_err(cannot)?;
        let action = Action::Create;
        items.push(StagedItem { staged, target, given, action, is_main });
        Ok(created)
    }

    /// Creates a file in a staged folder, and the folders on the way.
    pub(crate) fn create(&self, path: &Path) -> Result<File> {
        // Locked so that nothing is created in a stage that is being abandoned.
        let mut state = self.lock();
        let given = state.given(path);
        let cannot = |error| Error::io("cannot write", &given, error);
        state.items().map_err(cannot)?;
        DirBuilder::new().recursive(true).mode(0o700).create(parent(path)).map_err(cannot)?;
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(cannot)
    }

    /// Lets the output at `target` replace what exists there. Without a new
    /// output the old one is removed.
    pub(crate) fn replace(&self, target: &Path) -> Result<()> {
        let (given, target) = (target.to_owned(), resolve(target)?);
        let mut state = self.lock();
        let Ok(items) = state.items() else { return Ok(()) };
        if let Some(item) = items.iter_mut().find(|item| item.target == target) {
            item.action = Action::Replace;
        } else if target.symlink_metadata().is_ok() {
            // A process ID alone is not unique: other machines may share the folder.
            let unique = RandomState::new().hash_one(process::id());
            let staged = target.with_file_name(format!("{}old-{unique:016x}", prefix(&target)));
            items.push(StagedItem {
                staged,
                target,
                given,
                action: Action::Remove,
                is_main: false,
            });
        }
        Ok(())
    }

    /// Drops what has been staged so far; more may follow.
    pub(crate) fn discard(&self) {
        if let State::Open(items) = &mut *self.lock() {
            items.drain(..).for_each(|item| item.discard());
        }
    }

    /// Flushes everything to the disk and puts it in place, the main output
    /// last. What was replaced is removed at the end.
    pub(crate) fn commit(&self) -> Result<()> {
        self.sync()?;
        // Locked to the end: a signal that comes now finds the work done.
        let mut state = self.lock();
        let State::Open(mut items) = std::mem::replace(&mut *state, State::Over) else {
            return Ok(());
        };
        items.sort_by_key(|item| item.is_main);
        let placed = place_all(&items);
        if placed.is_ok() {
            for item in &items {
                // The output is in place; not every system can flush a folder.
                drop(File::open(parent(&item.target)).and_then(|folder| folder.sync_all()));
            }
        }
        items.iter().for_each(StagedItem::discard);
        placed
    }

    /// Removes everything staged.
    pub fn abandon(&self) {
        self.abandon_and(|| ());
    }

    /// Removes everything staged and calls `last`, unless the run has ended.
    /// Until `last` returns, the run can neither end nor fail.
    pub(crate) fn abandon_and(&self, last: impl FnOnce()) {
        let mut state = self.lock();
        if let State::Open(items) = std::mem::replace(&mut *state, State::Over) {
            items.iter().for_each(StagedItem::discard);
            last();
        }
    }

    /// Returns a guard that abandons what is staged when it is dropped, also by
    /// a panic. After [`Self::commit`] nothing is staged any more.
    pub(crate) fn abandon_at_end(&self) -> impl Drop + '_ {
        AbandonAtEnd(self)
    }

    fn sync(&self) -> Result<()> {
        // Not locked meanwhile: flushing takes long, and a signal may come.
        let items = match &*self.lock() {
            State::Open(items) => items.clone(),
            State::Over => return Ok(()),
        };
        items.iter().try_for_each(StagedItem::sync)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

struct AbandonAtEnd<'s>(&'s Stage);

impl Drop for AbandonAtEnd<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.abandon();
    }
}

impl State {
    fn items(&mut self) -> io::Result<&mut Vec<StagedItem>> {
        match self {
            Self::Open(items) => Ok(items),
            Self::Over => Err(io::Error::other("the run has ended")),
        }
    }

    /// The final path of a staged one, for messages.
    fn given(&self, path: &Path) -> PathBuf {
        let Self::Open(items) = self else { return path.to_owned() };
        let below =
            |item: &StagedItem| Some(item.given.join(path.strip_prefix(&item.staged).ok()?));
        items.iter().find_map(below).unwrap_or_else(|| path.to_owned())
    }
}

/// The beginning of the staged names beside a target. It is cut because the
/// target's name may be as long as the system allows, and a suffix follows.
fn prefix(target: &Path) -> String {
    const LONGEST: usize = 200;
    let mut name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut ends = (0..=LONGEST.min(name.len())).rev();
    name.truncate(ends.find(|end| name.is_char_boundary(*end)).unwrap_or(0));
    format!(".{name}.idswap-")
}
