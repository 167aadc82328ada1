//! Reads lines of a file at any offset; nearby lines cost no system call.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::storage::uninterrupted;

/// The part of a file that is in memory.
#[derive(Debug, Default)]
pub(crate) struct Window {
    bytes: Vec<u8>,
    /// The offset of `bytes` in the file.
    start: u64,
}

/// The number of bytes that are read at first.
const STEP: usize = 8 << 10;

impl Window {
    /// Returns the line that begins at offset `at`, without its newline; `None`
    /// at the end of the file.
    pub(crate) fn line(&mut self, file: &File, at: u64) -> io::Result<Option<&[u8]>> {
        if at < self.start || at >= self.start + self.bytes.len() as u64 {
            self.bytes.clear();
            self.start = at;
        }
        let mut from = (at - self.start) as usize;
        let mut searched = from;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.bytes[searched..]) {
                return Ok(Some(&self.bytes[from..searched + end]));
            }
            self.bytes.drain(..from);
            self.start += from as u64;
            (from, searched) = (0, self.bytes.len());
            if self.grow(file)? == 0 {
                return Ok((searched > 0).then_some(&self.bytes));
            }
        }
    }

    /// Doubles the part by reading on; returns the number of bytes read.
    fn grow(&mut self, file: &File) -> io::Result<usize> {
        let known = self.bytes.len();
        self.bytes.resize(known + known.max(STEP), 0);
        let at = self.start + known as u64;
        let read = uninterrupted(|| file.read_at(&mut self.bytes[known..], at));
        self.bytes.truncate(known + *read.as_ref().unwrap_or(&0));
        read
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_are_read_from_anywhere_in_any_order() {
        let long = "x".repeat(3 * STEP);
        let lines = ["a", "", &long, "b", &long[..STEP - 1], "the last"];
        let mut file = tempfile::tempfile().expect("temporary file");
        file.write_all(lines.join("\n").as_bytes()).expect("written");
        let starts: Vec<u64> = lines
            .iter()
            .scan(0, |at, line| Some(std::mem::replace(at, *at + line.len() as u64 + 1)))
            .collect();
        let mut window = Window::default();
        for step in [1, 5] {
            for number in (0..30).map(|number| number * step % lines.len()) {
                let line = window.line(&file, starts[number]).expect("read");
                assert_eq!(line, Some(lines[number].as_bytes()), "{number}");
            }
        }
        let end = lines.join("\n").len() as u64;
        assert_eq!(window.line(&file, end).expect("read"), None);
    }
}
