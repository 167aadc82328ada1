//! What an output path stands for.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use super::stage::Stage;
use crate::error::{Error, Result};

/// Where an output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A device, a FIFO or an open file descriptor: written through, since it
    /// can be neither staged nor replaced.
    Through(PathBuf),
    /// A file or folder: staged, then renamed into place.
    Place(PathBuf),
}

impl Target {
    /// Tells what `path` stands for; `-` is standard output.
    pub fn of(path: &Path) -> Self {
        if path == Path::new("-") {
            return Self::Stdout;
        }
        let descriptor = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|prefix| path.starts_with(prefix));
        let special = fs::metadata(path).is_ok_and(|metadata| {
            let kind = metadata.file_type();
            kind.is_fifo() || kind.is_char_device() || kind.is_block_device() || kind.is_socket()
        });
        match descriptor || special {
            true => Self::Through(path.to_owned()),
            false => Self::Place(path.to_owned()),
        }
    }

    /// The path, where it will be a file or folder of its own.
    pub fn place(&self) -> Option<&Path> {
        match self {
            Self::Place(path) => Some(path),
            _ => None,
        }
    }

    /// The path as given.
    pub fn given(&self) -> &Path {
        match self {
            Self::Stdout => Path::new("-"),
            Self::Through(path) | Self::Place(path) => path,
        }
    }

    /// Where the system shows what it is.
    pub(crate) fn file(&self) -> &Path {
        match self {
            Self::Stdout => Path::new("/dev/stdout"),
            _ => self.given(),
        }
    }

    /// Opens a target that cannot be staged.
    pub(crate) fn open_through(&self) -> Result<Option<File>> {
        match self {
            Self::Place(_) => Ok(None),
            _ => {
                let file = self.open_descriptor();
                file.map(Some).map_err(|error| Error::io("cannot write", self.given(), error))
            }
        }
    }

    /// Standard streams are written as they are: opened anew by their path, a
    /// file behind one would be written from its beginning. The library's own
    /// handles would hide that one is closed.
    fn open_descriptor(&self) -> io::Result<File> {
        match self.descriptor() {
            Some(1) => Ok(rustix::io::dup(io::stdout())?.into()),
            Some(2) => Ok(rustix::io::dup(io::stderr())?.into()),
            _ => OpenOptions::new().append(true).open(self.given()),
        }
    }

    /// The number of the open file that this stands for.
    pub(crate) fn descriptor(&self) -> Option<u32> {
        match self.file().to_str()? {
            "/dev/stdout" => Some(1),
            "/dev/stderr" => Some(2),
            path => {
                let number = path.strip_prefix("/dev/fd/").or(path.strip_prefix("/proc/self/fd/"));
                number?.parse().ok()
            }
        }
    }

    /// Writes a whole side file: staged where it can be.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(
        &self,
        stage: &Stage,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        self.write_file(stage, |file| {
            let mut writer = BufWriter::with_capacity(1 << 16, file);
            fill(&mut writer).and_then(|()| writer.flush())
        })
    }

    /// The same, for what is copied from other files: the system can do that
    /// on its own from file to file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_file(
        &self,
        stage: &Stage,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<()> {
        let mut file = match self.open_through()? {
            Some(through) => through,
            None => stage.file(self.given())?,
        };
        fill(&mut file).map_err(|error| Error::io("cannot write", self.given(), error))
    }
}
