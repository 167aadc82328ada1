//! Reads and checks the central directory of an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::io::ErrorKind::{InvalidInput, UnexpectedEof};
use std::ops::Range;
use std::sync::Arc;

use rawzip::{
    CompressionMethod, FileReader, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive,
    ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator,
};

use crate::storage::packing::PackFault;

/// An entry of the directory.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) is_folder: bool,
    pub(crate) is_deflated: bool,
    /// The CRC-32 of the unpacked bytes.
    pub(crate) crc: u32,
    /// The number of unpacked bytes.
    pub(crate) size: u64,
    /// Where its packed bytes are in the archive.
    pub(crate) data: Range<u64>,
    /// The bytes that it takes up at least, with its header, as start and end.
    extent: (u64, u64),
}

/// The size of a local header without its name, in bytes.
const LOCAL_HEADER: u64 = 30;

/// Reads the directory of an archive and the local header of each entry.
pub(crate) fn read(file: File) -> io::Result<(Arc<FileReader>, Vec<Entry>)> {
    let size = file.metadata()?.len();
    let file = Arc::new(FileReader::from(file));
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE.max(1 << 16)];
    let zip = ZipLocator::new()
        .locate_in_reader(Arc::clone(&file), &mut buffer, size)
        .map_err(|(_, problem)| error(problem))?;
    let mut listed = zip.entries(&mut buffer);
    let (mut entries, mut headers) = (Vec::new(), Vec::new());
    while let Some(record) = listed.next_entry().map_err(error)? {
        entries.push(entry(&record)?);
        headers.push(record.wayfinder());
    }
    // Some writers count only up to 16 bits.
    let (count, expected) = (entries.len() as u64, zip.entries_hint());
    if count != expected && count & 0xffff != expected {
        return Err(PackFault::Count.into());
    }
    for (entry, header) in entries.iter_mut().zip(headers) {
        entry.data = find_data(&zip, header, &entry.name, &mut buffer)?;
    }
    Ok((file, entries))
}

/// Finds the packed bytes of an entry by its local header, which must have the
/// name that the directory has. Otherwise a single damaged byte could turn a
/// table into another one, which would be left out.
fn find_data(
    zip: &ZipArchive<Arc<FileReader>>,
    header: ZipArchiveEntryWayfinder,
    name: &str,
    buffer: &mut [u8],
) -> io::Result<Range<u64>> {
    let local = zip.get_entry(header).map_err(error)?;
    let (start, end) = local.compressed_data_range();
    match local.local_header(buffer).map_err(error)?.file_path().as_bytes() == name.as_bytes() {
        true => Ok(start..end),
        false => Err(PackFault::OtherName(name.to_owned()).into()),
    }
}

fn entry(record: &ZipFileHeaderRecord<'_>) -> Result<Entry, PackFault> {
    let raw = record.file_path().as_bytes();
    let name = std::str::from_utf8(raw)
        .map_err(|_| PackFault::Name(String::from_utf8_lossy(raw).into_owned()))?;
    let flags = record.flags();
    if flags.is_encrypted() || flags.has_strong_encryption() || flags.is_masked() {
        return Err(PackFault::Encrypted(name.to_owned()));
    }
    let is_deflated = match record.compression_method() {
        CompressionMethod::DEFLATE => true,
        CompressionMethod::STORE => false,
        _ => return Err(PackFault::Method(name.to_owned())),
    };
    let start = record.local_header_offset();
    let length = LOCAL_HEADER + raw.len() as u64;
    Ok(Entry {
        is_folder: name.ends_with('/'),
        name: name.to_owned(),
        is_deflated,
        crc: record.crc32(),
        size: record.uncompressed_size_hint(),
        data: 0..0,
        extent: (start, start.saturating_add(length).saturating_add(record.compressed_size_hint())),
    })
}

/// The longest path that systems accept, in bytes.
const LONGEST_NAME: usize = 4096;

/// Names become paths in an output folder: they must stay inside it and mean the
/// same on every system.
fn check_name(name: &str) -> Result<(), PackFault> {
    let path = name.strip_suffix('/').unwrap_or(name);
    let is_plain = name.len() <= LONGEST_NAME
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !path.contains(['\\', '\0']);
    match is_plain {
        true => Ok(()),
        false => Err(PackFault::Name(name.to_owned())),
    }
}

/// The index of each file in the directory, by name.
pub(crate) fn files(entries: &[Entry]) -> Result<BTreeMap<String, usize>, PackFault> {
    check_names(entries.iter().map(|entry| entry.name.as_str()))?;
    check_overlap(entries)?;
    let files = entries.iter().enumerate().filter(|(_, entry)| !entry.is_folder);
    Ok(files.map(|(position, entry)| (entry.name.clone(), position)).collect())
}

/// Checks the names of the entries of an archive that is read or written.
pub(crate) fn check_names<'n>(names: impl Iterator<Item = &'n str>) -> Result<(), PackFault> {
    let mut all = BTreeSet::new();
    for name in names {
        check_name(name)?;
        if !all.insert(name) {
            return Err(PackFault::Twice(name.to_owned()));
        }
    }
    for name in &all {
        let mut folders = name.match_indices('/').map(|(end, _)| &name[..end]);
        if let Some(folder) = folders.find(|folder| all.contains(folder)) {
            return Err(PackFault::FileAndFolder(folder.to_owned()));
        }
    }
    Ok(())
}

fn check_overlap(entries: &[Entry]) -> Result<(), PackFault> {
    let mut extents: Vec<_> = entries.iter().map(|entry| (entry.extent, &entry.name)).collect();
    extents.sort_unstable();
    match extents.windows(2).find(|pair| pair[1].0.0 < pair[0].0.1) {
        Some(pair) => Err(PackFault::Overlap(pair[1].1.clone())),
        None => Ok(()),
    }
}

/// Turns an error of the library into a fault of the data, unless the system could
/// not read. An offset beyond the end of the file is a fault of the archive.
fn error(error: rawzip::Error) -> io::Error {
    let is_beyond_end = |kind| matches!(kind, UnexpectedEof | InvalidInput);
    match error.into_kind() {
        rawzip::ErrorKind::IO(error) if is_beyond_end(error.kind()) => PackFault::Cut.into(),
        rawzip::ErrorKind::IO(error) => error,
        rawzip::ErrorKind::Eof => PackFault::Cut.into(),
        kind => PackFault::Directory(kind.to_string().to_lowercase()).into(),
    }
}
