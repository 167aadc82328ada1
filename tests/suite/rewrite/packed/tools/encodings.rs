//! Ways to compress a table that a reader has to know, and readers of what
//! comes out.

use std::io::{Read, Write};

use async_zip::base::write::crc32;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use super::archive::deflated;

/// A way to compress.
pub struct Encoding {
    pub name: &'static str,
    /// `gz` or `zst`.
    pub ending: &'static str,
    pub encode: fn(&[u8]) -> Vec<u8>,
    /// Whether every change shows by a checksum.
    pub sealed: bool,
    /// How many members or frames with content there are.
    pub parts: usize,
}

pub fn all() -> Vec<Encoding> {
    let encoding =
        |name, ending, encode, sealed, parts| Encoding { name, ending, encode, sealed, parts };
    vec![
        encoding("gzip", "gz", gzip, true, 1),
        encoding("gzip, barely", "gz", |bytes| gzip_at(0, bytes), true, 1),
        encoding("gzip with a name", "gz", named, true, 1),
        encoding("gzip with a header of every kind", "gz", every_header, true, 1),
        encoding("gzip members", "gz", members, true, 3),
        encoding("gzip members, empty ones too", "gz", empty_members, true, 2),
        encoding(
            "Zstandard",
            "zst",
            |bytes| zstd::encode_all(bytes, 3).expect("encoded"),
            false,
            1,
        ),
        encoding(
            "Zstandard, hard",
            "zst",
            |bytes| zstd::encode_all(bytes, 19).expect("encoded"),
            false,
            1,
        ),
        encoding("Zstandard with a checksum", "zst", sealed_frame, true, 1),
        encoding(
            "Zstandard of known size",
            "zst",
            |bytes| zstd::bulk::compress(bytes, 1).expect("encoded"),
            false,
            1,
        ),
        encoding("Zstandard frames", "zst", frames, true, 3),
        encoding("Zstandard with skippable frames", "zst", skippable, true, 2),
    ]
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_at(6, bytes)
}

fn gzip_at(level: u32, bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("encoded")
}

fn named(bytes: &[u8]) -> Vec<u8> {
    let builder = GzBuilder::new().filename("tickets.jsonl").comment("all of them").mtime(1);
    let mut encoder = builder.write(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("encoded")
}

/// By RFC 1952, by hand: text, header checksum, extra field, name, comment.
fn every_header(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0b1_1111, 1, 2, 3, 4, 2, 3];
    gzip.extend(b"\x09\0AB\x05\0extra");
    gzip.extend(b"tickets.jsonl\0by hand\0");
    gzip.extend(&crc32(&gzip).to_le_bytes()[..2]);
    gzip.extend(deflated(bytes));
    gzip.extend(crc32(bytes).to_le_bytes());
    gzip.extend(u32::try_from(bytes.len()).expect("small").to_le_bytes());
    gzip
}

/// Cut where no line ends.
fn thirds(bytes: &[u8]) -> [&[u8]; 3] {
    let third = bytes.len() / 3;
    [&bytes[..third], &bytes[third..2 * third], &bytes[2 * third..]]
}

fn members(bytes: &[u8]) -> Vec<u8> {
    thirds(bytes).map(gzip).concat()
}

fn empty_members(bytes: &[u8]) -> Vec<u8> {
    let (start, end) = bytes.split_at(bytes.len() / 2);
    [gzip(b""), gzip(start), gzip(b""), every_header(end), gzip(b"")].concat()
}

pub fn sealed_frame(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("an encoder");
    encoder.include_checksum(true).expect("a checksum");
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("encoded")
}

fn frames(bytes: &[u8]) -> Vec<u8> {
    thirds(bytes).map(sealed_frame).concat()
}

/// A frame that says nothing, by RFC 8878.
fn skipped(number: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("small").to_le_bytes();
    [&[0x50 | number, 0x2a, 0x4d, 0x18], &length[..], content].concat()
}

fn skippable(bytes: &[u8]) -> Vec<u8> {
    let (start, end) = bytes.split_at(bytes.len() / 2);
    [
        skipped(0, b"before"),
        sealed_frame(start),
        skipped(15, b""),
        sealed_frame(end),
        skipped(7, b"after"),
    ]
    .concat()
}

/// What a compressed file holds, by its ending.
pub fn decode(ending: &str, packed: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    match ending {
        "gz" => drop(MultiGzDecoder::new(packed).read_to_end(&mut content).expect("gzip")),
        "zst" => content = zstd::decode_all(packed).expect("Zstandard"),
        _ => content = packed.to_vec(),
    }
    content
}
