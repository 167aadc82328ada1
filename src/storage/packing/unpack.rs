//! Unpacks a stream, and tells damage from what the system could not read.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use memchr::memrchr;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::fault::PackFault;
use super::packing::Packing;
use crate::error::Enclosed;

/// Bytes handled at once, packed or unpacked. They are the same wherever
/// somebody reads from, so that damage shows at the same byte however large the
/// pieces are that somebody asks for.
const CHUNK: usize = 64 << 10;

/// A line of this length is looked at closely.
const LONG_LINE: u64 = 64 << 20;
/// More than so many bytes of a line from each packed one are no data.
const BOMB_RATIO: u64 = 200;

/// A packed stream, unpacked.
pub(crate) struct Unpacked {
    stream: Course,
    /// The packed bytes read so far.
    packed: Arc<AtomicU64>,
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    line: LineLength,
}

/// How long the line is that is being unpacked, and of how few bytes.
#[derive(Debug, Default)]
struct LineLength {
    /// Whether anything has been unpacked.
    has_begun: bool,
    bytes: u64,
    packed_before: u64,
}

/// Memory is held only between the first byte and the last: many streams are
/// open at once, and few of them are being read.
enum Course {
    Before(Box<dyn Read + Send>, Packing),
    Within(Box<dyn Read + Send>),
    Over,
}

impl Unpacked {
    /// Unpacks what `stream` gives; nothing is read yet.
    pub(crate) fn new(stream: impl Read + Send + 'static, packing: Packing) -> Self {
        let packed = Arc::new(AtomicU64::new(0));
        let counted = Counted { stream, packed: Arc::clone(&packed) };
        let stream = Course::Before(Box::new(counted), packing);
        Self { stream, packed, chunk: Vec::new(), at: 0, end: 0, line: LineLength::default() }
    }

    fn fill(&mut self) -> io::Result<()> {
        (self.at, self.end) = (0, 0);
        let read = self.read_chunk().map_err(|error| damage(error, self.line.has_begun));
        if !matches!(read, Ok(1..)) {
            (self.stream, self.chunk) = (Course::Over, Vec::new());
        }
        self.end = read?;
        let packed = self.packed.load(Ordering::Relaxed);
        self.line.pass(&self.chunk[..self.end], packed)
    }

