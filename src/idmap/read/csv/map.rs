//! Reads CSV maps (RFC 4180).
//!
//! Files are read in blocks by all threads, streams by one. Both end in the
//! same columns; where a block cannot be told apart without knowing what
//! comes before it, the reader of streams goes on from there.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use super::blocks::{MapSource, ReadSoFar};
use super::head::{Head, Replay};
use super::row_by_row::{Measured, RowByRow};
use crate::error::{Error, Result};
use crate::idmap::fault::{MapFault, RowPlace};
use crate::idmap::read::clerk_run::RunFile;
use crate::idmap::read::reader::{CANNOT_READ, MapFile, Reader};
use crate::storage::Steady;

impl Reader<'_> {
    /// Adds the rows of a file; what is wrong with them goes to the builder.
    pub(crate) fn csv(&mut self, path: &Path) -> Result<MapFile> {
        let cannot_read = |error| Error::io(CANNOT_READ, path, error);
        let file = File::open(path).map_err(cannot_read)?;
        let steady = Steady::of(&file, path, CANNOT_READ)?;
        let read = self.csv_rows(path, &file, steady.size())?;
        steady.check(&file)?;
        Ok(read)
    }

    /// Adds the rows of an open file; its size, where it is known.
    fn csv_rows(&mut self, path: &Path, mut file: &File, size: Option<u64>) -> Result<MapFile> {
        let cannot_read = |error| Error::io(CANNOT_READ, path, error);
        let mut replay = Replay::new(file);
        let head = match Head::read(&mut replay, &self.wanted, path).map_err(cannot_read)? {
            Ok(head) => head,
            Err(faults) => return Ok(self.refuse(path, faults)),
        };
        match head.has_named {
            true => self.has_named = true,
            false => self.lacks_named(head.place.clone(), || head.columns.clone()),
        }
        // Of a run file each line depends on those after it.
        let Some(size) = size.filter(|_| head.header.status.is_none()) else {
            let ((file, kept), done) =
                (replay.into_parts(), ReadSoFar::nothing(self.reading.digest));
            return self.rest(path, Cursor::new(kept).chain(file), &head, done);
        };
        let source = MapSource {
            file: file.try_clone().map_err(cannot_read)?,
            path,
            size,
            block: self.block,
            digest: self.reading.digest,
        };
        let done = source.read(&head, &mut self.builder, self.pool)?;
        if done.bytes == size {
            let digest = done.hasher.finish();
            return Ok(MapFile {
                path: path.to_owned(),
                bytes: done.bytes,
                rows: 0,
                digest,
                taken: Some(head.taken),
            });
        }
        file.seek(SeekFrom::Start(done.bytes)).map_err(cannot_read)?;
        self.rest(path, file, &head, done)
    }

    /// A file that is not read on; it may have the columns that are named.
    fn refuse(&mut self, path: &Path, faults: Vec<MapFault>) -> MapFile {
        self.has_named = true;
        self.builder.faults(faults);
        MapFile { path: path.to_owned(), bytes: 0, rows: 0, digest: None, taken: None }
    }

    /// Reads on from where `file` stands.
    fn rest(
        &mut self,
        path: &Path,
        file: impl Read,
        head: &Head,
        done: ReadSoFar,
    ) -> Result<MapFile> {
        let header = head.header;
        let rows = RowByRow {
            path,
            action: CANNOT_READ,
            header,
            is_headed: head.is_row && done.bytes == 0,
            before: done.lines,
        };
        let mut file = Measured::new(file, done.bytes, done.hasher);
        let (builder, mut run) = (&mut self.builder, RunFile::default());
        rows.read(&mut file, |row, line| {
            let row = row.and_then(|row| match header.cells(row) {
                Some((source, target)) if is_broken(source, target) => {
                    Err(MapFault::BrokenSource(RowPlace { file: path.to_owned(), line }))
                }
                cells => Ok(cells.zip(Some(header.status.and_then(|place| row.get(place))))),
            });
            match row {
                Ok(Some(((source, target), None))) => {
                    return builder.add(source, target, path, line);
                }
                Ok(Some(((source, target), Some(status)))) => run.add(source, status, target, line),
                Ok(None) => {}
                Err(fault) if header.status.is_some() => run.fault(line, fault),
                Err(fault) => builder.fault(fault),
            }
            Ok(())
        })?;
        run.finish(builder, path)?;
        Ok(MapFile {
            path: path.to_owned(),
            bytes: file.bytes,
            rows: 0,
            digest: file.hasher.finish(),
            taken: Some(head.taken.clone()),
        })
    }
}

