//! Reads the entries of a ZIP archive.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rawzip::{FileReader, RangeReader};

use super::directory::{self, Entry};
use crate::storage::packing::{CheckedReader, PackedBytes, Packing, Unpacker};

/// Whether a path names an archive.
pub(crate) fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// An archive whose directory has been read and checked.
pub(crate) struct Archive {
    file: Arc<FileReader>,
    /// In the order of the directory.
    entries: Vec<Entry>,
    /// The index of each file in `entries`, by name.
    files: BTreeMap<String, usize>,
}

impl Archive {
    /// Reads the directory of the archive at `path`.
    pub(crate) fn open(path: &Path) -> io::Result<Arc<Self>> {
        let (file, entries) = directory::read(File::open(path)?)?;
        let files = directory::files(&entries)?;
        Ok(Arc::new(Self { file, entries, files }))
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

    /// Whether the archive has a file of this name.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// The index of a file in the directory.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.files.get(name).copied()
    }

    /// The unpacked size of a file in bytes, from the directory.
    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        Some(self.entries.get(self.position(name)?)?.size)
    }

    /// Reads the unpacked bytes of a file, and checks their size and checksum.
    pub(crate) fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let PackedBytes { bytes, is_deflated, crc, size } = self.packed(name)?;
        Ok(match is_deflated {
            true => Box::new(CheckedReader::new(Unpacker::new(bytes, Packing::Deflate), crc, size)),
            false => Box::new(CheckedReader::new(bytes, crc, size)),
        })
    }

    /// A file in its packed form.
    pub(crate) fn packed(&self, name: &str) -> io::Result<PackedBytes> {
        let entry = self.position(name).and_then(|position| self.entries.get(position));
        let entry = entry.ok_or(io::ErrorKind::NotFound)?;
        let &Entry { crc, size, is_deflated, .. } = entry;
        let bytes = RangeReader::new(Arc::clone(&self.file), entry.data.clone());
        Ok(PackedBytes { bytes: Box::new(bytes), is_deflated, crc, size })
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").finish_non_exhaustive()
    }
}
