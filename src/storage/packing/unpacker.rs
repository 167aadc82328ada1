//! Unpacks a stream, and distinguishes damage from read errors of the system.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use memchr::memrchr;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::fault::PackFault;
use super::packing::Packing;
use crate::error::Enclosed;
use crate::storage::files::uninterrupted;

/// The size of a chunk, packed or unpacked. It is fixed so that damage shows at
/// the same byte, however large the buffers of the caller are.
const CHUNK: usize = 64 << 10;

/// A line longer than this is checked for being a decompression bomb.
const LONG_LINE: u64 = 64 << 20;
/// A long line with more bytes than this for each packed byte is a bomb.
const BOMB_RATIO: u64 = 200;

/// Reads the unpacked bytes of a packed stream.
pub(crate) struct Unpacker {
    stream: Decoding,
    /// The packed bytes read so far.
    packed: Arc<AtomicU64>,
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    line: OpenLine,
}

/// The length of the line that is being unpacked, unpacked and packed.
#[derive(Debug, Default)]
struct OpenLine {
    /// Whether anything has been unpacked.
    has_begun: bool,
    bytes: u64,
    /// The packed bytes that were read before the line.
    packed_before: u64,
}

/// A decoder is in memory only between the first byte and the last: many streams
/// are open at once, and few of them are being read.
enum Decoding {
    NotStarted(Box<dyn Read + Send>, Packing),
    Started(Box<dyn Read + Send>),
    Over,
}

impl Unpacker {
    /// Prepares to unpack `stream`; nothing is read yet.
    pub(crate) fn new(stream: impl Read + Send + 'static, packing: Packing) -> Self {
        let packed = Arc::new(AtomicU64::new(0));
        let counted = Counted { stream, packed: Arc::clone(&packed) };
        let stream = Decoding::NotStarted(Box::new(counted), packing);
        Self { stream, packed, chunk: Vec::new(), at: 0, end: 0, line: OpenLine::default() }
    }

    fn fill(&mut self) -> io::Result<()> {
        (self.at, self.end) = (0, 0);
        let read = self.read_chunk().map_err(|error| damage(error, self.line.has_begun));
        if !matches!(read, Ok(1..)) {
            (self.stream, self.chunk) = (Decoding::Over, Vec::new());
        }
        self.end = read?;
        let packed = self.packed.load(Ordering::Relaxed);
        self.line.add(&self.chunk[..self.end], packed)
    }

    fn read_chunk(&mut self) -> io::Result<usize> {
        self.stream = match std::mem::replace(&mut self.stream, Decoding::Over) {
            Decoding::NotStarted(stream, packing) => Decoding::Started(decoder(stream, packing)?),
            decoding => decoding,
        };
        let Decoding::Started(stream) = &mut self.stream else { return Ok(0) };
        self.chunk.resize(CHUNK, 0);
        uninterrupted(|| stream.read(&mut self.chunk))
    }
}

/// Checks the beginning of a stream and returns its decoder.
fn decoder(mut stream: Box<dyn Read + Send>, packing: Packing) -> io::Result<Box<dyn Read + Send>> {
    let beginning = check_beginning(&mut stream, packing)?;
    let source = BufReader::with_capacity(CHUNK, io::Cursor::new(beginning).chain(stream));
    Ok(match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(source)),
        Packing::Zstd => Box::new(ExactDecoder {
            decoder: ZstdDecoder::with_buffer(source)?,
            source: ZstdDecoder::get_mut,
        }),
        Packing::Deflate => Box::new(ExactDecoder {
            decoder: DeflateDecoder::new(source),
            source: DeflateDecoder::get_mut,
        }),
    })
}

impl Read for Unpacker {
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

impl OpenLine {
    /// Adds the next unpacked chunk, and refuses a line that is a decompression
    /// bomb: a line is in memory as a whole.
    fn add(&mut self, chunk: &[u8], packed: u64) -> io::Result<()> {
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

/// Turns an error of a decoder into a fault of the data, unless the system
/// reported it or it is one already.
fn damage(error: io::Error, has_begun: bool) -> io::Error {
    if error.raw_os_error().is_some() || Enclosed::is_in(&error) {
        return error;
    }
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => PackFault::Cut,
        _ if text.contains("too much memory") => PackFault::Window,
        _ if text.contains("checksum") => PackFault::Checksum,
        // Only another member or frame may follow one.
        _ if has_begun && NOT_A_MEMBER.iter().any(|message| text.contains(message)) => {
            PackFault::Trailing
        }
        _ => PackFault::Corrupt(text),
    }
    .into()
}

/// The messages of the decoders about bytes that begin no member or frame.
const NOT_A_MEMBER: [&str; 2] = ["gzip header", "frame descriptor"];

/// The number of bytes that identify a packed file.
const MAGIC: u64 = 4;

/// Distinguishes a file of another format from a damaged one, and returns the
/// bytes read. An empty file is damaged: it has no member or frame, and every
/// writer makes one.
fn check_beginning(stream: &mut impl Read, packing: Packing) -> io::Result<Vec<u8>> {
    let mut beginning = Vec::new();
    if packing == Packing::Deflate {
        return Ok(beginning);
    }
    stream.take(MAGIC).read_to_end(&mut beginning)?;
    let (format, matches) = match packing {
        Packing::Zstd => ("Zstandard", is_zstd(&beginning)),
        _ => ("gzip", beginning.starts_with(&[0x1f, 0x8b])),
    };
    match matches {
        true => Ok(beginning),
        false if beginning.is_empty() => Err(PackFault::Cut.into()),
        false => Err(PackFault::NotPacked(format).into()),
    }
}

/// Whether these are the first bytes of a frame or of a skippable frame.
fn is_zstd(magic: &[u8]) -> bool {
    matches!(magic, [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}

/// Counts the bytes read from a stream.
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

/// A decoder whose source has to end where the packed data ends.
struct ExactDecoder<D, R> {
    decoder: D,
    source: fn(&mut D) -> &mut R,
}

impl<D: Read, R: BufRead> Read for ExactDecoder<D, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(bytes)?;
        let is_over = count == 0 && !bytes.is_empty();
        if is_over && !(self.source)(&mut self.decoder).fill_buf()?.is_empty() {
            return Err(PackFault::Trailing.into());
        }
        Ok(count)
    }
}
