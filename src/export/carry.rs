//! Files that go along with the tables that a run works on, unread: other
//! tables, schema files, and a snapshot's lists of tables, cut down to what
//! is emitted.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Export, Kind, Stage, Table, table_list};
use crate::error::{Error, ErrorKind, Result};

/// What goes along with the tables that a run works on.
pub(crate) struct Carried<'e> {
    export: &'e Export,
    worked: Vec<&'e Table>,
    passed: Vec<&'e Table>,
    all: bool,
    /// A snapshot's lists of tables, cut down.
    lists: Vec<(&'e Path, Vec<u8>)>,
}

impl<'e> Carried<'e> {
    /// Looks at what goes along with the tables of an export for which
    /// `is_worked` holds: with `all` every other table, and everything else
    /// that a snapshot holds. Lists are cut now, so that a bad one ends the run
    /// before its work begins.
    ///
    /// # Errors
    /// A list that cannot be read.
    pub(crate) fn new(
        export: &'e Export,
        all: bool,
        is_worked: impl Fn(&Table) -> bool,
    ) -> Result<Self> {
        let (worked, others) = export.tables.iter().partition::<Vec<_>, _>(|t| is_worked(t));
        let passed = if all { others } else { Vec::new() };
        let mut carried = Self { export, worked, passed, all, lists: Vec::new() };
        if !all {
            for list in carried.snapshot_lists().into_iter().flatten() {
                if let Some(kept) = carried.cut(list)? {
                    carried.lists.push((list, kept));
                }
            }
        }
        Ok(carried)
    }

    /// The tables passed through unread.
    pub(crate) fn tables(&self) -> Vec<String> {
        self.passed.iter().map(|table| table.name.clone()).collect()
    }

    /// Whether an import of the output would replace all stored files.
    pub(crate) fn holds_storage(&self) -> bool {
        let whole = self.all && self.snapshot_lists().is_some();
        whole && self.export.path.join("_storage").exists()
    }

    /// Writes everything into the staged folder `root`.
    ///
    /// # Errors
    /// What cannot be read or written.
    pub(crate) fn write(&self, root: &Path, stage: &Stage) -> Result<()> {
        let files = match self.snapshot_lists() {
            Some(_) if self.all => self.everything()?,
            _ => self.beside_tables(),
        };
        for (list, kept) in &self.lists {
            let path = root.join(list);
            let written = stage.create(&path)?.write_all(kept);
            written.map_err(|error| Error::io("cannot write", path, error))?;
        }
        files.par_iter().try_for_each(|relative| {
            copy(&self.export.path.join(relative), &root.join(relative), stage)
        })
    }

    fn snapshot_lists(&self) -> Option<&'e [PathBuf]> {
        match &self.export.kind {
            Kind::Snapshot { lists } => Some(lists),
            _ => None,
        }
    }

    /// The other tables and the schema files of all tables emitted.
    fn beside_tables(&self) -> Vec<PathBuf> {
        let schema = |table: &Table| table.schema.clone();
        let schemas = self.worked.iter().chain(&self.passed).filter_map(|table| schema(table));
        schemas.chain(self.passed.iter().map(|table| table.relative.clone())).collect()
    }

    /// Every file of the export but the tables worked on.
    fn everything(&self) -> Result<Vec<PathBuf>> {
        let worked: BTreeSet<&Path> = self.worked.iter().map(|table| &*table.relative).collect();
        let mut files = Vec::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let path = self.export.path.join(&folder);
            let cannot_read = |error| Error::io("cannot read", &path, error);
            for entry in fs::read_dir(&path).map_err(cannot_read)? {
                let entry = entry.map_err(cannot_read)?;
                let relative = folder.join(entry.file_name());
                if entry.file_type().map_err(cannot_read)?.is_dir() {
                    folders.push(relative);
                } else if entry.path().is_dir() {
                    return Err(Error::at(entry.path(), LINKED_FOLDER));
                } else if !worked.contains(&*relative) {
                    files.push(relative);
                }
            }
        }
        Ok(files)
    }

    /// The lines of a list that name emitted tables.
    fn cut(&self, list: &Path) -> Result<Option<Vec<u8>>> {
        let base = list.parent().and_then(Path::parent).unwrap_or(Path::new(""));
        let emitted = self.worked.iter().filter_map(|table| name_below(base, &table.relative));
        table_list::cut(&self.export.path.join(list), &emitted.collect())
    }
}

/// What there is to say where an import would replace all stored files.
pub(crate) const STORED_FILES: &str = "_storage goes along: importing it replaces all stored files";

/// A link could lead in a circle, or out of the export.
const LINKED_FOLDER: ErrorKind = ErrorKind::Request {
    what: "is a link to a folder",
    advice: "Put the folder itself in its place, or leave out --all-tables.",
};

/// The name of the table at `relative` within the component at `base`, if it
/// is one of it.
fn name_below<'t>(base: &Path, relative: &'t Path) -> Option<&'t str> {
    let mut parts = relative.strip_prefix(base).ok()?.iter();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(folder), Some(_), None) => folder.to_str(),
        (Some(_), None, _) => relative.file_stem().and_then(OsStr::to_str),
        _ => None,
    }
}

fn copy(from: &Path, to: &Path, stage: &Stage) -> Result<()> {
    let mut input = File::open(from).map_err(|error| Error::io("cannot read", from, error))?;
    let mut output = stage.create(to)?;
    io::copy(&mut input, &mut output)
        .map_err(|error| Error::io("cannot copy", from, error))
        .map(drop)
}
