//! A table of an export: how it is opened and read.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::naming::{DOCUMENTS, table_name};
use super::open_input::OpenInput;
use crate::error::{Error, Result};
use crate::pipeline::{Feed, FileFeed, Shard, StreamFeed};
use crate::storage::archive::Archive;
use crate::storage::packing::{Packing, Unpacker, unpacked_name};

/// A table of an export.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name; `COMPONENT/NAME` in a component of a snapshot.
    pub name: String,
    /// The path at which its file is opened, and which messages show.
    pub path: PathBuf,
    /// Its path in the export, and in an output folder.
    pub relative: PathBuf,
    /// The path in the export of the schema file beside it.
    pub schema: Option<PathBuf>,
    /// The archive that contains it, and its name there.
    pub(crate) entry: Option<(Arc<Archive>, String)>,
}

impl Table {
    /// Whether it can be read again, which a stream cannot.
    pub(crate) fn can_be_read_again(&self) -> bool {
        self.entry.is_some() || self.path != Path::new("-") && self.path.is_file()
    }

    /// Opens the table, unpacked.
    pub(crate) fn open(&self) -> Result<OpenInput> {
        let opened = self.open_raw();
        let opened = opened.map_err(|error| Error::io("cannot read", &self.path, error))?;
        Ok(match Packing::of(&self.relative) {
            None => opened,
            Some(packing) => {
                OpenInput::Stream(Box::new(Unpacker::new(opened.into_stream(), packing)))
            }
        })
    }

    /// Opens its file without unpacking `.gz` or `.zst`.
    fn open_raw(&self) -> io::Result<OpenInput> {
        if let Some((archive, name)) = &self.entry {
            return archive.read(name).map(OpenInput::Stream);
        }
        if self.path == Path::new("-") {
            return Ok(OpenInput::Stream(Box::new(io::stdin())));
        }
        let file = File::open(&self.path)?;
        Ok(match file.metadata()?.is_file() {
            true => OpenInput::File(file),
            false => OpenInput::Stream(Box::new(file)),
        })
    }

    /// The number of its unpacked bytes, if it is known without reading them.
    pub(crate) fn size(&self) -> Option<u64> {
        match (&self.entry, Packing::of(&self.relative)) {
            (_, Some(_)) => None,
            (Some((archive, name)), None) => archive.size(name),
            (None, None) => {
                self.path.metadata().ok().filter(|file| file.is_file()).map(|file| file.len())
            }
        }
    }

    /// Whether its file is packed on its own, rather than as an entry of an archive.
    pub(crate) fn is_packed(&self) -> bool {
        Packing::of(&self.relative).is_some()
    }

    /// Its name in an output archive: an import finds only tables in their own
    /// folders.
    pub(crate) fn documents(&self) -> PathBuf {
        let file = self.relative.file_name().unwrap_or_default().to_string_lossy();
        let folder = self.relative.parent().and_then(Path::file_name).and_then(OsStr::to_str);
        let is_own = folder.is_some() && folder == self.name.rsplit('/').next();
        let is_documents = is_own && unpacked_name(&file) == DOCUMENTS;
        match table_name(&file).filter(|_| !is_documents) {
            Some(stem) => self.relative.with_file_name(stem).join(DOCUMENTS),
            None => self.relative.with_file_name(DOCUMENTS),
        }
    }

    /// Whether it is an unpacked file, which can be read at any offset.
    pub(crate) fn is_plain_file(&self) -> bool {
        self.entry.is_none() && !self.is_packed() && self.path.is_file()
    }

    /// Opens the table, or a shard of it. Returns its blocks and, if it is known,
    /// its size in bytes.
    pub(crate) fn feed(&self, block: usize, shard: Option<Shard>) -> Result<(Feed, Option<u64>)> {
        match (self.open()?, shard) {
            (OpenInput::File(file), shard) => {
                let metadata = file.metadata();
                let size =
                    metadata.map_err(|error| Error::io("cannot read", &self.path, error))?.len();
                let mut feed = FileFeed::new(file, &self.path, size, block);
                if let Some(shard) = shard {
                    feed = feed.shard(shard);
                }
                let size = feed.bytes();
                Ok((Feed::File(feed), Some(size)))
            }
            (OpenInput::Stream(stream), None) => {
                let stream = StreamFeed::new(stream, &self.path, block);
                Ok((Feed::Stream(Mutex::new(stream)), self.size()))
            }
            (OpenInput::Stream(_), Some(_)) => Err(Error::changed(&self.path)),
        }
    }
}

/// Opens tables, or a shard of each. Returns the blocks of each and, if it is
/// known, the size of all in bytes.
pub(crate) fn feeds<'t>(
    tables: impl IntoIterator<Item = &'t Table>,
    block: usize,
    shard: Option<Shard>,
) -> Result<(Vec<Feed>, Option<u64>)> {
    let mut feeds = Vec::new();
    let mut total = Some(0_u64);
    for table in tables {
        let (feed, size) = table.feed(block, shard)?;
        feeds.push(feed);
        total = total.zip(size).and_then(|(sum, size)| sum.checked_add(size));
    }
    Ok((feeds, total))
}
