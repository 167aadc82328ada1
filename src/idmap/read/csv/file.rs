//! A CSV file whose first row has been read.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use super::dialect::CsvDialect;
use super::replay::Replay;
use crate::error::{Error, Result};
use crate::idmap::fault::MapFault;
use crate::idmap::read::column_choice::ColumnChoice;
use crate::storage::{Digest, FileState, Hasher};

/// A CSV file whose first row has been read.
pub(crate) struct CsvFile<'p> {
    pub(crate) path: &'p Path,
    /// The action that fails if the file cannot be read.
    pub(crate) action: &'static str,
    pub(crate) file: File,
    /// The bytes that were read for the first row.
    start: Vec<u8>,
    state: FileState<'p>,
    pub(crate) dialect: CsvDialect,
}

/// How far a file has been read.
#[derive(Debug)]
pub(crate) struct Progress {
    /// The bytes before that offset, and how many lines end in them.
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    /// The hash of these bytes.
    pub(crate) hasher: Hasher,
}

impl Progress {
    pub(crate) fn start(digest: Digest) -> Self {
        Self { bytes: 0, lines: 0, hasher: Hasher::new(digest) }
    }
}

impl<'p> CsvFile<'p> {
    /// Opens a file and recognises its dialect, or returns the faults of its
    /// first row.
    pub(crate) fn open(
        path: &'p Path,
        action: &'static str,
        choice: &ColumnChoice<'_>,
    ) -> Result<Result<Self, Vec<MapFault>>> {
        let cannot_read = |error| Error::io(action, path, error);
        let file = File::open(path).map_err(cannot_read)?;
        let state = FileState::of(&file, path, action)?;
        let mut replay = Replay::new(&file);
        match CsvDialect::recognise(&mut replay, choice, path).map_err(cannot_read)? {
            Ok(dialect) => {
                let start = replay.into_kept();
                Ok(Ok(Self { path, action, file, start, state, dialect }))
            }
            Err(faults) => state.check(&file).map(|()| Err(faults)),
        }
    }

    /// Returns the size of the file, if it is known.
    pub(crate) fn size(&self) -> Option<u64> {
        self.state.size()
    }

    /// Returns the bytes of the file from its start. Can be called once, and
    /// not after [`Self::rest`].
    pub(crate) fn whole(&self) -> impl Read {
        Cursor::new(&self.start).chain(&self.file)
    }

    /// Returns the bytes of the file from `offset` on.
    pub(crate) fn rest(&self, offset: u64) -> Result<impl Read> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))
            .map_err(|error| Error::io(self.action, self.path, error))?;
        Ok(file)
    }

    /// Checks that the file did not change since it was opened.
    pub(crate) fn check(&self) -> Result<()> {
        self.state.check(&self.file)
    }
}
