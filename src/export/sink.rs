//! Where the bytes of one output table go.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{Stage, Table, Target};
use crate::error::{Error, Result};
use crate::pipeline::lock;

/// An output table.
pub struct Sink {
    path: PathBuf,
    kind: SinkKind,
}

enum SinkKind {
    /// Written at any place, by any thread.
    File(File),
    /// Written in order.
    Stream(Mutex<Box<dyn Write + Send>>),
}

impl Sink {
    /// A staged file; `path` is its final one.
    pub fn file(file: File, path: &Path) -> Self {
        Self { path: path.to_owned(), kind: SinkKind::File(file) }
    }

    /// Opens the target of a table: its place in the staged folder `root`,
    /// which will be `out`, or `out` itself.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn of_table(
        table: &Table,
        out: &Target,
        root: Option<&Path>,
        stage: &Stage,
    ) -> Result<Self> {
        let Some(root) = root else { return Self::open(out, stage) };
        let file = stage.create(&root.join(&table.relative))?;
        Ok(Self::file(file, &out.given().join(&table.relative)))
    }

    /// Opens the target of a single table.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(target: &Target, stage: &Stage) -> Result<Self> {
        let path = target.given().to_owned();
        let kind = match target.open_through()? {
            Some(stream) => SinkKind::Stream(Mutex::new(Box::new(stream))),
            None => SinkKind::File(stage.main_file(&path)?),
        };
        Ok(Self { path, kind })
    }

    /// Whether bytes must be written in order, by [`Self::append`].
    pub fn is_ordered(&self) -> bool {
        matches!(self.kind, SinkKind::Stream(_))
    }

    /// Writes bytes at their place in the table.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        match &self.kind {
            SinkKind::File(file) => self.check(file.write_all_at(bytes, offset)),
            SinkKind::Stream(_) => self.append(bytes),
        }
    }

    /// Writes the next bytes of the table.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn append(&self, bytes: &[u8]) -> Result<()> {
        self.check(match &self.kind {
            SinkKind::File(file) => (&mut &*file).write_all(bytes),
            SinkKind::Stream(stream) => lock(stream).write_all(bytes),
        })
    }

    /// Hands over what is still buffered.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn flush(&self) -> Result<()> {
        match &self.kind {
            SinkKind::File(_) => Ok(()),
            SinkKind::Stream(stream) => self.check(lock(stream).flush()),
        }
    }

    fn check(&self, written: io::Result<()>) -> Result<()> {
        written.map_err(|error| Error::io("cannot write", &self.path, error))
    }
}
