//! Finds the tables of a folder, in both layouts.

use std::fs;
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use super::{Export, Kind, Table};
use crate::error::{Error, ErrorKind, Result};

/// The file of a table in a folder of its own.
const DOCUMENTS: &str = "documents.jsonl";
/// The file that lists a snapshot's tables, relative to its root.
const TABLE_LIST: &str = "_tables/documents.jsonl";
const SCHEMA: &str = "generated_schema.jsonl";
const COMPONENTS: &str = "_components";

pub(super) fn open(path: &Path) -> Result<Export> {
    let inner = leading_folder(path)?;
    let root = inner.as_deref().unwrap_or(path);
    let mut found = Found { root, tables: Vec::new(), lists: Vec::new() };
    let snapshot = stands(&root.join(TABLE_LIST))?;
    found.visit(Path::new(""), "", snapshot)?;
    let kind = match snapshot {
        true => Kind::Snapshot { lists: found.lists },
        false => Kind::Folder,
    };
    let mut tables = found.tables;
    tables.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.path.cmp(&b.path)));
    for pair in tables.windows(2) {
        if pair[0].name == pair[1].name {
            let (table, other) = (pair[0].name.clone(), pair[0].path.clone());
            return Err(Error::at(&pair[1].path, ErrorKind::TableTwice { table, other }));
        }
    }
    Ok(Export { path: root.to_owned(), kind, tables })
}

/// What in a folder no run over `export` can have written there: hidden entries
/// and folders without a table, unless the export has them too. Replacing the
/// folder would remove it for good.
pub(super) fn foreign_entry(folder: &Path, export: &Path) -> Result<Option<String>> {
    for name in entries(folder)? {
        let path = folder.join(&name);
        let is_suspect = is_hidden(&name)
            || path.is_dir() && !name.starts_with('_') && documents(&path)?.is_empty();
        if is_suspect && !stands(&export.join(&name))? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The files that a folder of one table's own may hold it in; more than one
/// is one too many.
fn documents(folder: &Path) -> Result<Vec<String>> {
    let names = ["", ".gz", ".zst"].map(|ending| format!("{DOCUMENTS}{ending}"));
    let mut found = Vec::new();
    for name in names {
        if stands(&folder.join(&name))? {
            found.push(name);
        }
    }
    Ok(found)
}

/// A snapshot may have been packed with one folder around everything.
fn leading_folder(path: &Path) -> Result<Option<PathBuf>> {
    let entries = entries(path)?;
    let mut visible = entries.iter().filter(|entry| !is_hidden(entry));
    match (visible.next(), visible.next()) {
        (Some(only), None) => {
            let inner = path.join(only);
            Ok(stands(&inner.join(TABLE_LIST))?.then_some(inner))
        }
        _ => Ok(None),
    }
}

struct Found<'p> {
    root: &'p Path,
    tables: Vec<Table>,
    lists: Vec<PathBuf>,
}

impl Found<'_> {
    /// Visits `folder` below the root; `prefix` is the component's name and a
    /// slash.
    fn visit(&mut self, folder: &Path, prefix: &str, snapshot: bool) -> Result<()> {
        if snapshot && stands(&self.root.join(folder).join(TABLE_LIST))? {
            self.lists.push(folder.join(TABLE_LIST));
        }
        for name in entries(&self.root.join(folder))? {
            let relative = folder.join(&name);
            match name.as_str() {
                COMPONENTS if snapshot => self.components(&relative, prefix)?,
                "_tables" | "_storage" if snapshot => {}
                hidden if is_hidden(hidden) => {}
                _ => self.table(&name, relative, prefix)?,
            }
        }
        Ok(())
    }

    fn components(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for name in entries(&self.root.join(folder))? {
            let component = folder.join(&name);
            if self.root.join(&component).is_dir() && !is_hidden(&name) {
                self.visit(&component, &format!("{prefix}{name}/"), true)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, entry: &str, relative: PathBuf, prefix: &str) -> Result<()> {
        let path = self.root.join(&relative);
        match (fs::metadata(&path), table_name(entry)) {
            (Ok(metadata), _) if metadata.is_dir() => {
                let schema = relative.join(SCHEMA);
                let schema = stands(&self.root.join(&schema))?.then_some(schema);
                for documents in documents(&path)? {
                    let name = format!("{prefix}{entry}");
                    self.push(name, relative.join(documents), schema.clone());
                }
            }
            (Ok(_), Some(name)) => self.push(format!("{prefix}{name}"), relative, None),
            (Ok(_), None) => {}
            // A link that leads nowhere is a matter of tables alone.
            (Err(error), None) if error.kind() == NotFound => {}
            (Err(error), _) => return Err(Error::io("cannot read", &path, error)),
        }
        Ok(())
    }

    fn push(&mut self, name: String, relative: PathBuf, schema: Option<PathBuf>) {
        self.tables.push(Table { name, path: self.root.join(&relative), relative, schema });
    }
}

/// The table that a file of this name holds.
pub(super) fn table_name(file: &str) -> Option<&str> {
    let unpacked = file.strip_suffix(".gz").or_else(|| file.strip_suffix(".zst")).unwrap_or(file);
    unpacked.strip_suffix(".jsonl")
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Whether something stands at a path. What cannot be looked at is an error:
/// taken for missing, it would be lost.
fn stands(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(false),
        Err(error) => Err(Error::io("cannot read", path, error)),
    }
}

/// The names in a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<String>> {
    let cannot_read = |error| Error::io("cannot read", folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot_read)? {
        let name = entry.map_err(cannot_read)?.file_name();
        if name.to_str().is_none() && table_name(&name.to_string_lossy()).is_none() {
            continue;
        }
        names.push(name.to_str().map(str::to_owned).ok_or_else(|| {
            Error::at(
                folder.join(&name),
                ErrorKind::Request {
                    what: "has a name that is not UTF-8",
                    advice: "Rename it, or move it out of the export.",
                },
            )
        })?);
    }
    names.sort();
    Ok(names)
}