    fn read_chunk(&mut self) -> io::Result<usize> {
        self.stream = match std::mem::replace(&mut self.stream, Course::Over) {
            Course::Before(stream, packing) => Course::Within(decoder(stream, packing)?),
            course => course,
        };
        let Course::Within(stream) = &mut self.stream else { return Ok(0) };
        self.chunk.resize(CHUNK, 0);
        loop {
            match stream.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

/// What unpacks a stream, once it has begun as it should.
fn decoder(mut stream: Box<dyn Read + Send>, packing: Packing) -> io::Result<Box<dyn Read + Send>> {
    let beginning = check_beginning(&mut stream, packing)?;
    let source = BufReader::with_capacity(CHUNK, io::Cursor::new(beginning).chain(stream));
    Ok(match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(source)),
        Packing::Zstd => Box::new(Whole {
            decoder: ZstdDecoder::with_buffer(source)?,
            source: ZstdDecoder::get_mut,
        }),
        Packing::Deflate => Box::new(Whole {
            decoder: DeflateDecoder::new(source),
            source: DeflateDecoder::get_mut,
        }),
    })
}

impl Read for Unpacked {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.at == self.end && !bytes.is_empty() {
            self.fill()?;
        }
        let count = bytes.len().min(self.end - self.at);
        bytes[..count].copy_from_slice(&self.chunk[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

impl LineLength {
    /// Refuses a line that no memory should be spent on: all of it is held at
    /// once.
    fn pass(&mut self, chunk: &[u8], packed: u64) -> io::Result<()> {
        self.has_begun |= !chunk.is_empty();
        match memrchr(b'\n', chunk) {
            Some(newline) => {
                self.bytes = (chunk.len() - newline - 1) as u64;
                self.packed_before = packed;
            }
            None => self.bytes += chunk.len() as u64,
        }
        let packed = packed.saturating_sub(self.packed_before).saturating_add(CHUNK as u64);
        match self.bytes > LONG_LINE && self.bytes / packed > BOMB_RATIO {
            true => Err(PackFault::Bomb.into()),
            false => Ok(()),
        }
    }
}

/// What the libraries say of damage is no matter of the system's.
fn damage(error: io::Error, has_begun: bool) -> io::Error {
    if error.raw_os_error().is_some() || Enclosed::is_in(&error) {
        return error;
    }
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => PackFault::Cut,
        _ if text.contains("too much memory") => PackFault::Window,
        _ if text.contains("checksum") => PackFault::Checksum,
        // What stands behind a member or a frame should be another one.
        _ if has_begun && BEHIND.iter().any(|behind| text.contains(behind)) => PackFault::Trailing,
        _ => PackFault::Corrupt(text),
    }
    .into()
}

/// What the libraries say of bytes that begin no member or frame.
const BEHIND: [&str; 2] = ["gzip header", "frame descriptor"];

/// Bytes by which packed files are known.
const MAGIC: u64 = 4;

/// A file that does not begin as its ending says is told from a damaged one. An
/// empty one holds no member or frame at all, which no writer makes. What was
/// read is returned.
fn check_beginning(stream: &mut impl Read, packing: Packing) -> io::Result<Vec<u8>> {
    let mut beginning = Vec::new();
    if packing == Packing::Deflate {
        return Ok(beginning);
    }
    stream.take(MAGIC).read_to_end(&mut beginning)?;
    let (form, is_it) = match packing {
        Packing::Zstd => ("Zstandard", is_zstd(&beginning)),
        _ => ("gzip", beginning.starts_with(&[0x1f, 0x8b])),
    };
    match is_it {
        true => Ok(beginning),
        false if beginning.is_empty() => Err(PackFault::Cut.into()),
        false => Err(PackFault::NotPacked(form).into()),
    }
}

/// A frame or a skippable frame begins so.
fn is_zstd(magic: &[u8]) -> bool {
    matches!(magic, [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}

/// Counts what is read.
struct Counted<R> {
    stream: R,
    packed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(bytes)?;
        self.packed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// What a decoder makes of its source, which has to end where it ends.
struct Whole<D, R> {
    decoder: D,
    source: fn(&mut D) -> &mut R,
}

impl<D: Read, R: BufRead> Read for Whole<D, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(bytes)?;
        let is_over = count == 0 && !bytes.is_empty();
        if is_over && !(self.source)(&mut self.decoder).fill_buf()?.is_empty() {
            return Err(PackFault::Trailing.into());
        }
        Ok(count)
    }
}

/// A stream held against the checksum and the size that it should have.
pub(crate) struct Checked<R> {
    stream: R,
    crc: Crc,
    expected: u32,
    said: u64,
    left: u64,
    /// Whether there are more bytes than should be.
    is_over: bool,
}

impl<R: Read> Checked<R> {
    /// Expects `size` bytes with this checksum.
    pub(crate) fn new(stream: R, expected: u32, size: u64) -> Self {
        Self { stream, crc: Crc::new(), expected, said: size, left: size, is_over: false }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = if self.is_over { 0 } else { self.stream.read(bytes)? };
        // What is too much comes after what is not, however much is read at
        // once.
        self.is_over |= read as u64 > self.left;
        let count = read.min(usize::try_from(self.left).unwrap_or(read));
        self.left -= count as u64;
        self.crc.update(&bytes[..count]);
        let ended = count == 0 && !bytes.is_empty();
        match ended {
            true if self.left > 0 || self.is_over => {
                Err(PackFault::Size { said: self.said }.into())
            }
            true if self.crc.sum() != self.expected => Err(PackFault::Checksum.into()),
            _ => Ok(count),
        }
    }
}
