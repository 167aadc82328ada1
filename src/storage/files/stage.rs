//! Staged output: everything is written beside its final place, and appears
//! there only when all of it is complete.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::{io, process};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::fault::OutputFault;
use crate::error::{Error, Result};
use crate::pipeline::lock;
use crate::storage::output::{parent, resolve};

/// What a run has written and not yet put in place.
///
/// Shared with the thread that waits for signals: whichever of
/// [`Stage::commit`] and [`Stage::abandon`] comes first decides. New files
/// are readable by their owner only.
#[derive(Debug)]
pub struct Stage {
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Open(Vec<Item>),
    Over,
}

#[derive(Debug, Clone)]
struct Item {
    /// Where it is written; for a removal, an unused name beside the target.
    staged: PathBuf,
    /// Its final place.
    target: PathBuf,
    /// The same as it was given, for messages.
    given: PathBuf,
    action: Action,
    /// The main output appears last.
    main: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Create,
    Replace,
    Remove,
}

impl Default for Stage {
    fn default() -> Self {
        Self { state: Mutex::new(State::Open(Vec::new())) }
    }
}

impl Stage {
    /// Stages a side file.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn file(&self, target: &Path) -> Result<File> {
        self.add_file(target, false)
    }

    /// Stages the main output as a file.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn main_file(&self, target: &Path) -> Result<File> {
        self.add_file(target, true)
    }

    fn add_file(&self, target: &Path, main: bool) -> Result<File> {
        let (given, target) = (target.to_owned(), resolve(target)?);
        let cannot = |error| Error::io("cannot write", &given, error);
        let mut state = self.lock();
        let items = state.items().map_err(cannot)?;
        let staged = tempfile::Builder::new().prefix(&prefix(&target)).tempfile_in(parent(&target));
        let staged = staged.map_err(cannot)?;
        let (file, staged) = staged.keep().map_err(|error| cannot(error.error))?;
        items.push(Item { staged, target, given, action: Action::Create, main });
        Ok(file)
    }

    /// Stages a folder; returns where to write its files with
    /// [`Self::create`].
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn folder(&self, target: &Path, main: bool) -> Result<PathBuf> {
        let (given, target) = (target.to_owned(), resolve(target)?);
        let cannot = |error| Error::io("cannot write", &given, error);
        let mut state = self.lock();
        let items = state.items().map_err(cannot)?;
        let staged = tempfile::Builder::new()
            .prefix(&prefix(&target))
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent(&target))
            .map_err(cannot)?
            .keep();
        let action = Action::Create;
        items.push(Item { staged: staged.clone(), target, given, action, main });
        Ok(staged)
    }

    /// Creates a file in a staged folder, and the folders on the way.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn create(&self, path: &Path) -> Result<File> {
        // Held so that a stage that was abandoned stays removed.
        let mut state = self.lock();
        let given = state.given(path);
        let cannot = |error| Error::io("cannot write", &given, error);
        state.items().map_err(cannot)?;
        DirBuilder::new().recursive(true).mode(0o700).create(parent(path)).map_err(cannot)?;
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(cannot)
    }

    /// Lets the output at `target` replace what stands there, and go if there
    /// is no new one.
    ///
    /// # Errors
    /// Where its folder does not exist.
    pub fn replace(&self, target: &Path) -> Result<()> {
        let (given, target) = (target.to_owned(), resolve(target)?);
        let mut state = self.lock();
        let Ok(items) = state.items() else { return Ok(()) };
        if let Some(item) = items.iter_mut().find(|item| item.target == target) {
            item.action = Action::Replace;
        } else if target.symlink_metadata().is_ok() {
            // Of other machines' processes, too: the number of one would not do.
            let unique = RandomState::new().hash_one(process::id());
            let staged = target.with_file_name(format!("{}old-{unique:016x}", prefix(&target)));
            items.push(Item { staged, target, given, action: Action::Remove, main: false });
        }
        Ok(())
    }

    /// Drops what has been staged so far; more may follow.
    pub fn discard(&self) {
        if let State::Open(items) = &mut *self.lock() {
            items.drain(..).for_each(|item| item.discard());
        }
    }

    /// Makes everything durable and puts it in place, the main output last.
    /// What was replaced is removed at the end.
    ///
    /// # Errors
    /// Where that fails; then what stood before stands again.
    pub fn commit(&self) -> Result<()> {
        self.sync()?;
        // Held to the end: a signal that comes now finds the work done.
        let mut state = self.lock();
        let State::Open(mut items) = std::mem::replace(&mut *state, State::Over) else {
            return Ok(());
        };
        items.sort_by_key(|item| item.main);
        let placed = place(&items);
        if placed.is_ok() {
            for item in &items {
                // The output stands; not every system lets a folder be flushed.
                drop(File::open(parent(&item.target)).and_then(|folder| folder.sync_all()));
            }
        }
        items.iter().for_each(Item::discard);
        placed
    }

    /// Removes everything staged.
    pub fn abandon(&self) {
        self.abandon_and(|| ());
    }

    /// Removes everything staged and does `last`, unless the run has ended.
    /// Until that is done the run can neither end nor fail.
    pub fn abandon_and(&self, last: impl FnOnce()) {
        let mut state = self.lock();
        if let State::Open(items) = std::mem::replace(&mut *state, State::Over) {
            items.iter().for_each(Item::discard);
            last();
        }
    }

    /// Abandons what is staged once the returned guard goes, however the work
    /// ends; a panic is one way. After [`Self::commit`] nothing is.
    pub fn abandon_at_end(&self) -> impl Drop + '_ {
        AbandonAtEnd(self)
    }

    fn sync(&self) -> Result<()> {
        // Not held meanwhile: flushing takes long, and a signal may come.
        let items = match &*self.lock() {
            State::Open(items) => items.clone(),
            State::Over => return Ok(()),
        };
        for item in items.iter().filter(|item| item.action != Action::Remove) {
            sync_all(&item.staged)
                .map_err(|error| Error::io("cannot make durable", &item.given, error))?;
        }
        Ok(())
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
    fn items(&mut self) -> io::Result<&mut Vec<Item>> {
        match self {
            Self::Open(items) => Ok(items),
            Self::Over => Err(io::Error::other("the run has ended")),
        }
    }

    /// A staged path as it will be, for messages.
    fn given(&self, path: &Path) -> PathBuf {
        let Self::Open(items) = self else { return path.to_owned() };
        let below = |item: &Item| Some(item.given.join(path.strip_prefix(&item.staged).ok()?));
        items.iter().find_map(below).unwrap_or_else(|| path.to_owned())
    }
}