/// Whether a source goes over several lines: a quote that is not closed takes
/// in the target, and all cells up to the next quote. Undecided sources may, as
/// lists of unmapped IDs have them.
fn is_broken(source: &str, target: &str) -> bool {
    source.contains(['\n', '\r']) && !target.is_empty()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use rayon::ThreadPool;
    use tempfile::NamedTempFile;

    use super::*;
    use crate::idmap::build::MapBuilder;
    use crate::idmap::fault::{MapFault, MapFaults};
    use crate::idmap::models::{Known, known};
    use crate::idmap::read::reader::{Reading, read};
    use crate::pipeline;
    use crate::storage::Digest;

    fn file(map: &[u8]) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(map).unwrap();
        file
    }

    /// The line of the last row, which is at fault.
    fn line_of_fault(map: &str) -> u64 {
        let (file, pool) = (file(map.as_bytes()), pipeline::pool(Some(2)).unwrap());
        let reading = Reading { paths: vec![file.path().to_owned()], ..Reading::default() };
        let error = read(&reading, &pool).unwrap_err();
        match error.fault() {
            Some(MapFaults(faults)) => match faults.last() {
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

    /// What is known, and of the file as well unless there is an error.
    type Outcome = Result<(Known, MapFile), String>;

    fn outcome(reader: &Reader<'_>, read: Result<MapFile>) -> Outcome {
        read.map(|file| (known(&reader.builder), file)).map_err(|error| format!("{error:?}"))
    }

    fn by_csv(path: &Path, reading: &Reading, limit: usize, pool: &ThreadPool) -> Outcome {
        let mut reader = Reader::new(reading, pool, MapBuilder::limited(limit), 1).unwrap();
        let mut file = Replay::new(File::open(path).unwrap());
        let head = match Head::read(&mut file, &reader.wanted, path).unwrap() {
            Ok(head) => head,
            Err(faults) => {
                let read = reader.refuse(path, faults);
                return outcome(&reader, Ok(read));
            }
        };
        let done = ReadSoFar::nothing(Digest::Blake3);
        let read = reader.rest(path, File::open(path).unwrap(), &head, done);
        outcome(&reader, read)
    }

    fn by_blocks(
        path: &Path,
        reading: &Reading,
        (limit, block): (usize, usize),
        pool: &ThreadPool,
    ) -> Outcome {
        let mut reader = Reader::new(reading, pool, MapBuilder::limited(limit), block).unwrap();
        let read = reader.file(path);
        outcome(&reader, read)
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
            "a11ce000-0000-4000-8000-000000000001,b\n",
            "\u{feff}\n\"x\",user_2AliceAliceAliceAliceAlice0\r\n",
        ]);
        let rows = prop_oneof![pieces(false), pieces(true)];
        (header, rows).prop_map(|(header, rows)| [header.as_bytes(), &rows].concat())
    }

    /// A map with its commas turned into another separator.
    fn separated(map: &[u8], separator: u8) -> Vec<u8> {
        map.iter().map(|&byte| if byte == b',' { separator } else { byte }).collect()
    }

    proptest! {
        #[test]
        fn blocks_are_what_the_csv_crate_reads(
            map in map(),
            separator in select(vec![b',', b';', b'\t']),
            limit in 0..200_usize,
            no_header: bool,
        ) {
            let (file, pool) =
                (file(&separated(&map, separator)), pipeline::pool(Some(2)).unwrap());
            let reading = Reading { no_header, ..Reading::default() };
            for limit in [u32::MAX as usize, limit] {
                let expected = by_csv(file.path(), &reading, limit, &pool);
                for block in [1, 2, 3, 5, 8, 13, 40, 100, 1 << 20] {
                    let found = by_blocks(file.path(), &reading, (limit, block), &pool);
                    prop_assert_eq!(&found, &expected, "{}", block);
                }
            }
        }
    }
}
