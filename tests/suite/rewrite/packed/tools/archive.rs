//! ZIPs written byte by byte, so that each byte of them can be wrong.

use std::io::Write;

use async_zip::base::write::crc32;
use flate2::Compression;
use flate2::write::DeflateEncoder;

/// What a header says of an entry.
#[derive(Debug, Clone)]
pub struct Header {
    pub name: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub packed_size: u32,
    pub size: u32,
}

/// An entry: its data, and what is said of it before the data and in the
/// directory.
#[derive(Debug, Clone)]
pub struct Part {
    pub local: Header,
    pub listed: Header,
    pub packed: Vec<u8>,
    /// Bytes that belong to no entry, before the local header.
    pub gap: Vec<u8>,
    /// What is added to the place of the local header in the directory.
    pub moved: i64,
    /// The Unix mode of its file.
    pub mode: u16,
    /// The entry by this number has the data; this one stands only in the
    /// directory.
    pub shares: Option<usize>,
}

impl Part {
    pub fn stored(name: &str, content: &[u8]) -> Self {
        Self::packed(name, 0, content.to_vec(), content.len(), crc32(content))
    }

    pub fn deflated(name: &str, content: &[u8]) -> Self {
        Self::packed(name, 8, deflated(content), content.len(), crc32(content))
    }

    /// An entry of packed bytes, with what is true of them.
    pub fn packed(name: &str, method: u16, packed: Vec<u8>, size: usize, crc: u32) -> Self {
        let word = |size: usize| u32::try_from(size).expect("32 bits");
        let header = Header {
            name: name.as_bytes().to_vec(),
            flags: 0x800,
            method,
            crc,
            packed_size: word(packed.len()),
            size: word(size),
        };
        Self {
            local: header.clone(),
            listed: header,
            packed,
            gap: Vec::new(),
            moved: 0,
            mode: 0o100_644,
            shares: None,
        }
    }

    /// Says the same in both headers.
    pub fn both(&mut self, edit: impl Fn(&mut Header)) {
        edit(&mut self.local);
        edit(&mut self.listed);
    }

    pub fn rename(&mut self, name: impl Into<Vec<u8>>) {
        let name = name.into();
        self.both(|header| header.name.clone_from(&name));
    }
}

pub fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("written");
    encoder.finish().expect("deflated")
}

/// An archive that is sound until something in it is changed.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    pub parts: Vec<Part>,
    /// Bytes before everything; places count from behind them unless
    /// `counted`.
    pub before: Vec<u8>,
    pub counted: bool,
    /// How many entries the end claims, if not as many as there are.
    pub count: Option<u16>,
    /// What is added to the size and the place of the directory in the end.
    pub directory: (i64, i64),
    pub comment: Vec<u8>,
    pub after: Vec<u8>,
}

impl Archive {
    pub fn new(parts: impl Into<Vec<Part>>) -> Self {
        Self { parts: parts.into(), ..Self::default() }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = self.before.clone();
        let base = if self.counted { 0 } else { zip.len() };
        let mut places = Vec::new();
        for part in &self.parts {
            zip.extend(&part.gap);
            places.push(part.shares.map_or(zip.len() - base, |other| places[other]));
            if part.shares.is_none() {
                local(&mut zip, &part.local);
                zip.extend(&part.packed);
            }
        }
        let start = zip.len();
        for (part, place) in self.parts.iter().zip(places) {
            listed(&mut zip, part, sum(place, part.moved));
        }
        self.end(&mut zip, start, base);
        zip
    }

    fn end(&self, zip: &mut Vec<u8>, start: usize, base: usize) {
        let parts = u16::try_from(self.parts.len()).expect("16 bits");
        let count = self.count.unwrap_or(parts);
        let (size, place) = self.directory;
        let (size, place) = (sum(zip.len() - start, size), sum(start - base, place));
        zip.extend(b"PK\x05\x06\0\0\0\0");
        shorts(zip, &[count, count]);
        words(zip, &[size, place]);
        shorts(zip, &[length(&self.comment)]);
        zip.extend(&self.comment);
        zip.extend(&self.after);
    }
}

fn sum(place: usize, moved: i64) -> u32 {
    let place = i64::try_from(place).expect("a place") + moved;
    u32::try_from(place).expect("32 bits")
}

fn length(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).expect("16 bits")
}

fn shorts(zip: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| zip.extend(value.to_le_bytes()));
}

fn words(zip: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|value| zip.extend(value.to_le_bytes()));
}

/// The date is the first of January 1980.
fn shared(zip: &mut Vec<u8>, header: &Header) {
    shorts(zip, &[20, header.flags, header.method, 0, 0x21]);
    words(zip, &[header.crc, header.packed_size, header.size]);
    shorts(zip, &[length(&header.name), 0]);
}

fn local(zip: &mut Vec<u8>, header: &Header) {
    zip.extend(b"PK\x03\x04");
    shared(zip, header);
    zip.extend(&header.name);
}

fn listed(zip: &mut Vec<u8>, part: &Part, place: u32) {
    zip.extend(b"PK\x01\x02");
    // Written on Unix, so that there is a mode.
    shorts(zip, &[0x031e]);
    shared(zip, &part.listed);
    shorts(zip, &[0, 0, 0]);
    words(zip, &[u32::from(part.mode) << 16, place]);
    zip.extend(&part.listed.name);
}

/// What the other tests build upon: sound archives are sound.
#[test]
fn an_unchanged_archive_is_sound() {
    let parts = [Part::stored("a", b"stored"), Part::deflated("b/c", b"deflated, deflated")];
    let archive = Archive { comment: b"a comment".to_vec(), ..Archive::new(parts) };
    super::python::readers_agree(&[archive.bytes(), Archive::default().bytes()]);
}
