//! Writes an archive: entries that are already packed, then the directory.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};

use rawzip::path::{EntryPath, ZipFilePath};
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};

use crate::storage::files::{Digest, Hasher};
use crate::storage::packing::{PackFault, PackedBytes};

/// Writes an archive, which is incomplete until [`Self::finish`].
pub(crate) struct ArchiveWriter(ZipArchiveWriter<BufWriter<HashedFile>>);

/// A file, with the digest and the number of the bytes written to it.
struct HashedFile {
    file: File,
    hasher: Hasher,
    bytes: u64,
}

/// The size of the buffers, in bytes.
const CHUNK: usize = 256 << 10;

/// The mode of each entry, the same as the system's own tools write.
const PERMISSIONS: u32 = 0o100_644;

/// The time of each entry: the earliest in a ZIP, 1980-01-01. It is constant so that
/// the same input gives the same bytes.
const EARLIEST_TIME: i64 = 315_532_800;

impl ArchiveWriter {
    /// Starts an archive in an empty file, of which it takes a digest.
    pub(crate) fn new(file: File, digest: Digest) -> Self {
        let hashed = HashedFile { file, hasher: Hasher::new(digest), bytes: 0 };
        Self(ZipArchiveWriter::new(BufWriter::with_capacity(CHUNK, hashed)))
    }

    /// Adds an entry, which is not packed again.
    pub(crate) fn add(&mut self, name: &str, packed: PackedBytes) -> io::Result<()> {
        let method = match packed.is_deflated {
            true => CompressionMethod::DEFLATE,
            false => CompressionMethod::STORE,
        };
        let entry = self.0.new_file(entry_path(name)?).compression_method(method);
        let entry = entry
            .unix_permissions(PERMISSIONS)
            .last_modified(UtcDateTime::from_unix(EARLIEST_TIME));
        let (mut entry, _) = entry.start().map_err(error)?;
        io::copy(&mut BufReader::with_capacity(CHUNK, packed.bytes), &mut entry)?;
        entry.finish(DataDescriptorOutput::new(packed.crc, packed.size)).map_err(error)?;
        Ok(())
    }

    /// Writes the directory, and returns the size of the archive in bytes and its
    /// digest.
    pub(crate) fn finish(self) -> io::Result<(u64, Option<String>)> {
        let hashed = self.0.finish().map_err(error)?;
        let hashed = hashed.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok((hashed.bytes, hashed.hasher.finish()))
    }
}

impl Write for HashedFile {
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

/// Keeps a name unchanged: the library would write its own normal form. Verbatim
/// bytes have no flag for UTF-8, so that such a name must be ASCII.
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
