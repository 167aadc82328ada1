//! A map that is being read from its files.

use rayon::ThreadPool;

use super::column_choice::ColumnChoice;
use super::reading::Reading;
use super::recognition::FileRecognition;
use crate::error::{Error, RequestFault, Result};
use crate::idmap::build::MapBuilder;
use crate::idmap::fault::{ColumnList, MapFault};
use crate::idmap::file::RowPlace;
use crate::storage::Digest;

/// The action that fails if a map cannot be read.
pub(crate) const CANNOT_READ: &str = "cannot read the ID map";

/// A map that is being read, one file after the other.
pub(crate) struct MapReader<'r> {
    pub(crate) builder: MapBuilder,
    pub(crate) columns: ColumnChoice<'r>,
    pub(crate) digest: Digest,
    pub(crate) pool: &'r ThreadPool,
    /// The size of the blocks in which CSV is read, in bytes.
    pub(crate) block_size: usize,
    /// Whether a file had the column names that were given.
    has_given_names: bool,
    /// The first row and the columns of the files that did not have them.
    lacking: Vec<(RowPlace, ColumnList)>,
}

/// What is reported of a file that has been read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FileSummary {
    pub(crate) bytes: u64,
    pub(crate) digest: Option<String>,
    /// How the file was recognised, unless it is at fault as a whole.
    pub(crate) recognition: Option<FileRecognition>,
}

impl<'r> MapReader<'r> {
    /// Begins to read a map into `builder`.
    pub(crate) fn new(
        reading: &'r Reading,
        pool: &'r ThreadPool,
        builder: MapBuilder,
        block_size: usize,
    ) -> Result<Self> {
        let columns = reading.columns.as_ref();
        let given = columns.map(|(source, target)| [&**source, &**target]);
        if given.is_some_and(|[source, target]| source == target) {
            return Err(Error::new(RequestFault {
                what: "--from and --to name the same column",
                advice: "Name the column of source IDs and that of target IDs.",
            }));
        }
        Ok(Self {
            builder,
            columns: ColumnChoice::of_map(given, reading.no_header),
            digest: reading.digest,
            pool,
            block_size,
            has_given_names: false,
            lacking: Vec::new(),
        })
    }

    /// Notes whether a file has the column names that were given, or else its
    /// first row and its columns.
    pub(crate) fn note_columns(
        &mut self,
        has_given_names: bool,
        place: RowPlace,
        columns: impl FnOnce() -> ColumnList,
    ) {
        self.has_given_names |= has_given_names;
        if !has_given_names && self.columns.given.is_some() {
            self.lacking.push((place, columns()));
        }
    }

    /// Refuses a file for its columns, which may be those that were given.
    pub(crate) fn refuse_columns(&mut self, faults: Vec<MapFault>) {
        self.has_given_names = true;
        self.builder.add_faults(faults);
    }

    /// Returns the rows of all files. Column names that no file has are a fault
    /// of every file.
    pub(crate) fn finish(mut self) -> MapBuilder {
        let given = self.columns.given.filter(|_| !self.has_given_names);
        for (place, columns) in &self.lacking {
            for name in given.into_iter().flatten() {
                self.builder.add_fault(MapFault::MissingColumn {
                    place: place.clone(),
                    names: vec![name.to_owned()],
                    columns: columns.clone(),
                });
            }
        }
        self.builder
    }
}
