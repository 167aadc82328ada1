//! Reads the files of a map, each by its form.

use crate::idmap::map::IdMap;
use std::path::{Path, PathBuf};

use rayon::ThreadPool;

use super::taken::Taken;
use super::wanted::Wanted;
use crate::error::{Error, RequestFault, Result};
use crate::idmap::build::MapBuilder;
use crate::idmap::fault::{ColumnList, Form, MapFault, RowPlace};
use crate::pipeline::BLOCK_SIZE;
use crate::storage::Digest;

/// Which files make a map, and how they are read.
///
/// By default columns are told by well-known names, and a target must not be
/// another row's source.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The files, of which later ones add to earlier ones.
    pub paths: Vec<PathBuf>,
    /// The names of the source and the target column, in the files that have
    /// them.
    pub columns: Option<(String, String)>,
    /// Whether the first row of a CSV file of two columns is data, unless it
    /// holds well-known names.
    pub no_header: bool,
    /// Whether a target may be another row's source.
    pub chains: bool,
    /// The digest of the files.
    pub digest: Digest,
}

/// A file that the map was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapFile {
    /// Its path, as given.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its rows that are part of the map, those without a target among them.
    pub rows: u64,
    /// The digest of its bytes, where digests are wanted.
    pub digest: Option<String>,
    /// What it was taken for, unless it is at fault as a whole.
    pub taken: Option<Taken>,
}

/// What fails where a map cannot be read.
pub(crate) const CANNOT_READ: &str = "cannot read the ID map";

/// Reads the files of a map and checks it. All threads of `pool` work.
///
/// # Errors
/// A file that cannot be read, or all faults of the map at once.
pub fn read(reading: &Reading, pool: &ThreadPool) -> Result<LoadedMap> {
    let mut reader = Reader::new(reading, pool, MapBuilder::default(), BLOCK_SIZE)?;
    let mut files = Vec::new();
    for path in &reading.paths {
        let before = reader.builder.rows();
        let file = reader.file(path)?;
        files.push(MapFile { rows: reader.builder.rows() - before, ..file });
    }
    let builder = reader.finish();
    Ok(LoadedMap { map: pool.install(|| builder.build(reading.chains))?, files })
}

/// Reads one file after the other.
pub(crate) struct Reader<'r> {
    pub(crate) reading: &'r Reading,
    pub(crate) pool: &'r ThreadPool,
    pub(crate) builder: MapBuilder,
    /// The size of a block, in bytes.
    pub(crate) block: usize,
    pub(crate) wanted: Wanted<'r>,
    /// Whether a file had the columns that were named, and the first row and
    /// the columns of those that had not.
    pub(crate) has_named: bool,
    others: Vec<(RowPlace, ColumnList)>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(
        reading: &'r Reading,
        pool: &'r ThreadPool,
        builder: MapBuilder,
        block: usize,
    ) -> Result<Self> {
        let columns = reading.columns.as_ref();
        let named = columns.map(|(source, target)| [&**source, &**target]);
        if let Some([source, target]) = named
            && source == target
        {
            return Err(Error::new(RequestFault {
                what: "--from and --to name the same column",
                advice: "Name the column of source IDs and that of target IDs.",
            }));
        }
        let wanted = Wanted::of_map(named, reading.no_header);
        Ok(Self { reading, pool, builder, block, wanted, has_named: false, others: Vec::new() })
    }

    pub(crate) fn file(&mut self, path: &Path) -> Result<MapFile> {
        match Form::of(path) {
            Some(form) => self.json(form, path),
            None => self.csv(path),
        }
    }

    /// Notes the columns of a file that has not those that were named.
    pub(crate) fn lacks_named(&mut self, place: RowPlace, columns: impl FnOnce() -> ColumnList) {
        if self.wanted.named.is_some() {
            self.others.push((place, columns()));
        }
    }

    /// All rows. Names that no file has are a mistake, not a choice.
    pub(crate) fn finish(mut self) -> MapBuilder {
        let named = self.wanted.named.filter(|_| !self.has_named);
        for (place, columns) in &self.others {
            for name in named.into_iter().flatten() {
                self.builder.fault(MapFault::MissingColumn {
                    place: place.clone(),
                    names: vec![name.to_owned()],
                    columns: columns.clone(),
                });
            }
        }
        self.builder
    }
}

/// The files of a map, read in the order given, and what they hold together.
#[derive(Debug, Default)]
pub struct LoadedMap {
    /// The map.
    pub map: IdMap,
    /// Where it came from.
    pub files: Vec<MapFile>,
}
