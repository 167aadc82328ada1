//! The entries of a table, so many in a line.

use std::fs::File;
use std::io::{self, BufWriter, Write};

/// The longest line that `npx convex run` takes, in bytes, as a word in quotes.
/// Linux hands no word of more than 131,071 to a program (32 pages of 4 KiB
/// less the byte that ends it), and npx makes one word of its whole command.
/// What is left over is for the rest of that: the name of the mutation and more.
const LONGEST_ARGUMENT: u64 = 131_000;

/// A file of batches, filled entry by entry.
#[derive(Debug)]
pub(crate) struct Batches {
    out: BufWriter<File>,
    /// The entries that a batch has room for.
    room: usize,
    /// The entries of the batch that is open.
    open: usize,
    /// The bytes of its line, as a word in quotes.
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

    /// Adds an entry to the batch that is open, or to a new one.
    pub(crate) fn push(&mut self, entry: &[u8]) -> io::Result<()> {
        self.write(if self.open == 0 { Self::OPEN } else { b"," })?;
        self.write(entry)?;
        self.open += 1;
        if self.open < self.room { Ok(()) } else { self.close() }
    }

    /// Ends the last batch and hands over what is still buffered.
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
        // In quotes, each of its own kind takes three bytes more: '\''.
        let quotes = memchr::memchr_iter(b'\'', part).count();
        self.bytes += (part.len() + 3 * quotes) as u64;
        self.out.write_all(part)
    }
}
