//! The destination of the bytes of one output table.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::{Error, Result};
use crate::pipeline::{Ticket, lock};
use crate::storage::files::{Stage, Target};
use crate::storage::packing::{PackedBytes, Packing, PageWriter};

/// The destination of one output table.
pub(crate) struct Sink {
    path: PathBuf,
    kind: SinkKind,
}

enum SinkKind {
    /// Written at any offset, by any thread.
    File(File),
    /// Written in order.
    Stream(Mutex<File>),
    /// Cut into pages in order, which any thread packs.
    Packed(PageWriter),
}

impl Sink {
    /// Makes a sink of a staged file, packed as `packing` says; `path` is its final
    /// path.
    pub(crate) fn file(file: File, path: PathBuf, packing: Option<Packing>) -> Result<Self> {
        let kind = match packing {
            None => SinkKind::File(file),
            Some(packing) => match PageWriter::new(file, packing) {
                Ok(pages) => SinkKind::Packed(pages),
                Err(error) => return Err(Error::io("cannot write", path, error)),
            },
        };
        Ok(Self { path, kind })
    }

    /// Opens the target of a single table; a file is packed as its extension says.
    pub(crate) fn open(target: &Target, stage: &Stage) -> Result<Self> {
        let path = target.given().to_owned();
        match target.open_stream()? {
            Some(stream) => Ok(Self { path, kind: SinkKind::Stream(Mutex::new(stream)) }),
            None => {
                let file = stage.file(&path, true)?;
                let packing = Packing::of(&path);
                Self::file(file, path, packing)
            }
        }
    }

    /// The path of the table, for messages and reports.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one block, which begins at `offset` in the table. Takes one lane.
    pub(crate) fn write(&self, bytes: &[u8], offset: u64, ticket: &mut Ticket<'_>) -> Result<()> {
        self.check(match &self.kind {
            SinkKind::File(file) => {
                ticket.pass(|| ());
                file.write_all_at(bytes, offset)
            }
            SinkKind::Stream(stream) => ticket.pass(|| lock(stream).write_all(bytes)),
            SinkKind::Packed(pages) => {
                let full = ticket.pass(|| pages.cut(bytes));
                pages.pack(full)
            }
        })
    }

    /// Writes what is still buffered. Nothing may be written afterwards.
    pub(crate) fn finish(&self) -> Result<()> {
        match &self.kind {
            SinkKind::Packed(pages) => self.check(pages.finish()),
            SinkKind::File(_) | SinkKind::Stream(_) => Ok(()),
        }
    }

    /// Returns the packed table.
    pub(crate) fn packed(&self) -> Result<PackedBytes> {
        let packed = match &self.kind {
            SinkKind::Packed(pages) => pages.packed(),
            SinkKind::File(_) | SinkKind::Stream(_) => Err(io::ErrorKind::NotFound.into()),
        };
        packed.map_err(|error| Error::io("cannot read", &self.path, error))
    }

    fn check(&self, written: io::Result<()>) -> Result<()> {
        written.map_err(|error| Error::io("cannot write", &self.path, error))
    }
}
