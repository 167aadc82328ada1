//! Files that go along with the rewritten tables, unread: tables without
//! rules, schema files, and a snapshot's lists of tables, cut down to what is
//! emitted.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::request::Request;
use super::table_list;
use crate::error::{Error, ErrorKind, Result};
use crate::export::{Kind, Stage, Table};
use crate::report::{Report, Warning};

/// What goes along with a request's ruled tables.
pub(super) struct Carried<'r> {
    request: &'r Request,
    /// A snapshot's lists of tables, cut down.
    lists: Vec<(&'r Path, Vec<u8>)>,
}

impl<'r> Carried<'r> {
    /// Looks at what goes along. Lists are cut now, so that a bad one ends
    /// the run before its work begins.
    pub(super) fn new(request: &'r Request) -> Result<Self> {
        let mut carried = Self { request, lists: Vec::new() };
        if !request.options.all_tables {
            for list in carried.snapshot_lists().into_iter().flatten() {
                if let Some(kept) = carried.cut(list)? {
                    carried.lists.push((list, kept));
                }
            }
        }
        Ok(carried)
    }

    /// The tables passed through unread.
    pub(super) fn tables(&self) -> Vec<String> {
        self.request.unruled().map(|table| table.name.clone()).collect()
    }

    /// Warns of a snapshot that would replace all stored files.
    pub(super) fn warn(&self, report: &mut Report) {
        let whole = self.request.options.all_tables && self.snapshot_lists().is_some();
        if whole && self.request.export.path.join("_storage").exists() {
            report.warnings.push(Warning {
                code: "storage".into(),
                message: "_storage goes along: importing it replaces all stored files".to_owned(),
                count: 1,
                table: None,
                field: None,
                offset: None,
            });
            report.attention |= self.request.options.strict;
        }
    }

    /// Writes everything into the staged folder `root`.
    pub(super) fn write(&self, root: &Path, stage: &Stage) -> Result<()> {
        let all = self.request.options.all_tables;
        let files = match self.snapshot_lists() {
            Some(_) if all => self.everything()?,
            _ => self.beside_tables(),
        };
        for (list, kept) in &self.lists {
            let path = root.join(list);
            let written = stage.create(&path)?.write_all(kept);
            written.map_err(|error| Error::io("cannot write", path, error))?;
        }
        files.par_iter().try_for_each(|relative| {
            copy(&self.request.export.path.join(relative), &root.join(relative), stage)
        })
    }

    fn snapshot_lists(&self) -> Option<&'r [PathBuf]> {
        match &self.request.export.kind {
            Kind::Snapshot { lists } => Some(lists),
            _ => None,
        }
    }

    /// Tables without rules and the schema files of all tables emitted.
    fn beside_tables(&self) -> Vec<PathBuf> {
        let schema = |table: &Table| table.schema.clone();
        let schemas = self.request.ruled().chain(self.request.unruled()).filter_map(schema);
        schemas.chain(self.request.unruled().map(|table| table.relative.clone())).collect()
    }

    /// Every file of the export but the ruled tables.
    fn everything(&self) -> Result<Vec<PathBuf>> {
        let ruled: BTreeSet<&Path> = self.request.ruled().map(|table| &*table.relative).collect();
        let mut files = Vec::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let path = self.request.export.path.join(&folder);
            let cannot_read = |error| Error::io("cannot read", &path, error);
            for entry in fs::read_dir(&path).map_err(cannot_read)? {
                let entry = entry.map_err(cannot_read)?;
                let relative = folder.join(entry.file_name());
                if entry.file_type().map_err(cannot_read)?.is_dir() {
                    folders.push(relative);
                } else if entry.path().is_dir() {
                    return Err(Error::at(entry.path(), LINKED_FOLDER));
                } else if !ruled.contains(&*relative) {
                    files.push(relative);
                }
            }
        }
        Ok(files)
    }

    /// The lines of a list that name emitted tables.
    fn cut(&self, list: &Path) -> Result<Option<Vec<u8>>> {
        let base = list.parent().and_then(Path::parent).unwrap_or(Path::new(""));
        let emitted = self.request.ruled().filter_map(|table| name_below(base, &table.relative));
        table_list::cut(&self.request.export.path.join(list), &emitted.collect())
    }
}

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
