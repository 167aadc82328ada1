//! Reads CSV row by row with the `csv` crate: streams, and files from the first
//! block on that does not show whether it begins within quotes.

use std::io::{self, Read};

use csv::StringRecord;

use super::file::{CsvFile, Progress};
use crate::error::{Error, Result, csv_error};
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;

impl CsvFile<'_> {
    /// Calls `take` for every row of data with its line, or with its fault.
    /// `stream` continues the file where `progress` ends. Returns the progress
    /// at the end of the file, without its lines.
    ///
    /// Reads records as bytes, so that every row that is not UTF-8 can be
    /// named.
    pub(crate) fn for_each_row(
        &self,
        stream: impl Read,
        progress: Progress,
        mut take: impl FnMut(Result<&StringRecord, MapFault>, u64) -> Result<()>,
    ) -> Result<Progress> {
        let cannot_read = |error| Error::io(self.action, self.path, error);
        let mut is_header = self.dialect.has_header && progress.bytes == 0;
        let mut stream = MeasuredStream::new(stream, progress);
        // The empty line that is put in front is not part of the file.
        let before = stream.progress.lines - u64::from(stream.needs_empty_line);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.dialect.layout.separator)
            .buffer_capacity(1 << 16)
            .from_reader(&mut stream);
        let mut record = csv::ByteRecord::new();
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
                    take(Err(MapFault::NotUtf8(RowPlace::new(self.path, line))), line)?;
                    error.into_byte_record()
                }
            }
        }
        Ok(stream.progress)
    }

    fn checked<'c>(&self, row: &'c StringRecord, line: u64) -> Result<&'c StringRecord, MapFault> {
        let (cells, expected) = (row.len(), self.dialect.layout.count);
        let place = || RowPlace::new(self.path, line);
        match cells == expected {
            true => Ok(row),
            false => Err(MapFault::CellCount { place: place(), cells, expected }),
        }
    }
}

/// Returns the line on which a record that was just read begins.
///
/// The reader's own position of a record is before any line breaks that it
/// skips on the way there, including the `\n` of a CRLF. So this counts back
/// from the record's end.
fn first_line<R: Read>(
    reader: &csv::Reader<&mut MeasuredStream<R>>,
    record: &csv::ByteRecord,
) -> u64 {
    let (end, stream) = (reader.position(), reader.get_ref());
    // A quote that is not closed takes in the last newline of the file: if the
    // reader went to the end, no newline ended the record.
    let ended = !stream.ended && stream.byte_before(end.byte()) == Some(b'\n');
    let within = record.iter().map(|cell| memchr::memchr_iter(b'\n', cell).count() as u64);
    (end.line() - u64::from(ended)).saturating_sub(within.sum())
}

/// Counts and hashes the bytes that pass through.
struct MeasuredStream<R> {
    stream: R,
    progress: Progress,
    /// The bytes read last.
    chunk: Vec<u8>,
    /// The number of bytes that the reader has been given.
    given: u64,
    /// Whether an empty line is to come first.
    needs_empty_line: bool,
    /// Whether the stream has ended.
    ended: bool,
}

impl<R: Read> MeasuredStream<R> {
    /// A byte order mark counts only at the start of a file; at other offsets
    /// an empty line in front keeps the reader from looking for one.
    fn new(stream: R, progress: Progress) -> Self {
        let needs_empty_line = progress.bytes > 0;
        Self { stream, progress, chunk: Vec::new(), given: 0, needs_empty_line, ended: false }
    }

    /// Returns the byte before `position`, if it was read last.
    fn byte_before(&self, position: u64) -> Option<u8> {
        let from_end = usize::try_from(self.given.checked_sub(position)?).ok()?;
        self.chunk.get(self.chunk.len().checked_sub(from_end + 1)?).copied()
    }
}

impl<R: Read> Read for MeasuredStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match std::mem::take(&mut self.needs_empty_line) {
            true => (&b"\n"[..]).read(buffer)?,
            false => {
                let count = self.stream.read(buffer)?;
                self.progress.bytes += count as u64;
                self.progress.hasher.update(&buffer[..count]);
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
