//! Compares the files that a report names with their sizes and digests in it.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use rayon::prelude::*;

use super::model::{FileReport, Report, RulesReport, total};
use super::verdict::Reason;
use crate::pipeline::{BLOCK_SIZE, ProgressSink};
use crate::storage as export;
use crate::storage::{Digest, Found, Hasher, descriptor_number, read_chunks};

/// The role of a file in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role<'r> {
    /// A file of the ID map.
    Map,
    /// The rules.
    Rules,
    /// The input of this table.
    Input(&'r str),
    /// The input of this table in one of several runs.
    Part(&'r str),
    /// The output of this table.
    Output(&'r str),
    /// The ZIP with all tables.
    Archive,
}

/// A file that a report names.
#[derive(Debug, Clone)]
pub struct NamedFile<'r> {
    /// Its role.
    pub role: Role<'r>,
    /// What the report says about it.
    pub file: Cow<'r, FileReport>,
}

/// The state of a file compared to the report.
#[derive(Debug)]
pub enum FileStatus {
    /// It has the same bytes.
    Same,
    /// It has other bytes.
    Changed(Change),
    /// There is nothing at its path.
    Missing,
    /// It cannot be read.
    Unreadable(io::Error),
    /// Its state cannot be determined.
    Unknown(Unknown),
}

/// How a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It has this size now, in bytes.
    Size(u64),
    /// Its size is the same, but its digest is not.
    Digest,
    /// There is a folder at its path.
    Folder,
}

/// Why a file cannot be compared with the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// It was a standard stream or an open descriptor.
    Stream,
    /// There is a FIFO or a device at its path, at least now.
    Special,
    /// It is an empty part.
    Nothing,
    /// The report has no digest of it.
    NoDigest,
    /// The report has a digest of a kind that this version does not know.
    OtherDigest,
}

/// A file and its state.
#[derive(Debug)]
pub struct CheckedFile<'r> {
    /// The file.
    pub named: NamedFile<'r>,
    /// Its state.
    pub state: FileStatus,
}

/// The result of a check.
#[derive(Debug)]
pub struct Check<'r> {
    /// What prevents an import according to the report itself.
    pub reasons: Vec<Reason<'r>>,
    /// All files that the report names.
    pub files: Vec<CheckedFile<'r>>,
}

impl<'r> NamedFile<'r> {
    fn new(role: Role<'r>, file: &'r FileReport) -> Self {
        Self { role, file: Cow::Borrowed(file) }
    }
}

impl RulesReport {
    /// The rules file, if the report has a digest of it.
    pub(crate) fn file(&self) -> Option<FileReport> {
        let (bytes, digest) = (self.bytes?, self.digest.clone()?);
        Some(FileReport::new(Path::new(&self.source), bytes, Some(digest)))
    }
}

impl Report {
    /// All files that the report names: those of the map, the rules, then each
    /// table's.
    pub fn files(&self) -> Vec<NamedFile<'_>> {
        let maps = self.map.files.iter().map(|file| NamedFile::new(Role::Map, file));
        let tables = self.tables.iter().flatten().flat_map(|(name, table)| {
            let output = |file| NamedFile::new(Role::Output(name), file);
            let input = table.input.iter().map(|file| NamedFile::new(Role::Input(name), file));
            let whole = input.chain(table.output.iter().map(output));
            whole.chain(table.parts.iter().flat_map(move |part| {
                let input = NamedFile::new(Role::Part(name), &part.input);
                std::iter::once(input).chain(part.output.iter().map(output))
            }))
        });
        let rules = self.rules.file();
        let rules = rules.map(|file| NamedFile { role: Role::Rules, file: Cow::Owned(file) });
        let archive = self.archive.iter().map(|file| NamedFile::new(Role::Archive, file));
        maps.chain(rules).chain(tables).chain(archive).collect()
    }

    /// Reads all of these files again, in parallel. Paths are resolved from the
    /// current folder.
    pub fn check(&self, watch: &dyn ProgressSink) -> Check<'_> {
        let named = self.files();
        watch.begin(Some(total(named.iter().map(|named| named.file.bytes))));
        let files = named
            .into_par_iter()
            .map(|named| CheckedFile { state: named.file.check(named.role, watch), named })
            .collect();
        Check { reasons: self.reasons(), files }
    }
}

impl Check<'_> {
    /// Whether the files may be imported.
    pub fn is_clear(&self) -> bool {
        self.reasons.is_empty() && self.files.iter().all(CheckedFile::is_clear)
    }
}

