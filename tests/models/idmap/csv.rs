//! The readers of CSV maps held against each other and against the `csv` crate.

use std::io::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rayon::ThreadPool;
use tempfile::NamedTempFile;

use super::*;
use crate::idmap::build::MapBuilder;
use crate::idmap::fault::MapFaults;
use crate::idmap::models::{BuiltRows, built_rows};
use crate::idmap::read::reading::Reading;
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
    let reading = Reading::default();
    let mut reader =
        MapReader::new(&reading, &pool, MapBuilder::default(), pipeline::BLOCK_SIZE).unwrap();
    read_map(&mut reader, file.path()).unwrap();
    let error = reader.finish().build(false).unwrap_err();
    match error.fault() {
        Some(MapFaults(faults)) => match faults.last() {
            Some(MapFault::EmptySource(place) | MapFault::StrayInTarget(place)) => place.line,
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

/// The rows and the file, or an error.
type Outcome = Result<(BuiltRows, FileSummary), String>;

fn outcome(reader: &MapReader<'_>, read: Result<FileSummary>) -> Outcome {
    read.map(|file| (built_rows(&reader.builder), file)).map_err(|error| format!("{error:?}"))
}

fn by_row(path: &Path, reading: &Reading, limit: usize, pool: &ThreadPool) -> Outcome {
    let mut reader = MapReader::new(reading, pool, MapBuilder::limited(limit), 1).unwrap();
    let read = match CsvFile::open(path, CANNOT_READ, &reader.columns).unwrap() {
        Ok(csv) => {
            let start = Progress::start(Digest::Blake3);
            read_rows(&mut reader, &csv, csv.whole(), start)
        }
        Err(faults) => {
            reader.refuse_columns(faults);
            Ok(FileSummary::default())
        }
    };
    outcome(&reader, read)
}

fn by_blocks(
    path: &Path,
    reading: &Reading,
    (limit, block): (usize, usize),
    pool: &ThreadPool,
) -> Outcome {
    let mut reader = MapReader::new(reading, pool, MapBuilder::limited(limit), block).unwrap();
    let read = read_map(&mut reader, path);
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
    let quote = select(vec!["\"", "\"\"", "\"a\",\"b\"\n", "\"a\nb\",c\n", "\"a\",", ",\"b\"\r\n"]);
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
            let expected = by_row(file.path(), &reading, limit, &pool);
            for block in [1, 2, 3, 5, 8, 13, 40, 100, 1 << 20] {
                let found = by_blocks(file.path(), &reading, (limit, block), &pool);
                prop_assert_eq!(&found, &expected, "{}", block);
            }
        }
    }
}
