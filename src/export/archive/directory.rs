//! The central directory of an archive: what it holds, and whether that can be
//! trusted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::Arc;

use rawzip::{
    CompressionMethod, FileReader, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive,
    ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator,
};

use crate::export::packing::PackFault;

/// An archive that any thread can read at any place.
pub(super) type Zip = ZipArchive<Arc<FileReader>>;

/// An entry of the directory.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) place: ZipArchiveEntryWayfinder,
    pub(super) is_folder: bool,
    pub(super) is_deflated: bool,
    pub(super) crc: u32,
    /// The size of its bytes once unpacked.
    pub(super) size: u64,
    /// The bytes of the archive that are its own, at least.
    span: (u64, u64),
}

/// The bytes of an entry before its name.
const LOCAL_HEADER: u64 = 30;

/// Reads the end of the archive and its directory.
pub(super) fn read(file: File) -> io::Result<(Zip, Vec<Entry>)> {
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
    match count == said || count & 0xffff == said {
        true => Ok((zip, entries)),
        false => Err(PackFault::Count.into()),
    }
}

fn entry(record: &ZipFileHeaderRecord<'_>) -> Result<Entry, PackFault> {
    let raw = record.file_path().as_bytes();
    let name = std::str::from_utf8(raw)
        .map_err(|_| PackFault::Name(String::from_utf8_lossy(raw).into_owned()))?;
    check_name(name)?;
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

/// Names become paths of an output folder: they must stay below it, and mean
/// the same on every system.
fn check_name(name: &str) -> Result<(), PackFault> {
    let path = name.strip_suffix('/').unwrap_or(name);
    let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !path.contains(['\\', '\0']);
    match is_plain {
        true => Ok(()),
        false => Err(PackFault::Name(name.to_owned())),
    }
}

/// The files of the directory by name. No name may stand twice, nor be that of
/// a folder too, and no two entries may share their bytes.
pub(super) fn files(entries: &[Entry]) -> Result<BTreeMap<String, usize>, PackFault> {
    let mut files = BTreeMap::new();
    for (position, entry) in entries.iter().enumerate() {
        if files.insert(entry.name.clone(), position).is_some() {
            return Err(PackFault::Twice(entry.name.clone()));
        }
    }
    for name in files.keys() {
        let mut folders = name.match_indices('/').map(|(end, _)| &name[..end]);
        if let Some(folder) = folders.find(|folder| files.contains_key(*folder)) {
            return Err(PackFault::FileAndFolder(folder.to_owned()));
        }
    }
    check_apart(entries)?;
    files.retain(|_, position| !entries[*position].is_folder);
    Ok(files)
}

fn check_apart(entries: &[Entry]) -> Result<(), PackFault> {
    let mut spans: Vec<_> = entries.iter().map(|entry| (entry.span, &entry.name)).collect();
    spans.sort_unstable();
    match spans.windows(2).find(|pair| pair[1].0.0 < pair[0].0.1) {
        Some(pair) => Err(PackFault::Overlap(pair[1].1.clone())),
        None => Ok(()),
    }
}

/// What the library says is damage, unless the system could not read.
pub(super) fn error(error: rawzip::Error) -> io::Error {
    match error.into_kind() {
        rawzip::ErrorKind::IO(error) => error,
        rawzip::ErrorKind::Eof => PackFault::Cut.into(),
        kind => PackFault::Directory(kind.to_string().to_lowercase()).into(),
    }
}
