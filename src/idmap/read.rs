//! Reads map files: CSV by RFC 4180 with a header line.
//!
//! Files are read in blocks by all threads, streams by one. Both end in the
//! same columns; where a block cannot be told apart without knowing what
//! comes before it, the reader of streams goes on from there.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use rayon::ThreadPool;

use super::blocks::{MapSource, ReadSoFar};
use super::header::Header;
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
    /// Its rows, those without a target among them.
    pub rows: u64,
    /// The digest of its bytes, where digests are wanted.
    pub digest: Option<String>,
}

/// Bytes in a block of a map file: what a thread reads, parses and hands over
/// stays in its cache.
const BLOCK: usize = 256 << 10;

/// Reads the files of a map, later ones adding to earlier ones. `chains`
/// allows a target to be another row's source. All threads of `pool` work.
///
/// # Errors
/// A file that cannot be read, or all faults of the map at once.
pub fn read(
    paths: &[PathBuf],
    chains: bool,
    digest: Digest,
    pool: &ThreadPool,
) -> Result<LoadedMap> {
    let mut builder = MapBuilder::default();
    let mut files = Vec::new();
    for path in paths {
        let before = builder.rows();
        let file = read_file(&mut builder, path, digest, pool, BLOCK)?;
        files.push(MapFile { rows: builder.rows() - before, ..file });
    }
    Ok(LoadedMap { map: pool.install(|| builder.build(chains))?, files })
}

fn read_file(
    builder: &mut MapBuilder,
    path: &Path,
    digest: Digest,
    pool: &ThreadPool,
    block: usize,
) -> Result<MapFile> {
    refuse_other_forms(path)?;
    let cannot_read = |error| Error::io("cannot read the ID map", path, error);
    let mut file = File::open(path).map_err(cannot_read)?;
    let metadata = file.metadata().map_err(cannot_read)?;
    let mut done = ReadSoFar::nothing(digest);
    // Files of a size of 0 may still give something, such as those in /proc.
    if metadata.is_file() && metadata.len() > 0 {
        let source = MapSource {
            file: file.try_clone().map_err(cannot_read)?,
            path,
            size: metadata.len(),
            block,
            digest,
        };
        done = source.read(builder, pool)?;
        if done.bytes == metadata.len() {
            let digest = done.hasher.finish();
            return Ok(MapFile { path: path.to_owned(), bytes: done.bytes, rows: 0, digest });
        }
        file.seek(SeekFrom::Start(done.bytes)).map_err(cannot_read)?;
    }
    read_rest(builder, path, file, done)
}

/// Reads on from where `file` stands.
fn read_rest(
    builder: &mut MapBuilder,
    path: &Path,
    file: File,
    done: ReadSoFar,
) -> Result<MapFile> {
    let mut file = Measured::new(file, done.bytes, done.hasher);
    let rows = RowByRow { builder, path, header: done.header, before: done.lines };
    rows.read(&mut file).map_err(|error| match error {
        RowsError::Read(error) => Error::io("cannot read the ID map", path, error),
        RowsError::Map(error) => error,
    })?;
    let digest = file.hasher.finish();
    Ok(MapFile { path: path.to_owned(), bytes: file.bytes, rows: 0, digest })
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
    /// The bytes of the file up to here.
    bytes: u64,
    hasher: Hasher,
    /// The bytes read last.
    chunk: Vec<u8>,
    /// How many bytes the reader has been given.
    given: u64,
    /// Whether an empty line is to come first.
    begins: bool,
    /// Whether there is no more.
    ended: bool,
}

impl Measured {
    /// A byte order mark counts at the start of a file only; in front of
    /// other places an empty line keeps the reader from looking for one.
    fn new(file: File, bytes: u64, hasher: Hasher) -> Self {
        Self { file, bytes, hasher, chunk: Vec::new(), given: 0, begins: bytes > 0, ended: false }
    }

