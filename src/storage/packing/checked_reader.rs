//! Checks the size and the checksum of a stream while it is read.

use std::io::{self, Read};

use flate2::Crc;

use super::fault::PackFault;

/// A stream that must have a given checksum and size.
pub(crate) struct CheckedReader<R> {
    stream: R,
    crc: Crc,
    expected: u32,
    size: u64,
    left: u64,
    /// Whether there are more bytes than expected.
    is_too_long: bool,
}

impl<R: Read> CheckedReader<R> {
    /// Expects `size` bytes with the CRC-32 `expected`.
    pub(crate) fn new(stream: R, expected: u32, size: u64) -> Self {
        Self { stream, crc: Crc::new(), expected, size, left: size, is_too_long: false }
    }
}

impl<R: Read> Read for CheckedReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = if self.is_too_long { 0 } else { self.stream.read(bytes)? };
        // Excess bytes are an error after the expected ones, whatever the size
        // of the caller's buffer.
        self.is_too_long |= read as u64 > self.left;
        let count = read.min(usize::try_from(self.left).unwrap_or(read));
        self.left -= count as u64;
        self.crc.update(&bytes[..count]);
        let ended = count == 0 && !bytes.is_empty();
        match ended {
            true if self.left > 0 || self.is_too_long => {
                Err(PackFault::Size { expected: self.size }.into())
            }
            true if self.crc.sum() != self.expected => Err(PackFault::Checksum.into()),
            _ => Ok(count),
        }
    }
}
