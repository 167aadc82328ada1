//! A table where it lies: how it is opened and read.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::folder::{DOCUMENTS, table_name};
use crate::error::{Error, Result};
use crate::pipeline::{Feed, FileFeed, Shard, StreamFeed};
use crate::storage::archive::Archive;
use crate::storage::packing::{Packing, Unpacked, unpacked_name};

/// A table of an export.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name; in a component of a snapshot `COMPONENT/NAME`.
    pub name: String,
    /// Its file as it is opened and named in messages.
    pub path: PathBuf,
    /// Its place in the export, mirrored in the output.
    pub relative: PathBuf,
    /// The schema file beside it, relative to the export.
    pub schema: Option<PathBuf>,
    /// The archive that holds it, and its name there.
    pub(crate) entry: Option<(Arc<Archive>, String)>,
}

/// A table that is open.
pub enum Opened {
    /// A file that can be read at any place.
    File(File),
    /// Anything else, read once.
    Stream(Box<dyn Read + Send>),
}

impl Opened {
    /// Its bytes in their order.
    pub(crate) fn into_stream(self) -> Box<dyn Read + Send> {
        match self {
            Self::File(file) => Box::new(file),
            Self::Stream(stream) => stream,
        }
    }

    /// Copies all of it; from file to file the system can do that on its own.
    pub(crate) fn copy_to(self, output: &mut File) -> io::Result<()> {
        match self {
            Self::File(mut file) => io::copy(&mut file, output),
            Self::Stream(mut stream) => io::copy(&mut stream, output),
        }
        .map(drop)
    }
}

impl Table {
    /// Whether it can be opened again: a stream can be read only once.
    pub fn can_be_read_again(&self) -> bool {
        self.entry.is_some() || self.path != Path::new("-") && self.path.is_file()
    }

    /// Opens the table, unpacked.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(&self) -> Result<Opened> {
        let opened = self.open_as_it_is();
        let opened = opened.map_err(|error| Error::io("cannot read", &self.path, error))?;
        Ok(match Packing::of(&self.relative) {
            None => opened,
            Some(packing) => Opened::Stream(Box::new(Unpacked::new(opened.into_stream(), packing))),
        })
    }

    fn open_as_it_is(&self) -> io::Result<Opened> {
        if let Some((archive, name)) = &self.entry {
            return archive.read(name).map(Opened::Stream);
        }
        if self.path == Path::new("-") {
            return Ok(Opened::Stream(Box::new(io::stdin())));
        }
        let file = File::open(&self.path)?;
        Ok(match file.metadata()?.is_file() {
            true => Opened::File(file),
            false => Opened::Stream(Box::new(file)),
        })
    }

    /// Its bytes, unpacked, where that is known before it is read.
    pub fn size(&self) -> Option<u64> {
        match (&self.entry, Packing::of(&self.relative)) {
            (_, Some(_)) => None,
            (Some((archive, name)), None) => archive.size(name),
            (None, None) => {
                self.path.metadata().ok().filter(|file| file.is_file()).map(|file| file.len())
            }
        }
    }

    /// Whether its file is packed by itself.
    pub(crate) fn is_packed(&self) -> bool {
        Packing::of(&self.relative).is_some()
    }

    /// Its name in an archive: an import knows tables in folders of their own
    /// alone.
    pub(crate) fn documents(&self) -> PathBuf {
        let file = self.relative.file_name().unwrap_or_default().to_string_lossy();
        let own = self.relative.parent().and_then(Path::file_name).and_then(OsStr::to_str);
        let is_own = own.is_some() && own == self.name.rsplit('/').next();
        let is_documents = is_own && unpacked_name(&file) == DOCUMENTS;
        match table_name(&file).filter(|_| !is_documents) {
            Some(stem) => self.relative.with_file_name(stem).join(DOCUMENTS),
            None => self.relative.with_file_name(DOCUMENTS),
        }
    }

    /// Whether it is one file, as it is read: any place of it can be read at
    /// once.
    pub(crate) fn is_plain_file(&self) -> bool {
        self.entry.is_none() && !self.is_packed() && self.path.is_file()
    }

    /// Opens the table, or a shard of it; returns its blocks and, where it is
    /// known, its size.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn feed(&self, block: usize, shard: Option<Shard>) -> Result<(Feed, Option<u64>)> {
        match (self.open()?, shard) {
            (Opened::File(file), shard) => {
                let metadata = file.metadata();
                let size =
                    metadata.map_err(|error| Error::io("cannot read", &self.path, error))?.len();
                let feed = FileFeed::new(file, &self.path, size, block);
                let feed = match shard {
                    Some(shard) => feed.shard(shard),
                    None => feed,
                };
                let size = feed.bytes();
                Ok((Feed::File(feed), Some(size)))
            }
            (Opened::Stream(stream), None) => {
                let stream = StreamFeed::new(stream, &self.path, block);
                Ok((Feed::Stream(Mutex::new(stream)), self.size()))
            }
            (Opened::Stream(_), Some(_)) => Err(Error::changed(&self.path)),
        }
    }
}

/// Opens tables, or a shard of each; returns the blocks of each and, where it
/// is known, the size of all.
///
/// # Errors
/// Those of [`Table::feed`].
pub fn feeds<'t>(
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
