//! A list that a run wrote beside its output, line by line.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::fault::{LineFault, LogFault, LogFaultKind, LogList};
use crate::error::{Error, Location, Result};
use crate::json::{Found, Members, Names, Scanner, Verdict, mark_length};
use crate::pipeline::{BLOCK_SIZE, Buffer, Feed, FileFeed};
use crate::storage::{Target, spool, temporary_file};

/// A list that can be read through once, and then at any offset.
#[derive(Debug)]
pub(crate) struct Lines {
    path: PathBuf,
    pub(crate) file: File,
    feed: Feed,
}

impl Lines {
    /// Opens a list; `-` is standard input. A stream is copied to a file
    /// without a name, on the disk of `beside`.
    pub(crate) fn open(path: &Path, beside: Option<&Target>) -> Result<Self> {
        let cannot_read = |error| Error::io("cannot read", path, error);
        let is_stdin = path == Path::new("-") && beside.is_some();
        let mut file = match is_stdin {
            true => rustix::io::dup(io::stdin()).map(File::from).map_err(|e| cannot_read(e.into())),
            false => File::open(path).map_err(cannot_read),
        }?;
        let is_file = file.metadata().map_err(cannot_read)?.is_file() && !is_stdin;
        let file = match beside {
            Some(target) if !is_file => spool(&mut file, temporary_file(target)?)
                .map_err(|error| Error::io("cannot copy", path, error))?,
            _ => file,
        };
        let size = file.metadata().map_err(cannot_read)?.len();
        let read = file.try_clone().map_err(cannot_read)?;
        let feed = Feed::File(FileFeed::new(read, path, size, BLOCK_SIZE));
        Ok(Self { path: path.to_owned(), file, feed })
    }

    /// The list's path, as given.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that the file has not been written to since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        self.feed.check_unchanged()
    }

    /// Passes the members `names` of each line to `take`, and the offset of
    /// the line in the file. This works only once.
    pub(crate) fn read(
        &self,
        list: LogList,
        names: &'static [&'static str],
        mut take: impl FnMut(Members<'_>, u64) -> Result<(), LineFault>,
    ) -> Result<()> {
        let (mut scanner, mut found, mut buffer) =
            (Scanner::default(), Found::default(), Buffer::default());
        let wanted = Names::new(names.iter().copied());
        let mut number = 0;
        while let Some(taken) = self.feed.take(&mut buffer) {
            taken.read?;
            let bytes = buffer.block();
            let mut start = if taken.offset == 0 { mark_length(bytes) } else { 0 };
            scanner.scan(bytes, start, &wanted, true, &mut found);
            let mut first = 0;
            for line in &found.lines {
                number += 1;
                let hits = &found.hits[first..line.hits];
                let read = match line.verdict {
                    Verdict::Invalid(fault) => {
                        Err(LineFault { at: fault.at, kind: LogFaultKind::NoObject(fault.kind) })
                    }
                    _ => take(Members { bytes, start, hits, names }, taken.offset + start as u64),
                };
                read.map_err(|LineFault { at, kind }| {
                    let place = Location::in_line(&self.path, number, at);
                    Error::new(LogFault { list, kind }).located(place)
                })?;
                (start, first) = (line.end + 1, line.hits);
            }
        }
        Ok(())
    }
}
