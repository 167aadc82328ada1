//! A reader of sound ZIPs, byte by byte; anything odd is a panic.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::DeflateDecoder;

/// Entries by name and content.
pub type Files = Vec<(String, Vec<u8>)>;

/// An entry as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub flags: u16,
    /// 0 is stored, 8 deflated.
    pub method: u16,
    pub crc: u32,
    /// Its bytes as they stand in the archive.
    pub packed: Vec<u8>,
    pub content: Vec<u8>,
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> usize {
    let mut wide = [0; 8];
    wide[..N].copy_from_slice(&bytes[at..at + N]);
    usize::try_from(u64::from_le_bytes(wide)).expect("a size")
}

fn short(bytes: &[u8], at: usize) -> usize {
    number::<2>(bytes, at)
}

fn word(bytes: &[u8], at: usize) -> usize {
    number::<4>(bytes, at)
}

/// The entries of an archive, in the order of its directory.
pub fn entries(zip: &[u8]) -> Vec<Entry> {
    let (count, mut at) = directory(zip);
    let mut entries = Vec::new();
    for _ in 0..count {
        let (entry, length) = entry(zip, at);
        entries.push(entry);
        at += length;
    }
    let is_end = zip[at..].starts_with(b"PK\x05\x06") || zip[at..].starts_with(b"PK\x06\x06");
    assert!(is_end, "the directory ends where its count says");
    entries
}

/// The entries by name, none of which may stand twice.
pub fn files(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let entries = entries(zip);
    let count = entries.len();
    let files: BTreeMap<_, _> =
        entries.into_iter().map(|entry| (entry.name, entry.content)).collect();
    assert_eq!(files.len(), count, "an entry stands twice");
    files
}

/// How many entries there are, and where the directory begins.
fn directory(zip: &[u8]) -> (usize, usize) {
    let end = zip.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").expect("an end");
    match end.checked_sub(20).filter(|&at| zip[at..].starts_with(b"PK\x06\x07")) {
        Some(locator) => {
            let wide = number::<8>(zip, locator + 8);
            assert!(zip[wide..].starts_with(b"PK\x06\x06"), "the end of a large directory");
            (number::<8>(zip, wide + 32), number::<8>(zip, wide + 48))
        }
        None => (short(zip, end + 10), word(zip, end + 16)),
    }
}

/// The entry whose record stands at `at`, and the length of that.
fn entry(zip: &[u8], at: usize) -> (Entry, usize) {
    assert!(zip[at..].starts_with(b"PK\x01\x02"), "a record of the directory");
    let [name_length, extra_length, comment_length] =
        [28, 30, 32].map(|offset| short(zip, at + offset));
    let name = &zip[at + 46..at + 46 + name_length];
    let extra = &zip[at + 46 + name_length..][..extra_length];
    let mut wide = wide_numbers(extra);
    // Large numbers stand in this order.
    let mut large = |offset| match word(zip, at + offset) {
        0xffff_ffff => wide.next().expect("a large number"),
        number => number,
    };
    let (size, packed_size, local) = (large(24), large(20), large(42));
    let name = str::from_utf8(name).expect("UTF-8").to_owned();
    let packed = local_data(zip, local, &name)[..packed_size].to_vec();
    let method = u16::try_from(short(zip, at + 10)).expect("16 bits");
    let content = unpacked(method, &packed);
    let crc = u32::try_from(word(zip, at + 16)).expect("32 bits");
    assert_eq!(content.len(), size, "{name}");
    assert_eq!(async_zip::base::write::crc32(&content), crc, "{name}");
    let flags = u16::try_from(short(zip, at + 8)).expect("16 bits");
    let length = 46 + name_length + extra_length + comment_length;
    (Entry { name, flags, method, crc, packed, content }, length)
}

fn wide_numbers(extra: &[u8]) -> impl Iterator<Item = usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < extra.len() {
        let (id, length) = (short(extra, at), short(extra, at + 2));
        if id == 1 {
            found = extra[at + 4..at + 4 + length]
                .chunks_exact(8)
                .map(|bytes| number::<8>(bytes, 0))
                .collect();
        }
        at += 4 + length;
    }
    found.into_iter()
}

/// What follows the local header of an entry.
fn local_data<'z>(zip: &'z [u8], at: usize, name: &str) -> &'z [u8] {
    assert!(zip[at..].starts_with(b"PK\x03\x04"), "{name}: a local header");
    let name_length = short(zip, at + 26);
    assert_eq!(&zip[at + 30..at + 30 + name_length], name.as_bytes(), "the local name");
    &zip[at + 30 + name_length + short(zip, at + 28)..]
}

fn unpacked(method: u16, packed: &[u8]) -> Vec<u8> {
    match method {
        0 => packed.to_vec(),
        8 => {
            let mut content = Vec::new();
            DeflateDecoder::new(packed).read_to_end(&mut content).expect("deflated");
            content
        }
        other => panic!("method {other}"),
    }
}
