//! Unpacks a stream, and tells damage from what the system could not read.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use memchr::memrchr;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::{PackFault, Packing};

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
    stream: Box<dyn Read + Send>,
    /// The packed bytes read so far.
    packed: Arc<AtomicU64>,
    chunk: Box<[u8]>,
    at: usize,
    end: usize,
    line: LineLength,
}

/// How long the line is that is being unpacked, and of how few bytes.
#[derive(Debug, Default)]
struct LineLength {
    bytes: u64,
    packed_before: u64,
}

impl Unpacked {
    /// Unpacks what `stream` gives.
    pub(crate) fn new(stream: impl Read + Send + 'static, packing: Packing) -> io::Result<Self> {
        let packed = Arc::new(AtomicU64::new(0));
        let counted = Counted { stream, packed: Arc::clone(&packed) };
        let mut source = BufReader::with_capacity(CHUNK, counted);
        check_beginning(&mut source, packing)?;
        let stream: Box<dyn Read + Send> = match packing {
            Packing::Gzip => Box::new(MultiGzDecoder::new(source)),
            Packing::Zstd => Box::new(Whole { stream: ZstdDecoder::with_buffer(source)? }),
            Packing::Deflate => Box::new(Inflated(DeflateDecoder::new(source))),
        };
        let chunk = vec![0; CHUNK].into_boxed_slice();
        Ok(Self { stream, packed, chunk, at: 0, end: 0, line: LineLength::default() })
    }

    fn fill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.end = 0;
        self.end = match self.stream.read(&mut self.chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return self.fill(),
            Err(error) => return Err(damage(error)),
            Ok(count) => count,
        };
        let packed = self.packed.load(Ordering::Relaxed);
        self.line.pass(&self.chunk[..self.end], packed)
    }
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
        match memrchr(b'\n', chunk) {
            Some(newline) => {
                *self = Self { bytes: (chunk.len() - newline - 1) as u64, packed_before: packed };
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
fn damage(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() || error.get_ref().is_some_and(|own| own.is::<PackFault>()) {
        return error;
    }
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => PackFault::Cut,
        _ if text.contains("too much memory") => PackFault::Window,
        _ if text.contains("checksum") => PackFault::Checksum,
        _ if text.contains("gzip header") => PackFault::Trailing,
        _ => PackFault::Corrupt(text),
    }
    .into()
}

/// A file that does not begin as its ending says is told from a damaged one. An
/// empty one holds no member or frame at all, which no writer makes.
fn check_beginning(source: &mut impl BufRead, packing: Packing) -> io::Result<()> {
    let beginning = source.fill_buf()?;
    let (form, is_it) = match packing {
        Packing::Gzip => ("gzip", beginning.starts_with(&[0x1f, 0x8b])),
        Packing::Zstd => ("Zstandard", beginning.get(..4).is_some_and(is_zstd)),
        Packing::Deflate => return Ok(()),
    };
    match is_it {
        true => Ok(()),
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

/// Zstandard frames up to the end of the file.
struct Whole<R: BufRead> {
    stream: ZstdDecoder<'static, R>,
}

impl<R: BufRead> Read for Whole<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(bytes)?;
        if count == 0 && !bytes.is_empty() && !self.stream.get_mut().fill_buf()?.is_empty() {
            return Err(PackFault::Trailing.into());
        }
        Ok(count)
    }
}

/// A deflated entry, up to the end of its bytes.
struct Inflated<R>(DeflateDecoder<R>);

impl<R: BufRead> Read for Inflated<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(bytes)?;
        if count == 0 && !bytes.is_empty() && !self.0.get_mut().fill_buf()?.is_empty() {
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
}

impl<R: Read> Checked<R> {
    /// Expects `size` bytes with this checksum.
    pub(crate) fn new(stream: R, expected: u32, size: u64) -> Self {
        Self { stream, crc: Crc::new(), expected, said: size, left: size }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(bytes)?;
        let said = self.said;
        self.left = self.left.checked_sub(count as u64).ok_or(PackFault::Size { said })?;
        self.crc.update(&bytes[..count]);
        let ended = count == 0 && !bytes.is_empty();
        match ended {
            true if self.left > 0 => Err(PackFault::Size { said }.into()),
            true if self.crc.sum() != self.expected => Err(PackFault::Checksum.into()),
            _ => Ok(count),
        }
    }
}
