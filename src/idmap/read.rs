//! Reads map files: CSV by RFC 4180 with a header line.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::form::{is_clerk, is_uuid};
use super::{LoadedMap, MapBuilder, MapFault, RowPlace};
use crate::digest::{Digest, Hasher};
use crate::error::{Error, ErrorKind, Result};

/// A file that the map was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapFile {
    /// Its path, as given.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The digest of its bytes, where digests are wanted.
    pub digest: Option<String>,
}

const SOURCE_NAMES: [&str; 7] =
    ["source_id", "supabase_id", "old_id", "sourceId", "external_id", "from", "source"];
const TARGET_NAMES: [&str; 6] = ["target_id", "clerk_id", "new_id", "clerkId", "to", "target"];

/// Reads the files of a map, later ones adding to earlier ones. `chains`
/// allows a target to be another row's source.
///
/// # Errors
/// A file that cannot be read, or all faults of the map at once.
pub fn read(paths: &[PathBuf], chains: bool, digest: Digest) -> Result<LoadedMap> {
    let mut builder = MapBuilder::default();
    let mut files = Vec::new();
    for path in paths {
        files.push(read_file(&mut builder, path, digest)?);
    }
    Ok(LoadedMap { map: builder.build(chains)?, files })
}

fn read_file(builder: &mut MapBuilder, path: &Path, digest: Digest) -> Result<MapFile> {
    refuse_other_forms(path)?;
    let cannot_read = |error| Error::io("cannot read the ID map", path, error);
    let mut file = Measured {
        file: File::open(path).map_err(cannot_read)?,
        bytes: 0,
        hasher: Hasher::new(digest),
    };
    read_rows(builder, &mut file, path).map_err(|error| match error {
        RowsError::Read(error) => cannot_read(error),
        RowsError::Map(error) => error,
    })?;
    Ok(MapFile { path: path.to_owned(), bytes: file.bytes, digest: file.hasher.finish() })
}

fn refuse_other_forms(path: &Path) -> Result<()> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("json" | "jsonl" | "ndjson") => Err(Error::at(
            path,
            ErrorKind::Unsupported {
                what: "JSON maps",
                advice: "Give the map as CSV with a header line, such as source_id,target_id.",
            },
        )),
        _ => Ok(()),
    }
}

/// Counts and hashes the bytes that pass through.
struct Measured {
    file: File,
    bytes: u64,
    hasher: Hasher,
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.bytes += count as u64;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

enum RowsError {
    Read(io::Error),
    Map(Error),
}

impl From<csv::Error> for RowsError {
    fn from(error: csv::Error) -> Self {
        Self::Read(match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    }
}

/// Reads all rows; what is wrong with them goes to the builder. Records are
/// read as bytes, so that every row that is not UTF-8 can be named.
fn read_rows(builder: &mut MapBuilder, file: &mut Measured, path: &Path) -> Result<(), RowsError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_reader(file);
    let mut record = csv::ByteRecord::new();
    let mut columns: Option<Columns> = None;
    while reader.read_byte_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let place = || RowPlace { file: path.to_owned(), line };
        let Ok(row) = StringRecord::from_byte_record(record.clone()) else {
            builder.fault(MapFault::NotUtf8(place()));
            continue;
        };
        let Some(columns) = &columns else {
            match Columns::of(&row, place) {
                Ok(found) => columns = Some(found),
                Err(fault) => {
                    builder.fault(fault);
                    return Ok(());
                }
            }
            continue;
        };
        match columns.cells(&row) {
            Some((source, target)) => {
                builder.add(source, target, path, line).map_err(RowsError::Map)?;
            }
            None => builder.fault(MapFault::CellCount {
                place: place(),
                cells: row.len(),
                expected: columns.count,
            }),
        }
    }
    if columns.is_none() {
        builder.fault(MapFault::NoHeader(RowPlace { file: path.to_owned(), line: 1 }));
    }
    Ok(())
}

/// Where source and target stand in a row.
struct Columns {
    source: usize,
    target: usize,
    count: usize,
}

impl Columns {
    /// Finds the columns by well-known names, or by position where there are
    /// just two.
    fn of(header: &StringRecord, place: impl Fn() -> RowPlace) -> Result<Self, MapFault> {
        if header.iter().any(|cell| is_uuid(cell) || is_clerk(cell)) {
            return Err(MapFault::HeaderIsData(place()));
        }
        let column = |name: &str| header.iter().position(|cell| cell.trim() == name);
        let first = |names: &[&str]| names.iter().find_map(|name| column(name));
        let by_name = first(&SOURCE_NAMES)
            .zip(first(&TARGET_NAMES))
            .or_else(|| column("external_id").zip(column("id")));
        let by_place = (header.len() == 2).then_some((0, 1));
        match by_name.or(by_place) {
            Some((source, target)) => Ok(Self { source, target, count: header.len() }),
            None => Err(MapFault::UnknownColumns {
                place: place(),
                columns: header.iter().map(str::to_owned).collect(),
            }),
        }
    }

    fn cells<'r>(&self, row: &'r StringRecord) -> Option<(&'r str, &'r str)> {
        if row.len() != self.count {
            return None;
        }
        row.get(self.source).zip(row.get(self.target))
    }
}
