//! Where tables come from and where they go: folders, single files, streams.
//!
//! The only module that opens, stages and renames the files of a run. It
//! knows tables by name and path, and nothing of what is in them, a snapshot's
//! list of tables aside.

mod carry;
mod claims;
mod fit;
mod folder;
mod lone;
mod piece;
mod side_folder;
mod sink;
mod stage;
mod table_list;
mod target;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

pub(crate) use carry::{Carried, STORED_FILES};
pub use claims::Claims;
pub(crate) use claims::parent;
pub(crate) use fit::{Standing, check_form};
pub use lone::LoneFile;
pub(crate) use piece::{append, piece};
pub(crate) use side_folder::foreign_file;
pub use sink::Sink;
pub use stage::Stage;
pub use target::Target;

use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::{Feed, FileFeed, StreamFeed};

/// An export whose tables have been found, none of them opened yet.
#[derive(Debug)]
pub struct Export {
    /// The path as given; `-` is standard input.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Its tables, sorted by name.
    pub tables: Vec<Table>,
}

/// What an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A folder of tables.
    Folder,
    /// An unpacked Convex snapshot.
    Snapshot {
        /// Its lists of tables, relative to the export: the root's own and
        /// one for each component.
        lists: Vec<PathBuf>,
    },
    /// A single table in a file.
    File,
    /// A single table on standard input.
    Stdin,
}

/// A table of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name; in a component of a snapshot `COMPONENT/NAME`.
    pub name: String,
    /// Its file as it is opened and named in messages.
    pub path: PathBuf,
    /// Its place in the export, mirrored in the output.
    pub relative: PathBuf,
    /// The schema file beside it, relative to the export.
    pub schema: Option<PathBuf>,
}

/// A table that is open.
pub enum Opened {
    /// A file that can be read at any place.
    File(File),
    /// Anything else, read once.
    Stream(Box<dyn Read + Send>),
}

impl Export {
    /// Finds the tables of an export. `table` names the one table of a file
    /// or of standard input.
    ///
    /// # Errors
    /// What cannot be read, a table found twice, a form not supported.
    pub fn open(path: &Path, table: Option<&str>) -> Result<Self> {
        if path == Path::new("-") {
            let name = table.ok_or_else(|| {
                Error::new(ErrorKind::Request {
                    what: "standard input has no table name",
                    advice: "Name it, as in --table tickets.",
                })
            })?;
            check_name(name)?;
            return Ok(Self::single(path, name, Kind::Stdin));
        }
        let metadata = fs::metadata(path).map_err(|error| Error::io("cannot read", path, error))?;
        if metadata.is_dir() {
            return match table {
                None => folder::open(path),
                Some(_) => Err(Error::at(
                    path,
                    ErrorKind::Request {
                        what: "is a folder, and --table names the table of a single file",
                        advice: "Leave --table out, or name the table's file.",
                    },
                )),
            };
        }
        refuse_packed(path)?;
        table.map_or(Ok(()), check_name)?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Self::single(path, table.unwrap_or(&stem), Kind::File))
    }

    fn single(path: &Path, name: &str, kind: Kind) -> Self {
        let relative = path.file_name().map(PathBuf::from).unwrap_or_default();
        let table = Table { name: name.to_owned(), path: path.to_owned(), relative, schema: None };
        Self { path: path.to_owned(), kind, tables: vec![table] }
    }

    /// Whether the export is a folder of either kind.
    pub fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::Folder | Kind::Snapshot { .. })
    }
}

impl Table {
    /// Whether it is a regular file: others can be read only once.
    pub fn is_file(&self) -> bool {
        self.path != Path::new("-") && self.path.is_file()
    }

    /// Opens the table.
    ///
    /// # Errors
    /// Where it cannot be opened, or is packed.
    pub fn open(&self) -> Result<Opened> {
        if self.path == Path::new("-") {
            return Ok(Opened::Stream(Box::new(io::stdin())));
        }
        refuse_packed(&self.path)?;
        let cannot_read = |error| Error::io("cannot read", &self.path, error);
        let file = File::open(&self.path).map_err(cannot_read)?;
        Ok(match file.metadata().map_err(cannot_read)?.is_file() {
            true => Opened::File(file),
            false => Opened::Stream(Box::new(file)),
        })
    }

    /// Opens the table; returns its blocks and, where it is known, its size.
    ///
    /// # Errors
    /// Where it cannot be opened, or is packed.
    pub fn feed(&self, block: usize) -> Result<(Feed, Option<u64>)> {
        match self.open()? {
            Opened::File(file) => {
                let metadata = file.metadata();
                let size =
                    metadata.map_err(|error| Error::io("cannot read", &self.path, error))?.len();
                Ok((Feed::File(FileFeed::new(file, &self.path, size, block)), Some(size)))
            }
            Opened::Stream(stream) => {
                let stream = StreamFeed::new(stream, &self.path, block);
                Ok((Feed::Stream(Mutex::new(stream)), None))
            }
        }
    }
}

/// Opens tables; returns the blocks of each and, where it is known, the size
/// of all.
///
/// # Errors
/// Those of [`Table::feed`].
pub fn feeds<'t>(
    tables: impl IntoIterator<Item = &'t Table>,
    block: usize,
) -> Result<(Vec<Feed>, Option<u64>)> {
    let mut feeds = Vec::new();
    let mut total = Some(0);
    for table in tables {
        let (feed, size) = table.feed(block)?;
        feeds.push(feed);
        total = total.zip(size).map(|(sum, size)| sum + size);
    }
    Ok((feeds, total))
}

/// A table's name is part of paths: of its rejected lines, for one.
fn check_name(name: &str) -> Result<()> {
    match name.split('/').all(|part| !matches!(part, "" | "." | "..")) && !name.contains('\0') {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Request {
            what: "--table is given what cannot be a table's name",
            advice: "Name the table, as in --table tickets.",
        })),
    }
}

fn refuse_packed(path: &Path) -> Result<()> {
    let (what, advice) = match path.extension().and_then(|ending| ending.to_str()) {
        Some("gz" | "zst") => {
            ("compressed tables", "Unpack them first, for instance with gunzip -k or zstd -d.")
        }
        Some("zip") => ("packed snapshots", "Unpack it first, and name the folder."),
        _ => return Ok(()),
    };
    Err(Error::at(path, ErrorKind::Unsupported { what, advice }))
}
