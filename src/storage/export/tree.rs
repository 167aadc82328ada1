//! The files of an export, in a folder or in an archive.

use std::fs::{self, File};
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::naming::table_name;
use super::open_input::OpenInput;
use crate::error::{Error, RequestFault, Result};
use crate::storage::archive::Archive;
use crate::storage::packing::PackedBytes;

/// The files of an export.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    /// All files in a folder.
    Folder(PathBuf),
    /// The files of an archive, or of a folder in it.
    Archive {
        /// The archive.
        archive: Arc<Archive>,
        /// Its path.
        path: PathBuf,
        /// The beginning of all names: empty, or the name of a folder and a slash.
        prefix: String,
    },
}

/// What exists at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    /// Nothing.
    Nothing,
    /// A file, or something that can be read like one.
    File,
    /// A folder.
    Folder,
    /// A link to something that does not exist.
    Dangling,
}

impl Tree {
    /// The full path of a file in the tree, for messages.
    pub(crate) fn path(&self, relative: &Path) -> PathBuf {
        let path = match self {
            Self::Folder(root) => root.clone(),
            Self::Archive { path, prefix, .. } => joined(path, Path::new(prefix)),
        };
        joined(&path, relative)
    }

    /// The tree of a folder in it.
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

    /// The archive, and the name in it of a path in the tree.
    pub(crate) fn archived(&self, relative: &Path) -> Option<(&Arc<Archive>, String)> {
        match self {
            Self::Folder(_) => None,
            Self::Archive { archive, prefix, .. } => {
                Some((archive, format!("{prefix}{}", relative.to_string_lossy())))
            }
        }
    }

    /// What exists at a path. A path that cannot be examined is an error: if it
    /// counted as missing, its file would be lost.
    pub(crate) fn node(&self, relative: &Path) -> Result<Node> {
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

    /// Whether anything exists at a path.
    pub(crate) fn exists(&self, relative: &Path) -> Result<bool> {
        Ok(self.node(relative)? != Node::Nothing)
    }

    /// The names in a folder, sorted.
    pub(crate) fn names(&self, folder: &Path) -> Result<Vec<String>> {
        let Some((archive, name)) = self.archived(folder) else {
            return names_on_disk(&self.path(folder));
        };
        let prefix = if folder.as_os_str().is_empty() { name } else { format!("{name}/") };
        let first = |name: &str| name[prefix.len()..].split('/').next().map(str::to_owned);
        let mut names: Vec<_> = archive.below(&prefix).filter_map(first).collect();
        // The files of one folder are next to each other.
        names.dedup();
        names.sort();
        Ok(names)
    }

    /// The paths of all files in the tree. A link to a folder is an error.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        match self {
            Self::Folder(root) => files_on_disk(root),
            Self::Archive { archive, prefix, .. } => {
                let below = archive.names().filter_map(|name| name.strip_prefix(prefix.as_str()));
                Ok(below.map(PathBuf::from).collect())
            }
        }
    }

    /// Opens a file without unpacking it, unless it is packed as an entry of the
    /// archive.
    pub(crate) fn open(&self, relative: &Path) -> Result<OpenInput> {
        let opened = match self.archived(relative) {
            Some((archive, name)) => archive.read(&name).map(OpenInput::Stream),
            None => File::open(self.path(relative)).map(OpenInput::File),
        };
        opened.map_err(|error| Error::io("cannot read", self.path(relative), error))
    }

    /// Reads at most `limit` bytes from the beginning of a file.
    pub(crate) fn read(&self, relative: &Path, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.open(relative)?.into_stream().take(limit).read_to_end(&mut bytes);
        read.map_err(|error| Error::io("cannot read", self.path(relative), error))?;
        Ok(bytes)
    }

    /// A file of an archive in its packed form; none if the tree is a folder.
    pub(crate) fn packed(&self, relative: &Path) -> Option<io::Result<PackedBytes>> {
        self.archived(relative).map(|(archive, name)| archive.packed(&name))
    }

    /// The index of a file in the directory of an archive.
    pub(crate) fn position(&self, relative: &Path) -> Option<usize> {
        self.archived(relative).and_then(|(archive, name)| archive.position(&name))
    }
}

/// Joins two paths. `Path::join` with an empty path would append a slash.
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
        let name = name.into_string();
        names.push(name.map_err(|name| Error::at(folder.join(name), NOT_UTF8))?);
    }
    names.sort();
    Ok(names)
}

const NOT_UTF8: RequestFault = RequestFault {
    what: "has a name that is not UTF-8",
    advice: "Rename it, or move it out of the export.",
};

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

/// Links are not followed: they could lead in a circle or out of the export.
const LINKED_FOLDER: RequestFault = RequestFault {
    what: "is a link to a folder",
    advice: "Put the folder itself in its place, or leave out --all-tables.",
};
