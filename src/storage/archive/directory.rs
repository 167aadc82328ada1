//! The central directory of an archive: what it holds, and whether that can be
//! trusted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::io::ErrorKind::{InvalidInput, UnexpectedEof};
use std::sync::Arc;

use rawzip::{
    CompressionMethod, FileReader, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive,
    ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator,
};

use crate::storage::packing::PackFault;

/// An archive that any thread can read at any place.
pub(crate) type Zip = ZipArchive<Arc<FileReader>>;

/// An entry of the directory.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) place: ZipArchiveEntryWayfinder,
    pub(crate) is_folder: bool,
    pub(crate) is_deflated: bool,
    pub(crate) crc: u32,
    /// The size of its bytes once unpacked.
    pub(crate) size: u64,
    /// The bytes of the archive that are its own, at least.
    span: (u64, u64),
}

/// The bytes of an entry before its name.
const LOCAL_HEADER: u64 = 30;

/// Reads the end of the archive and its directory.
pub(crate) fn read(file: File) -> io::Result<(Zip, Vec<Entry>)> {
    let size = file.metadata()?.len();
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE.max(1 << 16)];
    let zip = ZipLocator::new()
        .locate_in_reader(Arc::new(FileReader::from(file)), &mut buffer, size)
        .map_err(|(_, problem)| error(problem))?;
    let mut listed = zip.entries(&mut buffer);
    let mut entries = Vec::new();
    while let Some(record) = listed.next_entry().map_err(error)? {
        entries.push(entry(&record)?);
    }
    // Some writers count only up to 16 bits.
    let (count, said) = (entries.len() as u64, zip.entries_hint());
    if count != said && count & 0xffff != said {
        return Err(PackFault::Count.into());
    }
    check_places(&zip, &entries, &mut buffer)?;
    Ok((zip, entries))
}

/// Each entry stands where the directory says, under the name that it says
/// there. Otherwise a single damaged byte could make a table another one, which
/// would be left out.
fn check_places(zip: &Zip, entries: &[Entry], buffer: &mut [u8]) -> io::Result<()> {
    for entry in entries {
        let local = zip.get_entry(entry.place).map_err(error)?;
        let header = local.local_header(buffer).map_err(error)?;
        if header.file_path().as_bytes() != entry.name.as_bytes() {
            return Err(PackFault::OtherName(entry.name.clone()).into());
        }
    }
    Ok(())
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
        place: record.wayfinder(),
        is_deflated,
        crc: record.crc32(),
        size: record.uncompressed_size_hint(),
        span: (start, start.saturating_add(length).saturating_add(record.compressed_size_hint())),
    })
}

/// The longest path that systems take.
const LONGEST_NAME: usize = 4096;

/// Names become paths of an output folder: they must stay below it, and mean
/// the same on every system.
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

/// The files of the directory by name. No two entries may share their bytes.
pub(crate) fn files(entries: &[Entry]) -> Result<BTreeMap<String, usize>, PackFault> {
    check_names(entries.iter().map(|entry| entry.name.as_str()))?;
    check_apart(entries)?;
    let files = entries.iter().enumerate().filter(|(_, entry)| !entry.is_folder);
    Ok(files.map(|(position, entry)| (entry.name.clone(), position)).collect())
}

/// Checks the names of an archive's entries, be it read or written.
///
/// # Errors
/// A name that is none of a file below a folder, stands twice, or is that of a
/// folder too.
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

fn check_apart(entries: &[Entry]) -> Result<(), PackFault> {
    let mut spans: Vec<_> = entries.iter().map(|entry| (entry.span, &entry.name)).collect();
    spans.sort_unstable();
    match spans.windows(2).find(|pair| pair[1].0.0 < pair[0].0.1) {
        Some(pair) => Err(PackFault::Overlap(pair[1].1.clone())),
        None => Ok(()),
    }
}

/// What the library says is damage, unless the system could not read. A place
/// beyond the end is the archive's own claim.
pub(crate) fn error(error: rawzip::Error) -> io::Error {
    let is_nowhere = |kind| matches!(kind, UnexpectedEof | InvalidInput);
    match error.into_kind() {
        rawzip::ErrorKind::IO(error) if is_nowhere(error.kind()) => PackFault::Cut.into(),
        rawzip::ErrorKind::IO(error) => error,
        rawzip::ErrorKind::Eof => PackFault::Cut.into(),
        kind => PackFault::Directory(kind.to_string().to_lowercase()).into(),
    }
}
