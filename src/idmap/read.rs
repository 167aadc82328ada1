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
        chunk: Vec::new(),
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
    /// The bytes read last.
    chunk: Vec<u8>,
}

impl Measured {
    /// The byte before `position`, if it was read last.
    fn byte_before(&self, position: u64) -> Option<u8> {
        let from_end = usize::try_from(self.bytes.checked_sub(position)?).ok()?;
        self.chunk.get(self.chunk.len().checked_sub(from_end + 1)?).copied()
    }
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.bytes += count as u64;
        self.hasher.update(&buffer[..count]);
        if count > 0 {
            self.chunk.clear();
            self.chunk.extend_from_slice(&buffer[..count]);
        }
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
        let line = first_line(&reader, &record);
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

/// The line on which a record that was just read begins.
///
/// The reader's own position of a record lies before any line breaks that it
/// skips on the way there, and the `\n` of a CRLF is one of them. So this
/// counts back from the record's end.
fn first_line(reader: &csv::Reader<&mut Measured>, record: &csv::ByteRecord) -> u64 {
    let end = reader.position();
    let ended = reader.get_ref().byte_before(end.byte()) == Some(b'\n');
    let within = record.iter().map(|cell| memchr::memchr_iter(b'\n', cell).count() as u64);
    // A quote that is not closed takes in the file's last newline, too.
    let known = record.position().map_or(1, csv::Position::line);
    (end.line() - u64::from(ended)).saturating_sub(within.sum()).max(known)
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
        if header.iter().map(str::trim).any(|cell| is_uuid(cell) || is_clerk(cell)) {
            return Err(MapFault::HeaderIsData(place()));
        }
        let column = |name: &str| header.iter().position(|cell| cell.trim() == name);
        let first = |names: &[&str]| names.iter().find_map(|name| column(name));
        let by_name = first(&SOURCE_NAMES)
            .zip(first(&TARGET_NAMES))
            .or_else(|| column("external_id").zip(column("id")));
        // A header that names one column turned around is not guessed at.
        let turned = |place, names: &[&str]| {
            header.get(place).is_some_and(|cell: &str| names.contains(&cell.trim()))
        };
        let turned = turned(0, &TARGET_NAMES) || turned(1, &SOURCE_NAMES);
        let by_place = (header.len() == 2 && !turned).then_some((0, 1));
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The line of the last row, which is at fault.
    fn line_of_fault(map: &str) -> u64 {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(map.as_bytes()).unwrap();
        let error = read(&[file.path().to_owned()], false, Digest::None).unwrap_err();
        match error.kind() {
            ErrorKind::Map(faults) => match faults.last() {
                Some(MapFault::EmptySource(place) | MapFault::OddCell(place)) => place.line,
                other => panic!("{map:?}: {other:?}"),
            },
            other => panic!("{map:?}: {other:?}"),
        }
    }

    #[test]
    fn names_the_line_whatever_comes_before_it() {
        for (map, line) in [
            ("a,b\n,c\n", 2),
            ("a,b\r\n,c\r\n", 2),
            ("a,b\r\n,c", 2),
            ("a,b\n\n\n1,2\n\n,c\n", 6),
            ("a,b\r\n\r\n1,2\r\n,c\r\n", 4),
            ("\u{feff}a,b\n\n,c", 3),
            ("a,b\n\"1\n2\",3\n,c\n", 4),
            ("a,b\r\n\"1\r\n\r\n2\",3\r\n,\"c\nd\"\r\n", 5),
        ] {
            assert_eq!(line_of_fault(map), line, "{map:?}");
        }
        let long = format!("a,b\n{}\n,c\n", format!("{},x\n", "1".repeat(70_000)).repeat(1));
        assert_eq!(line_of_fault(&long), 4);
        let many: String = (0..20_000).map(|row| format!("s{row},t\r\n")).collect();
        assert_eq!(line_of_fault(&format!("a,b\r\n{many},c\r\n")), 20_002);
    }
}
