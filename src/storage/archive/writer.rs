//! Writes an archive: entries that are packed already, one after the other,
//! then the directory.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use rawzip::path::{EntryPath, ZipFilePath};
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};

use crate::storage::files::{Digest, Hasher};
use crate::storage::packing::{PackFault, Packed};

/// A file of another archive as it is packed there.
pub(crate) struct Raw {
    pub(crate) bytes: Box<dyn Read + Send>,
    pub(crate) is_deflated: bool,
    pub(crate) crc: u32,
    pub(crate) size: u64,
}

/// An archive that is being written. Dropped before [`Self::finish`], it is
/// none.
pub(crate) struct Writer(ZipArchiveWriter<BufWriter<Hashed>>);

/// A file, and the digest of what is written to it.
struct Hashed {
    file: File,
    hasher: Hasher,
    bytes: u64,
}

/// Bytes copied at once.
const CHUNK: usize = 256 << 10;

/// What a file may be done to, as the system's own tools write it.
const PERMISSIONS: u32 = 0o100_644;

/// Every entry has the same time, so that the same input gives the same bytes:
/// 1980 is when time begins in a ZIP.
const BEGINNING_OF_TIME: i64 = 315_532_800;

impl Writer {
    /// Writes into a file from its beginning, and takes a digest of it.
    pub(crate) fn new(file: File, digest: Digest) -> Self {
        let hashed = Hashed { file, hasher: Hasher::new(digest), bytes: 0 };
        Self(ZipArchiveWriter::new(BufWriter::with_capacity(CHUNK, hashed)))
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
        let entry = self.0.new_file(entry_path(name)?).compression_method(method);
        let entry = entry
            .unix_permissions(PERMISSIONS)
            .last_modified(UtcDateTime::from_unix(BEGINNING_OF_TIME));
        let (mut entry, _) = entry.start().map_err(error)?;
        io::copy(&mut BufReader::with_capacity(CHUNK, raw.bytes), &mut entry)?;
        entry.finish(DataDescriptorOutput::new(raw.crc, raw.size)).map_err(error)?;
        Ok(())
    }

    /// Writes the directory. Returns how many bytes there are, and their
    /// digest.
    pub(crate) fn finish(self) -> io::Result<(u64, Option<String>)> {
        let hashed = self.0.finish().map_err(error)?;
        let hashed = hashed.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok((hashed.bytes, hashed.hasher.finish()))
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A name as it is: the library would rather write what it takes for a plain
/// form of it. Bytes that it leaves alone have no mark that says UTF-8.
fn entry_path(name: &str) -> io::Result<EntryPath<'_>> {
    let is_plain = ZipFilePath::from_str(name).as_ref() == name;
    match (is_plain, name.is_ascii()) {
        (true, _) => Ok(EntryPath::conformant(name)),
        (false, true) => Ok(EntryPath::verbatim(name.as_bytes())),
        (false, false) => Err(PackFault::Name(name.to_owned()).into()),
    }
}

fn error(error: rawzip::Error) -> io::Error {
    match error.into_kind() {
        rawzip::ErrorKind::IO(error) => error,
        kind => io::Error::other(kind.to_string()),
    }
}