/// Puts all items in place, or none.
fn place(items: &[Item]) -> Result<()> {
    if let Some(taken) = items.iter().find(|item| item.is_taken()) {
        return Err(taken.cannot_place(io::ErrorKind::AlreadyExists.into()));
    }
    let mut placed = Vec::new();
    for item in items {
        let own = identity(&item.staged);
        if let Err(error) = item.place() {
            placed.into_iter().rev().for_each(|(item, own)| Item::take_back(item, own));
            return Err(item.cannot_place(error));
        }
        placed.push((item, own));
    }
    Ok(())
}

impl Item {
    fn place(&self) -> io::Result<()> {
        match self.action {
            Action::Create => rename(&self.staged, &self.target, RenameFlags::NOREPLACE),
            Action::Replace => replace(&self.staged, &self.target),
            // Another run may have removed it already.
            Action::Remove => match fs::rename(&self.target, &self.staged) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                done => done,
            },
        }
    }

    /// Whether something stands where nothing may be replaced. Seen before
    /// anything is in place, so that there is hardly ever anything to take back.
    fn is_taken(&self) -> bool {
        self.action == Action::Create && self.target.symlink_metadata().is_ok()
    }

    fn cannot_place(&self, error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::AlreadyExists => Error::at(&self.given, OutputFault::OutputExists),
            _ => Error::io("cannot put in place", &self.given, error),
        }
    }

    /// Undoes [`Self::place`]: takes back what is `own`, and leaves what another
    /// attempt has put there since. Best effort: it runs when something has failed
    /// already.
    fn take_back(&self, own: Option<(u64, u64)>) {
        let found = identity(&self.target);
        let is_own = if self.action == Action::Remove { found.is_none() } else { found == own };
        if !is_own {
            return;
        }
        let back = match self.action {
            Action::Replace if self.staged.symlink_metadata().is_ok() => {
                replace(&self.staged, &self.target)
            }
            Action::Create | Action::Replace => fs::rename(&self.target, &self.staged),
            Action::Remove => fs::rename(&self.staged, &self.target),
        };
        drop(back);
    }

    /// Removes what stands at the staged name. Best effort: there is nothing
    /// better to do where it fails.
    fn discard(&self) {
        let removed = match self.staged.symlink_metadata() {
            Ok(staged) if staged.is_dir() => fs::remove_dir_all(&self.staged),
            Ok(_) => fs::remove_file(&self.staged),
            Err(_) => Ok(()),
        };
        drop(removed);
    }
}