    /// The byte before `position`, if it was read last.
    fn byte_before(&self, position: u64) -> Option<u8> {
        let from_end = usize::try_from(self.given.checked_sub(position)?).ok()?;
        self.chunk.get(self.chunk.len().checked_sub(from_end + 1)?).copied()
    }
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match std::mem::take(&mut self.begins) {
            true => (&b"\n"[..]).read(buffer)?,
            false => {
                let count = self.file.read(buffer)?;
                self.bytes += count as u64;
                self.hasher.update(&buffer[..count]);
                count
            }
        };
        self.given += count as u64;
        if count > 0 {
            self.chunk.clear();
            self.chunk.extend_from_slice(&buffer[..count]);
        }
        self.ended = count == 0;
        Ok(count)
    }
}

enum RowsError {
    Read(io::Error),
    Map(Error),
}

/// Records of any length and bytes are read without errors of their own.
pub(super) fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Reads rows one after the other.
struct RowByRow<'r> {
    builder: &'r mut MapBuilder,
    path: &'r Path,
    header: Option<Header>,
    /// The lines before the first row to be read.
    before: u64,
}

impl RowByRow<'_> {
    /// Reads all rows; what is wrong with them goes to the builder. Records
    /// are read as bytes, so that every row that is not UTF-8 can be named.
    fn read(mut self, file: &mut Measured) -> Result<(), RowsError> {
        // The empty line that comes first is none of the file's.
        let before = self.before - u64::from(file.begins);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(file);
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(|e| RowsError::Read(io_error(e)))? {
            let line = before + first_line(&reader, &record);
            match StringRecord::from_byte_record(record) {
                Ok(row) => {
                    if self.row(&row, line).map_err(RowsError::Map)?.is_break() {
                        return Ok(());
                    }
                    record = row.into_byte_record();
                }
                Err(error) => {
                    self.builder.fault(MapFault::NotUtf8(self.place(line)));
                    record = error.into_byte_record();
                }
            }
        }
        if self.header.is_none() {
            self.builder.fault(MapFault::NoHeader(self.place(1)));
        }
        Ok(())
    }

    /// Takes in a row; the first one is the header, and if that is none there
    /// is nothing to go on with.
    fn row(&mut self, row: &StringRecord, line: u64) -> Result<ControlFlow<()>> {
        let Some(header) = self.header else {
            match Header::of(row, || self.place(line)) {
                Ok(header) => self.header = Some(header),
                Err(fault) => {
                    self.builder.fault(fault);
                    return Ok(ControlFlow::Break(()));
                }
            }
            return Ok(ControlFlow::Continue(()));
        };
        match header.cells(row) {
            Some((source, target)) => self.builder.add(source, target, self.path, line)?,
            None => self.builder.fault(MapFault::CellCount {
                place: self.place(line),
                cells: row.len(),
                expected: header.count,
            }),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn place(&self, line: u64) -> RowPlace {
        RowPlace { file: self.path.to_owned(), line }
    }
}

/// The line on which a record that was just read begins.
///
/// The reader's own position of a record lies before any line breaks that it
/// skips on the way there, and the `\n` of a CRLF is one of them. So this
/// counts back from the record's end.
fn first_line(reader: &csv::Reader<&mut Measured>, record: &csv::ByteRecord) -> u64 {
    let (end, file) = (reader.position(), reader.get_ref());
    // A quote that is not closed takes in the file's last newline: what ends
    // a record is no part of one for which the reader went to the end.
    let ended = !file.ended && file.byte_before(end.byte()) == Some(b'\n');
    let within = record.iter().map(|cell| memchr::memchr_iter(b'\n', cell).count() as u64);
    (end.line() - u64::from(ended)).saturating_sub(within.sum())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use tempfile::NamedTempFile;

    use super::*;
    use crate::idmap::columns::Columns;
    use crate::pipeline;

    fn file(map: &[u8]) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(map).unwrap();
        file
    }

    /// The line of the last row, which is at fault.
    fn line_of_fault(map: &str) -> u64 {
        let (file, pool) = (file(map.as_bytes()), pipeline::pool(Some(2)).unwrap());
        let error = read(&[file.path().to_owned()], false, Digest::None, &pool).unwrap_err();
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
            ("a,b\n\n\n,\"c\nd\n", 4),
            ("a,b\n,c\n\n,\"c\n\"\n", 4),
        ] {
            assert_eq!(line_of_fault(map), line, "{map:?}");
        }
        let long = format!("a,b\n{}\n,c\n", format!("{},x\n", "1".repeat(70_000)).repeat(1));
        assert_eq!(line_of_fault(&long), 4);
        let many: String = (0..20_000).map(|row| format!("s{row},t\r\n")).collect();
        assert_eq!(line_of_fault(&format!("a,b\r\n{many},c\r\n")), 20_002);
    }

    /// All that is known of the rows of a map, before they are held against
    /// each other.
    type Known = (Vec<(String, String, RowPlace)>, Vec<String>, Vec<(u32, MapFault)>, String);

    fn known(builder: &MapBuilder) -> Known {
        let Columns { decided, undecided, faults, counts, .. } = builder.columns();
        let row = |row| {
            (decided.source(row).into_owned(), decided.target(row).to_owned(), builder.place(row))
        };
        let decided = (0..decided.len() as u32).map(row).collect();
        let open = (0..undecided.len() as u32).map(|row| undecided.source(row).into_owned());
        (decided, open.collect(), faults.clone(), format!("{counts:?}"))
    }

    /// What is known, and of the file as well unless there is an error.
    type Outcome = Result<(Known, MapFile), String>;

    fn outcome(builder: &MapBuilder, read: Result<MapFile>) -> Outcome {
        read.map(|file| (known(builder), file)).map_err(|error| format!("{error:?}"))
    }

    fn by_csv(path: &Path, limit: usize) -> Outcome {
        let mut builder = MapBuilder::limited(limit);
        let done = ReadSoFar::nothing(Digest::Blake3);
        let read = read_rest(&mut builder, path, File::open(path).unwrap(), done);
        outcome(&builder, read)
    }

    fn by_blocks(path: &Path, limit: usize, block: usize, pool: &ThreadPool) -> Outcome {
        let mut builder = MapBuilder::limited(limit);
        let read = read_file(&mut builder, path, Digest::Blake3, pool, block);
        outcome(&builder, read)
    }

    fn pieces(quotes: bool) -> impl Strategy<Value = Vec<u8>> {
        let piece = select(vec![
            "a",
            "b",
            "user_2AliceAliceAliceAliceAlice0",
            "A11CE000-0000-4000-8000-000000000001",
            "a11ce000-0000-4000-8000-000000000001",
            ",",
            ",",
            ",",
            "\n",
            "\n",
            "\r\n",
            "\r",
            " ",
            "\u{feff}",
            "é",
            "\0",
            "a,b\n",
            ",x\n",
            "x,\n",
            "y,z\r\n",
            "\n\n",
        ]);
        let broken = select(vec![&b"\xff"[..], b"\xc3", b"\xef\xbb"]);
        let quote =
            select(vec!["\"", "\"\"", "\"a\",\"b\"\n", "\"a\nb\",c\n", "\"a\",", ",\"b\"\r\n"]);
        let quote = if quotes { quote } else { select(vec!["c,d\n"]) };
        let bytes = |text: &str| text.as_bytes().to_vec();
        let piece = prop_oneof![
            30 => piece.prop_map(bytes),
            1 => broken.prop_map(<[u8]>::to_vec),
            2 => quote.prop_map(bytes),
        ];
        vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    fn map() -> impl Strategy<Value = Vec<u8>> {
        let header = select(vec![
            "a,b\n",
            "a,b\r\n",
            "a,b\r",
            "\u{feff}a,b\n",
            "\n\r\na,b\n",
            "x,to,from\n",
            "from,y,to\r\n",
            "",
            "\"a\",b\n",
            "\"a\n\n\",b\n",
            "\u{feff}\n",
            "a,b",
        ]);
        let rows = prop_oneof![pieces(false), pieces(true)];
        (header, rows).prop_map(|(header, rows)| [header.as_bytes(), &rows].concat())
    }

    proptest! {
        #[test]
        fn blocks_are_what_the_csv_crate_reads(map in map(), limit in 0..200_usize) {
            let (file, pool) = (file(&map), pipeline::pool(Some(2)).unwrap());
            for limit in [u32::MAX as usize, limit] {
                let expected = by_csv(file.path(), limit);
                for block in [1, 2, 3, 5, 8, 13, 40, 100, 1 << 20] {
                    let found = by_blocks(file.path(), limit, block, &pool);
                    prop_assert_eq!(&found, &expected, "{}", block);
                }
            }
        }
    }
}
