//! Where an export's files lie: a folder, or an archive.

use std::fs::{self, File};
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::table_name;
use super::table::Opened;
use crate::error::{Error, RequestFault, Result};
use crate::storage::archive::{Archive, Raw};

/// The files of an export.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    /// Those below a folder.
    Folder(PathBuf),
    /// Those of an archive, below a folder in it.
    Archive {
        /// The archive.
        archive: Arc<Archive>,
        /// Its path.
        path: PathBuf,
        /// What all names begin with: nothing, or a folder's name and a slash.
        prefix: String,
    },
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    /// Nothing.
    Nothing,
    /// A file, or what can be read like one.
    File,
    /// A folder.
    Folder,
    /// A link that leads nowhere.
    Dangling,
}

impl Tree {
    /// A path below the tree as it is named in messages.
    pub(crate) fn path(&self, relative: &Path) -> PathBuf {
        let path = match self {
            Self::Folder(root) => root.clone(),
            Self::Archive { path, prefix, .. } => joined(path, Path::new(prefix)),
        };
        joined(&path, relative)
    }

    /// Its tree below a folder.
    pub(crate) fn below(&self, folder: &str) -> Self {
        match self {
            Self::Folder(root) => Self::Folder(root.join(folder)),
            Self::Archive { archive, path, prefix } => Self::Archive {
                archive: Arc::clone(archive),
                path: path.clone(),
                prefix: format!("{prefix}{folder}/"),
            },
        }
    }

    /// The archive, and the name in it of a path below the tree.
    pub(crate) fn archived(&self, relative: &Path) -> Option<(&Arc<Archive>, String)> {
        match self {
            Self::Folder(_) => None,
            Self::Archive { archive, prefix, .. } => {
                Some((archive, format!("{prefix}{}", relative.to_string_lossy())))
            }
        }
    }

    /// What stands at a path. What cannot be looked at is an error: taken for
    /// missing, it would be lost.
    pub(crate) fn standing(&self, relative: &Path) -> Result<Node> {
        if let Some((archive, name)) = self.archived(relative) {
            return Ok(match archive.holds(&name) {
                true => Node::File,
                false if archive.below(&format!("{name}/")).next().is_some() => Node::Folder,
                false => Node::Nothing,
            });
        }
        let path = self.path(relative);
        match (path.symlink_metadata(), fs::metadata(&path)) {
            (Err(error), _) if matches!(error.kind(), NotFound | NotADirectory) => {
                Ok(Node::Nothing)
            }
            (Ok(_), Err(error)) if error.kind() == NotFound => Ok(Node::Dangling),
            (Err(error), _) | (_, Err(error)) => Err(Error::io("cannot read", path, error)),
            (_, Ok(metadata)) if metadata.is_dir() => Ok(Node::Folder),
            _ => Ok(Node::File),
        }
    }

    /// Whether anything stands at a path.
    pub(crate) fn stands(&self, relative: &Path) -> Result<bool> {
        Ok(self.standing(relative)? != Node::Nothing)
    }

    /// The names in a folder, sorted.
    pub(crate) fn names(&self, folder: &Path) -> Result<Vec<String>> {
        let Some((archive, name)) = self.archived(folder) else {
            return names_on_disk(&self.path(folder));
        };
        let prefix = if folder.as_os_str().is_empty() { name } else { format!("{name}/") };
        let first = |name: &str| name[prefix.len()..].split('/').next().map(str::to_owned);
        let mut names: Vec<_> = archive.below(&prefix).filter_map(first).collect();
        // What is in one folder stands together.
        names.dedup();
        names.sort();
        Ok(names)
    }

    /// All files, relative to the tree; folders on a disk are followed, links
    /// to folders are not.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        match self {
            Self::Folder(root) => files_on_disk(root),
            Self::Archive { archive, prefix, .. } => {
                let below = archive.names().filter_map(|name| name.strip_prefix(prefix.as_str()));
                Ok(below.map(PathBuf::from).collect())
            }
        }
    }

    /// Opens a file as it stands, packed or not.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn open(&self, relative: &Path) -> Result<Opened> {
        let opened = match self.archived(relative) {
            Some((archive, name)) => archive.read(&name).map(Opened::Stream),
            None => File::open(self.path(relative)).map(Opened::File),
        };
        opened.map_err(|error| Error::io("cannot read", self.path(relative), error))
    }

    /// Reads the beginning of a small file: no more than `limit` bytes.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn read(&self, relative: &Path, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.open(relative)?.into_stream().take(limit).read_to_end(&mut bytes);
        read.map_err(|error| Error::io("cannot read", self.path(relative), error))?;
        Ok(bytes)
    }

    /// A file of an archive as it is packed there.
    pub(crate) fn raw(&self, relative: &Path) -> Option<io::Result<Raw>> {
        self.archived(relative).map(|(archive, name)| archive.raw(&name))
    }

    /// Where a file stands among all of them, in the order of an archive's
    /// directory.
    pub(crate) fn position(&self, relative: &Path) -> Option<usize> {
        self.archived(relative).and_then(|(archive, name)| archive.position(&name))
    }
}

/// Joining nothing would end the path with a slash.
fn joined(path: &Path, relative: &Path) -> PathBuf {
    match relative.as_os_str().is_empty() {
        true => path.to_owned(),
        false => path.join(relative.components().as_path()),
    }
}

fn names_on_disk(folder: &Path) -> Result<Vec<String>> {
    let cannot_read = |error| Error::io("cannot read", folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot_read)? {
        let name = entry.map_err(cannot_read)?.file_name();
        if name.to_str().is_none() && table_name(&name.to_string_lossy()).is_none() {
            continue;
        }
        names.push(name.to_str().map(str::to_owned).ok_or_else(|| {
            Error::at(
                folder.join(&name),
                RequestFault {
                    what: "has a name that is not UTF-8",
                    advice: "Rename it, or move it out of the export.",
                },
            )
        })?);
    }
    names.sort();
    Ok(names)
}

fn files_on_disk(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        let cannot_read = |error| Error::io("cannot read", &path, error);
        for entry in fs::read_dir(&path).map_err(cannot_read)? {
            let entry = entry.map_err(cannot_read)?;
            let relative = folder.join(entry.file_name());
            if entry.file_type().map_err(cannot_read)?.is_dir() {
                folders.push(relative);
            } else if entry.path().is_dir() {
                return Err(Error::at(entry.path(), LINKED_FOLDER));
            } else {
                files.push(relative);
            }
        }
    }
    Ok(files)
}

/// A link could lead in a circle, or out of the export.
const LINKED_FOLDER: RequestFault = RequestFault {
    what: "is a link to a folder",
    advice: "Put the folder itself in its place, or leave out --all-tables.",
};
