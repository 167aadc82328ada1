//! Blocks of files and streams held against the records whose first byte lies in their range.

use std::io::Write;

use super::*;

fn blocks(feed: &Feed) -> Vec<(u64, u64, Vec<u8>)> {
    let mut buffer = Buffer::default();
    std::iter::from_fn(|| {
        let taken = feed.take(&mut buffer)?;
        taken.read.expect("readable");
        Some((taken.number, taken.offset, buffer.block().to_vec()))
    })
    .collect()
}

/// Every block holds whole records at its offset, and all blocks together
/// are the data.
fn check(data: &[u8], blocks: &[(u64, u64, Vec<u8>)]) {
    let mut joined = Vec::new();
    for (place, (number, offset, bytes)) in blocks.iter().enumerate() {
        assert_eq!(*number, place as u64);
        if !bytes.is_empty() {
            assert_eq!(*offset, joined.len() as u64);
        }
        joined.extend_from_slice(bytes);
        assert!(joined.is_empty() || joined.ends_with(b"\n") || joined.len() == data.len());
    }
    assert_eq!(joined, data);
}

#[test]
fn cuts_between_records_and_nowhere_else() {
    let path = Path::new("table");
    for data in ["", "\n", "a", "a\n", "\n\n\na", "ab\ncde\n\nf\n", "ab\r\nlonger than many\nx"] {
        for size in 1..=data.len() + 2 {
            let mut file = tempfile::tempfile().expect("temporary file");
            file.write_all(data.as_bytes()).expect("written");
            let feed = FileFeed::new(file, path, data.len() as u64, size);
            check(data.as_bytes(), &blocks(&Feed::File(feed)));
            let stream = StreamFeed::new(Box::new(io::Cursor::new(data)), path, size);
            check(data.as_bytes(), &blocks(&Feed::Stream(Mutex::new(stream))));
        }
    }
}

/// The records whose first byte lies in a range, and where they begin.
fn records_in(data: &str, range: Range<u64>) -> (Option<u64>, Vec<u8>) {
    let mut found = (None, Vec::new());
    let mut at = 0;
    for record in data.split_inclusive('\n') {
        if range.contains(&at) {
            found.0 = found.0.or(Some(at));
            found.1.extend_from_slice(record.as_bytes());
        }
        at += record.len() as u64;
    }
    found
}

#[test]
fn a_shard_is_the_records_that_begin_in_its_range() {
    for data in ["", "\n", "a", "\n\n\na", "ab\ncde\n\nf\n", "ab\r\nlonger than many\r\nx"] {
        let mut file = tempfile::tempfile().expect("temporary file");
        file.write_all(data.as_bytes()).expect("written");
        let size = data.len() as u64;
        for of in 1..=size + 3 {
            for number in 1..=of {
                let shard: Shard = format!("{number}/{of}").parse().expect("a shard");
                let expected = records_in(data, shard.range(size));
                for block in 1..=data.len() + 1 {
                    let file = file.try_clone().expect("another handle");
                    let feed = FileFeed::new(file, Path::new("table"), size, block);
                    let feed = Feed::File(feed.shard(shard));
                    let part = Part { begin: shard.range(size).start, file: size };
                    assert_eq!(feed.part(), Some(part));
                    let mut found = (None, Vec::new());
                    for (_, offset, bytes) in blocks(&feed) {
                        found.0 = found.0.or((!bytes.is_empty()).then_some(offset));
                        found.1.extend(bytes);
                    }
                    assert_eq!(found, expected, "{data:?} {shard} {block}");
                }
            }
        }
    }
}

/// With one thread. Several threads may read the same record at once.
#[test]
fn little_is_read_twice_however_long_records_are() {
    for length in [100, 5000, 70_000, 300_000, 900_000, 2_000_000] {
        let data = format!("{}\n", "a".repeat(length)).repeat(4_000_000 / length);
        let mut file = tempfile::tempfile().expect("temporary file");
        file.write_all(data.as_bytes()).expect("written");
        let size = data.len() as u64;
        let feed = Feed::File(FileFeed::new(file, Path::new("table"), size, 256 << 10));
        check(data.as_bytes(), &blocks(&feed));
        let Feed::File(feed) = feed else { panic!("a file") };
        let again = feed.bytes_read.into_inner() - size;
        assert!(again < size / 7, "{length}: {again} of {size}");
    }
}

#[test]
fn a_record_much_longer_than_a_block_is_read_once() {
    let data = format!("{}\nb\n", "a".repeat(100_000));
    let mut file = tempfile::tempfile().expect("temporary file");
    file.write_all(data.as_bytes()).expect("written");
    let feed = FileFeed::new(file, Path::new("table"), data.len() as u64, 1000);
    let blocks = blocks(&Feed::File(feed));
    check(data.as_bytes(), &blocks);
    assert_eq!(blocks.iter().filter(|(.., bytes)| !bytes.is_empty()).count(), 2);
}