/// What stands at a path, whatever it is called: its device and its number there.
fn identity(path: &Path) -> Option<(u64, u64)> {
    path.symlink_metadata().ok().map(|file| (file.dev(), file.ino()))
}

/// How the staged names beside a target begin. The name may be as long as the
/// system allows, and what follows takes some room, too.
fn prefix(target: &Path) -> String {
    const LONGEST: usize = 200;
    let mut name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut ends = (0..=LONGEST.min(name.len())).rev();
    name.truncate(ends.find(|end| name.is_char_boundary(*end)).unwrap_or(0));
    format!(".{name}.idswap-")
}

/// Puts `staged` at `target`; what stood there is at `staged` afterwards.
/// Renaming cannot replace a folder that is not empty, so the two names are
/// exchanged. Others may do the same at the same time.
fn replace(staged: &Path, target: &Path) -> io::Result<()> {
    replace_by(rename, staged, target)
}

type Rename = fn(&Path, &Path, RenameFlags) -> io::Result<()>;

fn replace_by(rename: Rename, staged: &Path, target: &Path) -> io::Result<()> {
    loop {
        match rename(staged, target, RenameFlags::NOREPLACE) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => return done,
        }
        match rename(staged, target, RenameFlags::EXCHANGE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => return done,
        }
    }
}

/// Renames with a flag, or by steps where the file system knows no flags.
fn rename(staged: &Path, target: &Path, flags: RenameFlags) -> io::Result<()> {
    match renameat_with(CWD, staged, CWD, target, flags) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => rename_by_steps(staged, target, flags),
        done => Ok(done?),
    }
}

/// The same as storage that machines share often has to.
fn rename_by_steps(staged: &Path, target: &Path, flags: RenameFlags) -> io::Result<()> {
    if flags.contains(RenameFlags::EXCHANGE) {
        return exchange_by_steps(staged, target);
    }
    // A second name is given only where nothing stands; folders have none.
    match fs::hard_link(staged, target) {
        Ok(()) => return fs::remove_file(staged),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) => {}
    }
    match target.symlink_metadata() {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(staged, target).map_err(|error| match is_taken(&error) {
            true => io::ErrorKind::AlreadyExists.into(),
            false => error,
        }),
    }
}

