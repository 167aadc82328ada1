//! Writes an archive: entries that are packed already, one after the other,
//! then the directory.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};

use crate::export::packing::Packed;

/// A file of another archive as it is packed there.
pub(crate) struct Raw {
    pub(super) bytes: Box<dyn Read + Send>,
    pub(super) is_deflated: bool,
    pub(super) crc: u32,
    pub(super) size: u64,
}

/// An archive that is being written. Dropped before [`Self::finish`], it is
/// none.
pub(crate) struct Writer(ZipArchiveWriter<BufWriter<File>>);

/// Bytes copied at once.
const CHUNK: usize = 256 << 10;

/// What a file may be done to, as the system's own tools write it.
const PERMISSIONS: u32 = 0o100_644;

/// Every entry has the same time, so that the same input gives the same bytes:
/// 1980 is when time begins in a ZIP.
const BEGINNING_OF_TIME: i64 = 315_532_800;

impl Writer {
    /// Writes into a file from its beginning.
    pub(crate) fn new(file: File) -> Self {
        Self(ZipArchiveWriter::new(BufWriter::with_capacity(CHUNK, file)))
    }

    /// Adds what was packed by pages.
    pub(crate) fn packed(&mut self, name: &str, mut packed: Packed) -> io::Result<()> {
        packed.file.rewind()?;
        let bytes = Box::new(packed.file);
        let (crc, size) = (packed.crc, packed.size);
        self.raw(name, Raw { bytes, is_deflated: true, crc, size })
    }

    /// Adds what is packed in another archive, without packing it anew.
    pub(crate) fn raw(&mut self, name: &str, raw: Raw) -> io::Result<()> {
        let method = match raw.is_deflated {
            true => CompressionMethod::DEFLATE,
            false => CompressionMethod::STORE,
        };
        let entry = self.0.new_file(name).compression_method(method);
        let entry = entry
            .unix_permissions(PERMISSIONS)
            .last_modified(UtcDateTime::from_unix(BEGINNING_OF_TIME));
        let (mut entry, _) = entry.start().map_err(error)?;
        io::copy(&mut BufReader::with_capacity(CHUNK, raw.bytes), &mut entry)?;
        entry.finish(DataDescriptorOutput::new(raw.crc, raw.size)).map_err(error)?;
        Ok(())
    }

    /// Writes the directory.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.0.finish().map_err(error)?.flush()
    }
}

fn error(error: rawzip::Error) -> io::Error {
    match error.into_kind() {
        rawzip::ErrorKind::IO(error) => error,
        kind => io::Error::other(kind.to_string()),
    }
}
