//! Where the bytes of one output table go.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::{Error, Result};
use crate::pipeline::{Ticket, lock};
use crate::storage::files::{Stage, Target};
use crate::storage::packing::{Packed, Packing, Pages};

/// An output table.
pub struct Sink {
    path: PathBuf,
    kind: SinkKind,
}

enum SinkKind {
    /// Written at any place, by any thread.
    File(File),
    /// Written in order.
    Stream(Mutex<File>),
    /// Cut in order into pages, which any thread packs.
    Pages(Pages),
}

impl Sink {
    /// A staged file, packed as told; `path` is its final one.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn file(file: File, path: PathBuf, packing: Option<Packing>) -> Result<Self> {
        let kind = match packing {
            None => SinkKind::File(file),
            Some(packing) => match Pages::new(file, packing) {
                Ok(pages) => SinkKind::Pages(pages),
                Err(error) => return Err(Error::io("cannot write", path, error)),
            },
        };
        Ok(Self { path, kind })
    }

    /// Opens the target of a single table: a file is packed as its ending
    /// says.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub(crate) fn open(target: &Target, stage: &Stage) -> Result<Self> {
        let path = target.given().to_owned();
        match target.open_through()? {
            Some(stream) => Ok(Self { path, kind: SinkKind::Stream(Mutex::new(stream)) }),
            None => {
                let file = stage.main_file(&path)?;
                let packing = Packing::of(&path);
                Self::file(file, path, packing)
            }
        }
    }

    /// The path of the table, for messages and reports.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the bytes of one block, whose place in the table is `offset`;
    /// takes one lane.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(&self, bytes: &[u8], offset: u64, ticket: &mut Ticket<'_>) -> Result<()> {
        self.check(match &self.kind {
            SinkKind::File(file) => {
                ticket.pass(|| ());
                file.write_all_at(bytes, offset)
            }
            SinkKind::Stream(stream) => ticket.pass(|| lock(stream).write_all(bytes)),
            SinkKind::Pages(pages) => {
                let full = ticket.pass(|| pages.cut(bytes));
                pages.pack(full)
            }
        })
    }

    /// Writes what is still held back. Nothing may be written afterwards.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(&self) -> Result<()> {
        match &self.kind {
            SinkKind::Pages(pages) => self.check(pages.finish()),
            SinkKind::File(_) | SinkKind::Stream(_) => Ok(()),
        }
    }

    /// What has been packed; where nothing was, the system has lost it.
    pub(crate) fn packed(&self) -> Result<Packed> {
        let packed = match &self.kind {
            SinkKind::Pages(pages) => pages.packed(),
            SinkKind::File(_) | SinkKind::Stream(_) => Err(io::ErrorKind::NotFound.into()),
        };
        packed.map_err(|error| Error::io("cannot read", &self.path, error))
    }

    fn check(&self, written: io::Result<()>) -> Result<()> {
        written.map_err(|error| Error::io("cannot write", &self.path, error))
    }
}
