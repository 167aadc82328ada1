//! An archive that is read.

use super::directory;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rawzip::{FileReader, RangeReader};

use super::directory::{Entry, Zip};
use super::writer::Raw;
use crate::storage::packing::{Checked, Packing, Unpacked};

/// An archive whose directory has been read and found sound.
pub struct Archive {
    zip: Zip,
    /// In the order of the directory.
    entries: Vec<Entry>,
    /// The files among them, by name.
    files: BTreeMap<String, usize>,
}

impl Archive {
    /// Reads the directory of the archive at `path`.
    ///
    /// # Errors
    /// What cannot be read; a directory that is damaged, or that no honest
    /// writer makes.
    pub(crate) fn open(path: &Path) -> io::Result<Arc<Self>> {
        let (zip, entries) = directory::read(File::open(path)?)?;
        let files = directory::files(&entries)?;
        Ok(Arc::new(Self { zip, entries, files }))
    }

    /// The names of all files, in the order of the directory.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|entry| !entry.is_folder).map(|entry| entry.name.as_str())
    }

    /// The files whose names begin with `prefix`, sorted.
    pub(crate) fn below(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let all = self.files.range(prefix.to_owned()..).map(|(name, _)| name.as_str());
        all.take_while(move |name| name.starts_with(prefix))
    }

    /// Whether a file stands under this name.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Where in the directory a file stands.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.files.get(name).copied()
    }

    /// The size of a file, in bytes, as the directory has it.
    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        Some(self.entries.get(self.position(name)?)?.size)
    }

    /// Reads a file, held against its checksum and size.
    pub(crate) fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let entry = self.entry(name)?;
        let bytes = self.packed(entry)?;
        let (crc, size) = (entry.crc, entry.size);
        Ok(match entry.is_deflated {
            true => Box::new(Checked::new(Unpacked::new(bytes, Packing::Deflate), crc, size)),
            false => Box::new(Checked::new(bytes, crc, size)),
        })
    }

    /// A file as it is packed.
    pub(crate) fn raw(&self, name: &str) -> io::Result<Raw> {
        let entry = self.entry(name)?;
        let Entry { crc, size, is_deflated, .. } = *entry;
        Ok(Raw { bytes: Box::new(self.packed(entry)?), is_deflated, crc, size })
    }

    fn entry(&self, name: &str) -> io::Result<&Entry> {
        let entry = self.position(name).and_then(|position| self.entries.get(position));
        entry.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// The packed bytes of an entry.
    fn packed(&self, entry: &Entry) -> io::Result<RangeReader<Arc<FileReader>>> {
        let local = self.zip.get_entry(entry.place).map_err(directory::error)?;
        let (start, end) = local.compressed_data_range();
        Ok(RangeReader::new(Arc::clone(self.zip.get_ref()), start..end))
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").finish_non_exhaustive()
    }
}