impl CheckedFile<'_> {
    /// Whether the file does not prevent an import: it is the same, or it was
    /// read from a stream. Output that was written to a stream is out of reach.
    /// An empty part is fine if the other parts make up the file.
    pub fn is_clear(&self) -> bool {
        match (&self.state, self.named.role) {
            (FileStatus::Same, _) => true,
            (FileStatus::Unknown(Unknown::Stream), role) => {
                !matches!(role, Role::Output(_) | Role::Archive)
            }
            (FileStatus::Unknown(Unknown::Nothing), role) => matches!(role, Role::Part(_)),
            _ => false,
        }
    }
}

impl FileReport {
    /// Compares the file with the report.
    fn check(&self, role: Role<'_>, watch: &dyn ProgressSink) -> FileStatus {
        let path = Path::new(&self.path);
        if self.path == "-" || descriptor_number(path).is_some() {
            return FileStatus::Unknown(Unknown::Stream);
        }
        let found = match role {
            // Whatever their names, these are never packed tables.
            Role::Map | Role::Rules => path.metadata().map(Found::Plain),
            _ => export::find(path),
        };
        let found = match found {
            Ok(Found::Plain(found)) => found,
            Ok(Found::Packed(bytes)) => return self.check_bytes(bytes, watch),
            Err(error) => return FileStatus::of_error(error),
        };
        if found.is_dir() {
            return FileStatus::Changed(Change::Folder);
        }
        // Opening a FIFO would block until someone writes to it.
        if !found.is_file() {
            return FileStatus::Unknown(Unknown::Special);
        }
        if found.len() != self.file_bytes.unwrap_or(self.bytes) {
            return FileStatus::Changed(Change::Size(found.len()));
        }
        if self.bytes == 0 && found.len() > 0 {
            return FileStatus::Unknown(Unknown::Nothing);
        }
        match self.part() {
            Ok(bytes) => self.check_bytes(bytes, watch),
            Err(error) => FileStatus::of_error(error),
        }
    }

    /// The part of the file that the report is about.
    fn part(&self) -> io::Result<Box<dyn Read>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.offset.unwrap_or_default()))?;
        Ok(Box::new(file.take(self.bytes)))
    }

    /// Compares bytes with the report.
    fn check_bytes(&self, bytes: Box<dyn Read>, watch: &dyn ProgressSink) -> FileStatus {
        let Some(expected) = &self.digest else { return FileStatus::Unknown(Unknown::NoDigest) };
        let Some(digest) = Digest::of(expected) else {
            return FileStatus::Unknown(Unknown::OtherDigest);
        };
        match take_digest(bytes, digest, watch) {
            Ok((size, _)) if size != self.bytes => FileStatus::Changed(Change::Size(size)),
            Ok((_, found)) if found.as_ref() == Some(expected) => FileStatus::Same,
            Ok(_) => FileStatus::Changed(Change::Digest),
            Err(error) => FileStatus::of_error(error),
        }
    }
}

impl FileStatus {
    fn of_error(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Unreadable(error),
        }
    }

    /// The state in a word or two.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "ok",
            Self::Changed(_) => "changed",
            Self::Missing => "missing",
            Self::Unreadable(_) => "unreadable",
            Self::Unknown(_) => "not checked",
        }
    }
}

/// The number of bytes, and their digest.
fn take_digest(
    mut bytes: Box<dyn Read>,
    digest: Digest,
    watch: &dyn ProgressSink,
) -> io::Result<(u64, Option<String>)> {
    let mut hasher = Hasher::new(digest);
    let mut size = 0;
    read_chunks(&mut bytes, BLOCK_SIZE, |chunk| {
        hasher.update(chunk);
        size += chunk.len() as u64;
        watch.advance(chunk.len() as u64);
        Ok(())
    })?;
    Ok((size, hasher.finish()))
}

impl fmt::Display for Role<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Map => f.write_str("map"),
            Self::Rules => f.write_str("rules"),
            Self::Input(table) | Self::Part(table) => write!(f, "input of {table}"),
            Self::Output(table) => write!(f, "output of {table}"),
            Self::Archive => f.write_str("output as a whole"),
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stream => "a stream cannot be read again",
            Self::Special => "no regular file stands there",
            Self::Nothing => "it is a part of no bytes",
            Self::NoDigest => "the run took no digest",
            Self::OtherDigest => "its digest is of a kind that this version does not know",
        })
    }
}
