//! Reads CSV row by row with the `csv` crate: streams, and what no block can
//! be told apart from.

use std::io::{self, Read};
use std::path::Path;

use csv::StringRecord;

use super::header::Header;
use crate::error::{Error, Result, csv_error};
use crate::idmap::fault::{MapFault, RowPlace};
use crate::storage::Hasher;

/// Rows to be read, in a file that has been read up to their begin.
pub(crate) struct RowByRow<'r> {
    pub(crate) path: &'r Path,
    /// What fails where it cannot be read.
    pub(crate) action: &'static str,
    pub(crate) header: Header,
    /// Whether a header comes first.
    pub(crate) is_headed: bool,
    /// The lines before that place.
    pub(crate) before: u64,
}

impl RowByRow<'_> {
    /// Hands every row to `take`, with its line; or what is wrong with it.
    /// Records are read as bytes, so that every row that is not UTF-8 can be
    /// named.
    pub(crate) fn read<R: Read>(
        &self,
        file: &mut Measured<R>,
        mut take: impl FnMut(Result<&StringRecord, MapFault>, u64) -> Result<()>,
    ) -> Result<()> {
        let cannot_read = |error| Error::io(self.action, self.path, error);
        // The empty line that comes first is none of the file's.
        let before = self.before - u64::from(file.begins);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.header.separator)
            .buffer_capacity(1 << 16)
            .from_reader(file);
        let mut record = csv::ByteRecord::new();
        let mut is_header = self.is_headed;
        while reader.read_byte_record(&mut record).map_err(|e| cannot_read(csv_error(e)))? {
            if std::mem::take(&mut is_header) {
                continue;
            }
            let line = before + first_line(&reader, &record);
            record = match StringRecord::from_byte_record(record) {
                Ok(row) => {
                    take(self.checked(&row, line), line)?;
                    row.into_byte_record()
                }
                Err(error) => {
                    take(Err(MapFault::NotUtf8(self.place(line))), line)?;
                    error.into_byte_record()
                }
            }
        }
        Ok(())
    }

    fn checked<'c>(&self, row: &'c StringRecord, line: u64) -> Result<&'c StringRecord, MapFault> {
        let (cells, expected) = (row.len(), self.header.count);
        match cells == expected {
            true => Ok(row),
            false => Err(MapFault::CellCount { place: self.place(line), cells, expected }),
        }
    }

    fn place(&self, line: u64) -> RowPlace {
        RowPlace { file: self.path.to_owned(), line }
    }
}

/// The line on which a record that was just read begins.
///
/// The reader's own position of a record lies before any line breaks that it
/// skips on the way there, and the `\n` of a CRLF is one of them. So this
/// counts back from the record's end.
fn first_line<R: Read>(reader: &csv::Reader<&mut Measured<R>>, record: &csv::ByteRecord) -> u64 {
    let (end, file) = (reader.position(), reader.get_ref());
    // A quote that is not closed takes in the file's last newline: what ends
    // a record is no part of one for which the reader went to the end.
    let ended = !file.ended && file.byte_before(end.byte()) == Some(b'\n');
    let within = record.iter().map(|cell| memchr::memchr_iter(b'\n', cell).count() as u64);
    (end.line() - u64::from(ended)).saturating_sub(within.sum())
}

/// Counts and hashes the bytes that pass through.
pub(crate) struct Measured<R> {
    file: R,
    /// The bytes of the file up to here.
    pub(crate) bytes: u64,
    pub(crate) hasher: Hasher,
    /// The bytes read last.
    chunk: Vec<u8>,
    /// How many bytes the reader has been given.
    given: u64,
    /// Whether an empty line is to come first.
    begins: bool,
    /// Whether there is no more.
    ended: bool,
}

impl<R: Read> Measured<R> {
    /// A byte order mark counts at the start of a file only; in front of
    /// other places an empty line keeps the reader from looking for one.
    pub(crate) fn new(file: R, bytes: u64, hasher: Hasher) -> Self {
        Self { file, bytes, hasher, chunk: Vec::new(), given: 0, begins: bytes > 0, ended: false }
    }

    /// The byte before `position`, if it was read last.
    fn byte_before(&self, position: u64) -> Option<u8> {
        let from_end = usize::try_from(self.given.checked_sub(position)?).ok()?;
        self.chunk.get(self.chunk.len().checked_sub(from_end + 1)?).copied()
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match std::mem::take(&mut self.begins) {
            true => (&b"\n"[..]).read(buffer)?,
            false => {
                let count = self.file.read(buffer)?;
                self.bytes += count as u64;
                self.hasher.update(&buffer[..count]);
                count
            }
        };
        self.given += count as u64;
        if count > 0 {
            self.chunk.clear();
            self.chunk.extend_from_slice(&buffer[..count]);
        }
        self.ended = count == 0;
        Ok(count)
    }
}
