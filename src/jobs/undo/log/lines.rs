//! A list that a run wrote beside its output, line by line.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::fault::{LogFault, Misread};
use crate::error::{Error, Fault, Location, Result};
use crate::json::{Found, Hit, Names, Scanner, Verdict, mark_length};
use crate::pipeline::{BLOCK_SIZE, Buffer, Feed, FileFeed};
use crate::storage::{Target, spool, temporary_file};

/// A list that can be read at any place.
#[derive(Debug)]
pub(crate) struct Lines {
    path: PathBuf,
    pub(crate) file: File,
    feed: Feed,
}

/// A line of a list.
#[derive(Clone, Copy)]
pub(crate) struct Listed<'l> {
    /// What the hits are places in.
    pub(crate) bytes: &'l [u8],
    /// Where in them the line begins.
    pub(crate) start: usize,
    /// Where in the list it begins.
    pub(crate) offset: u64,
    /// Its wanted members.
    pub(crate) hits: &'l [Hit],
}

impl Lines {
    /// Opens a list; `-` is standard input. What can be read only once is
    /// copied to a file without a name, on the disk of `beside`.
    ///
    /// # Errors
    /// What cannot be read, or copied.
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

    /// Its path, as given.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that nobody has written to it meanwhile.
    ///
    /// # Errors
    /// Where somebody has.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        self.feed.check_unchanged()
    }

    /// Hands out every line with these members. It can be done once.
    ///
    /// # Errors
    /// The first line that is no record, or that `take` refuses.
    pub(crate) fn read<F: Fault>(
        &self,
        names: &[&str],
        kind: fn(LogFault) -> F,
        mut take: impl FnMut(Listed<'_>) -> Result<(), Misread>,
    ) -> Result<()> {
        let (mut scanner, mut found, mut buffer) =
            (Scanner::default(), Found::default(), Buffer::default());
        let names = Names::new(names.iter().copied());
        let mut number = 0;
        while let Some(taken) = self.feed.take(&mut buffer) {
            taken.read?;
            let bytes = buffer.block();
            let mut start = if taken.offset == 0 { mark_length(bytes) } else { 0 };
            scanner.scan(bytes, start, &names, true, &mut found);
            let mut first = 0;
            for line in &found.lines {
                number += 1;
                let hits = &found.hits[first..line.hits];
                let offset = taken.offset + start as u64;
                let read = match line.verdict {
                    Verdict::Invalid(fault) => {
                        Err(Misread { at: fault.at, fault: LogFault::NoObject(fault.kind) })
                    }
                    _ => take(Listed { bytes, start, offset, hits }),
                };
                read.map_err(|Misread { at, fault }| {
                    Error::new(kind(fault)).located(Location::in_line(&self.path, number, at))
                })?;
                (start, first) = (line.end + 1, line.hits);
            }
        }
        Ok(())
    }
}
