//! Renames files and folders without replacing anything by accident, and
//! exchanges names, on file systems without such renames, too.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Renames `staged` to `target`.
///
/// # Errors
/// Returns [`io::ErrorKind::AlreadyExists`] if `target` exists, and any error of the
/// file system.
pub(crate) fn create(staged: &Path, target: &Path) -> io::Result<()> {
    rename(staged, target, RenameFlags::NOREPLACE)
}

/// Renames `staged` to `target`; what existed there is at `staged` afterwards.
/// A rename cannot replace a folder that is not empty, so the two names are
/// exchanged. Other processes may do the same at the same time.
pub(crate) fn replace(staged: &Path, target: &Path) -> io::Result<()> {
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

/// Renames with a flag, or in steps if the file system supports no flags.
fn rename(staged: &Path, target: &Path, flags: RenameFlags) -> io::Result<()> {
    match renameat_with(CWD, staged, CWD, target, flags) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => rename_in_steps(staged, target, flags),
        done => Ok(done?),
    }
}

/// Does the same without flags, which network file systems often lack.
fn rename_in_steps(staged: &Path, target: &Path, flags: RenameFlags) -> io::Result<()> {
    if flags.contains(RenameFlags::EXCHANGE) {
        return exchange_in_steps(staged, target);
    }
    // A hard link never replaces anything; folders cannot have one.
    match fs::hard_link(staged, target) {
        Ok(()) => return fs::remove_file(staged),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) => {}
    }
    match target.symlink_metadata() {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(staged, target).map_err(|error| match is_occupied(&error) {
            true => io::ErrorKind::AlreadyExists.into(),
            false => error,
        }),
    }
}

/// Exchanges two names. A file that can have a hard link gets one before its
/// first name is reused, so that it exists at any time. A folder is missing for
/// a moment; one that another process puts in its place is replaced, too.
fn exchange_in_steps(staged: &Path, target: &Path) -> io::Result<()> {
    let mut old = staged.as_os_str().to_owned();
    old.push("-old");
    let old = Path::new(&old);
    loop {
        let is_linked = fs::hard_link(target, old).is_ok();
        if !is_linked {
            fs::rename(target, old)?;
        }
        match fs::rename(staged, target) {
            Ok(()) => break,
            Err(error) if is_linked => return fs::remove_file(old).and(Err(error)),
            Err(error) if is_occupied(&error) => fs::remove_dir_all(old)?,
            Err(error) => return fs::rename(old, target).and(Err(error)),
        }
    }
    fs::rename(old, staged).or_else(|error| {
        fs::rename(target, staged).and_then(|()| fs::rename(old, target)).and(Err(error))
    })
}

/// Whether a folder could not be renamed because another one is there.
fn is_occupied(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists)
}

#[cfg(test)]
#[path = "../../../tests/models/storage/rename.rs"]
mod tests;
