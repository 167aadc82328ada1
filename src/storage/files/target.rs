//! Where an output goes: to a file, a folder, or a stream.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use super::path::descriptor_number;
use super::stage::Stage;
use crate::error::{Error, Result};

/// Where an output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A device, a FIFO or an open file descriptor, which can be neither staged
    /// nor replaced: it is written directly.
    Through(PathBuf),
    /// A file or folder: staged, then renamed into place.
    Place(PathBuf),
}

impl Target {
    /// The target that `path` names; `-` is standard output.
    pub fn of(path: &Path) -> Self {
        if path == Path::new("-") {
            return Self::Stdout;
        }
        let is_descriptor = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|prefix| path.starts_with(prefix));
        let is_special = fs::metadata(path).is_ok_and(|metadata| {
            let kind = metadata.file_type();
            kind.is_fifo() || kind.is_char_device() || kind.is_block_device() || kind.is_socket()
        });
        match is_descriptor || is_special {
            true => Self::Through(path.to_owned()),
            false => Self::Place(path.to_owned()),
        }
    }

    /// The path of a file or folder that is staged.
    pub fn place(&self) -> Option<&Path> {
        match self {
            Self::Place(path) => Some(path),
            _ => None,
        }
    }

    /// The path as the user gave it.
    pub fn given(&self) -> &Path {
        match self {
            Self::Stdout => Path::new("-"),
            Self::Through(path) | Self::Place(path) => path,
        }
    }

    /// A path at which the system shows what it is.
    pub(crate) fn file(&self) -> &Path {
        match self {
            Self::Stdout => Path::new("/dev/stdout"),
            _ => self.given(),
        }
    }

    /// Opens a target that cannot be staged; none for one that can.
    pub(crate) fn open_stream(&self) -> Result<Option<File>> {
        match self {
            Self::Place(_) => Ok(None),
            _ => {
                let file = self.open_descriptor();
                file.map(Some).map_err(|error| Error::io("cannot write", self.given(), error))
            }
        }
    }

    /// Duplicates the descriptor of a standard stream: if it were opened again by
    /// its path, a file behind it would be written from its beginning. The
    /// handles of the standard library would hide that a stream is closed.
    fn open_descriptor(&self) -> io::Result<File> {
        match self.descriptor() {
            Some(1) => Ok(rustix::io::dup(io::stdout())?.into()),
            Some(2) => Ok(rustix::io::dup(io::stderr())?.into()),
            _ => OpenOptions::new().append(true).open(self.given()),
        }
    }

    /// The number of the open descriptor that it names.
    pub(crate) fn descriptor(&self) -> Option<u32> {
        descriptor_number(self.file())
    }

    /// Writes a whole side file through a buffer; it is staged if it can be.
    pub(crate) fn write(
        &self,
        stage: &Stage,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        self.write_file(stage, |file| {
            let mut writer = BufWriter::with_capacity(1 << 16, file);
            fill(&mut writer).and_then(|()| writer.flush())
        })
    }

    /// Writes a whole side file without a buffer, for content that is copied from
    /// other files: the system can copy from file to file on its own.
    pub(crate) fn write_file(
        &self,
        stage: &Stage,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<()> {
        let mut file = match self.open_stream()? {
            Some(stream) => stream,
            None => stage.file(self.given(), false)?,
        };
        fill(&mut file).map_err(|error| Error::io("cannot write", self.given(), error))
    }
}