/// A file is there at any time, if it can have a second name: it gets that before
/// its first is another's. Of a folder there is none; what another attempt puts in
/// its place meanwhile is replaced, too.
fn exchange_by_steps(staged: &Path, target: &Path) -> io::Result<()> {
    let mut aside = staged.as_os_str().to_owned();
    aside.push("-old");
    let aside = Path::new(&aside);
    loop {
        let is_linked = fs::hard_link(target, aside).is_ok();
        if !is_linked {
            fs::rename(target, aside)?;
        }
        match fs::rename(staged, target) {
            Ok(()) => break,
            Err(error) if is_linked => return fs::remove_file(aside).and(Err(error)),
            Err(error) if is_taken(&error) => fs::remove_dir_all(aside)?,
            Err(error) => return fs::rename(aside, target).and(Err(error)),
        }
    }
    fs::rename(aside, staged).or_else(|error| {
        fs::rename(target, staged).and_then(|()| fs::rename(aside, target)).and(Err(error))
    })
}

/// Whether a folder could not be renamed to where another one stands.
fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists)
}

/// Flushes a file, or all files and folders below a folder, to the disk.
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
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    fn read(path: &Path) -> String {
        fs::read_to_string(path).expect("read")
    }

    #[test]
    fn names_are_exchanged_by_steps_where_the_system_cannot() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let [staged, target] = ["staged", "target"].map(|name| folder.path().join(name));
        fs::write(&staged, "new").expect("written");
        fs::write(&target, "old").expect("written");
        exchange_by_steps(&staged, &target).expect("exchanged");
        assert_eq!((read(&target), read(&staged)), ("new".to_owned(), "old".to_owned()));

        fs::remove_file(&staged).expect("removed");
        assert!(exchange_by_steps(&staged, &target).is_err(), "nothing is staged");
        assert_eq!(read(&target), "new");

        fs::remove_file(&target).expect("removed");
        for (folder, file) in [(&staged, "new"), (&target, "old")] {
            fs::create_dir(folder).expect("created");
            fs::write(folder.join(file), "").expect("written");
        }
        exchange_by_steps(&staged, &target).expect("exchanged");
        assert!(target.join("new").exists() && staged.join("old").exists());
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 2, "nothing is left");
    }

    /// Puts folders or files in one place from several threads at once.
    fn race(folder: &Path, is_folder: bool, rename: Rename) {
        const THREADS: usize = 4;
        let (target, start) = (folder.join("target"), Barrier::new(THREADS));
        let attempt = |thread: usize| {
            start.wait();
            for round in 0..100 {
                let staged = folder.join(format!("staged-{thread}-{round}"));
                let file = if is_folder { staged.join("file") } else { staged.clone() };
                fs::create_dir_all(parent(&file)).expect("created");
                fs::write(file, "all of it").expect("written");
                replace_by(rename, &staged, &target).expect("in place");
                drop(fs::remove_dir_all(&staged).or_else(|_| fs::remove_file(&staged)));
            }
        };
        thread::scope(|scope| {
            (0..THREADS).for_each(|thread| drop(scope.spawn(move || attempt(thread))));
        });
        assert_eq!(read(&if is_folder { target.join("file") } else { target }), "all of it");
        assert_eq!(fs::read_dir(folder).expect("listed").count(), 1, "nothing is left");
    }

    #[test]
    fn attempts_at_once_all_end_well() {
        for is_folder in [false, true] {
            for rename in [rename, rename_by_steps] {
                let folder = tempfile::tempdir().expect("temporary folder");
                race(folder.path(), is_folder, rename);
            }
        }
    }

    #[test]
    fn only_what_is_ones_own_is_taken_back() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let at = |name| folder.path().join(name);
        for (others, left) in [(false, "old"), (true, "of another")] {
            fs::write(at("target"), "old").expect("written");
            fs::write(at("staged"), "new").expect("written");
            let (staged, target) = (at("staged"), at("target"));
            let item = Item {
                given: target.clone(),
                staged,
                target,
                action: Action::Replace,
                main: false,
            };
            let own = identity(&item.staged);
            item.place().expect("in place");
            assert_eq!(read(&at("target")), "new");
            if others {
                fs::write(at("other"), "of another").expect("written");
                replace(&at("other"), &at("target")).expect("in place");
            }
            item.take_back(own);
            assert_eq!(read(&at("target")), left);
        }
    }
}
