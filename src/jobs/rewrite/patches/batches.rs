//! Writes the entries of a table in batches, one on each line.

use std::fs::File;
use std::io::{self, BufWriter, Write};

/// The longest line that `npx convex run` accepts, in bytes, as a quoted word.
/// Linux passes no argument of more than 131,071 bytes to a program (32 pages
/// of 4 KiB less the terminating byte), and npx makes one argument of its whole
/// command. The difference is left for the rest of that command, such as the
/// name of the mutation.
const LONGEST_ARGUMENT: u64 = 131_000;

/// A file of batches, filled entry by entry.
#[derive(Debug)]
pub(crate) struct Batches {
    out: BufWriter<File>,
    /// The most entries in a batch.
    room: usize,
    /// The entries in the open batch.
    open: usize,
    /// The bytes of its line, as a quoted word.
    bytes: u64,
    /// Lines that are too long for an argument.
    pub(crate) too_long: u64,
}

impl Batches {
    const OPEN: &[u8] = b"{\"updates\":[";
    const CLOSE: &[u8] = b"]}";

    pub(crate) fn new(file: File, room: usize) -> Self {
        Self { out: BufWriter::new(file), room, open: 0, bytes: 0, too_long: 0 }
    }

    /// Adds an entry to the open batch, or to a new one.
    pub(crate) fn push(&mut self, entry: &[u8]) -> io::Result<()> {
        self.write(if self.open == 0 { Self::OPEN } else { b"," })?;
        self.write(entry)?;
        self.open += 1;
        if self.open < self.room { Ok(()) } else { self.close() }
    }

    /// Ends the last batch and flushes the file.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if self.open > 0 {
            self.close()?;
        }
        self.out.flush()
    }

    fn close(&mut self) -> io::Result<()> {
        self.write(Self::CLOSE)?;
        self.too_long += u64::from(self.bytes > LONGEST_ARGUMENT);
        (self.open, self.bytes) = (0, 0);
        self.out.write_all(b"\n")
    }

    fn write(&mut self, part: &[u8]) -> io::Result<()> {
        // In single quotes, each single quote takes three bytes more: '\''.
        let quotes = memchr::memchr_iter(b'\'', part).count();
        self.bytes += (part.len() + 3 * quotes) as u64;
        self.out.write_all(part)
    }
}
