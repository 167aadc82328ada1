//! A stream that can be read again from its start.

use std::io::{self, Read};

use crate::json::without_mark;

/// A stream that can be read again from its start: it keeps what was read.
#[derive(Debug)]
pub(crate) struct Replay<R> {
    source: R,
    kept: Vec<u8>,
    at: usize,
}

impl<R: Read> Replay<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, kept: Vec::new(), at: 0 }
    }

    /// Goes back to the start.
    pub(crate) fn rewind(&mut self) {
        self.at = 0;
    }

    /// Returns the bytes read so far.
    pub(crate) fn kept(&self) -> &[u8] {
        &self.kept
    }

    /// Returns the bytes read so far.
    pub(crate) fn into_kept(self) -> Vec<u8> {
        self.kept
    }

    /// Returns the line of the first row that is not empty.
    pub(crate) fn first_line(&self) -> u64 {
        let text = without_mark(&self.kept);
        let row = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
        memchr::memchr_iter(b'\n', &text[..row]).count() as u64 + 1
    }
}

impl<R: Read> Read for Replay<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut kept = self.kept.get(self.at..).unwrap_or_default();
        let count = match kept.is_empty() {
            false => kept.read(buffer)?,
            true => {
                let count = self.source.read(buffer)?;
                self.kept.extend_from_slice(&buffer[..count]);
                count
            }
        };
        self.at += count;
        Ok(count)
    }
}
