//! Finds the tables of a folder, in both layouts, on a disk or in an archive.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::tree::{Standing, Tree};
use super::{Export, Kind, Table, unpacked_name};
use crate::error::{Error, ErrorKind, Result};

/// The file of a table in a folder of its own.
const DOCUMENTS: &str = "documents.jsonl";
/// The file that lists a snapshot's tables, relative to its root.
const TABLE_LIST: &str = "_tables/documents.jsonl";
const SCHEMA: &str = "generated_schema.jsonl";
const COMPONENTS: &str = "_components";

pub(super) fn open(tree: Tree) -> Result<Export> {
    let inner = leading_folder(&tree)?;
    let tree = inner.map_or_else(|| tree.clone(), |folder| tree.below(&folder));
    let mut found = Found { tree: &tree, tables: Vec::new(), lists: Vec::new() };
    let snapshot = tree.stands(Path::new(TABLE_LIST))?;
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
    Ok(Export { path: tree.path(Path::new("")), kind, tables, tree: Some(tree) })
}

/// What in a folder no run over `export` can have written there: hidden entries
/// and folders without a table, unless the export has them too. Replacing the
/// folder would remove it for good.
pub(super) fn foreign_entry(folder: &Path, export: Option<&Tree>) -> Result<Option<String>> {
    let standing = Tree::Folder(folder.to_owned());
    for name in standing.names(Path::new(""))? {
        let entry = Path::new(&name);
        let is_suspect = is_hidden(&name)
            || standing.standing(entry)? == Standing::Folder
                && !name.starts_with('_')
                && documents(&standing, entry)?.is_empty();
        let is_known = || export.map_or(Ok(false), |export| export.stands(entry));
        if is_suspect && !is_known()? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The files that a folder of one table's own may hold it in; more than one
/// is one too many.
fn documents(tree: &Tree, folder: &Path) -> Result<Vec<String>> {
    let names = ["", ".gz", ".zst"].map(|ending| format!("{DOCUMENTS}{ending}"));
    let mut found = Vec::new();
    for name in names {
        if tree.stands(&folder.join(&name))? {
            found.push(name);
        }
    }
    Ok(found)
}

/// A snapshot may have been packed with one folder around everything.
fn leading_folder(tree: &Tree) -> Result<Option<String>> {
    let names = tree.names(Path::new(""))?;
    let mut visible = names.into_iter().filter(|name| !is_hidden(name));
    match (visible.next(), visible.next()) {
        (Some(only), None) => {
            let list = Path::new(&only).join(TABLE_LIST);
            Ok(tree.stands(&list)?.then_some(only))
        }
        _ => Ok(None),
    }
}

struct Found<'t> {
    tree: &'t Tree,
    tables: Vec<Table>,
    lists: Vec<PathBuf>,
}

impl Found<'_> {
    /// Visits `folder` below the root; `prefix` is the component's name and a
    /// slash.
    fn visit(&mut self, folder: &Path, prefix: &str, snapshot: bool) -> Result<()> {
        if snapshot && self.tree.stands(&folder.join(TABLE_LIST))? {
            self.lists.push(folder.join(TABLE_LIST));
        }
        for name in self.tree.names(folder)? {
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
        for name in self.tree.names(folder)? {
            let component = folder.join(&name);
            if !is_hidden(&name) && self.tree.standing(&component)? == Standing::Folder {
                self.visit(&component, &format!("{prefix}{name}/"), true)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, entry: &str, relative: PathBuf, prefix: &str) -> Result<()> {
        match (self.tree.standing(&relative)?, table_name(entry)) {
            (Standing::Folder, _) => {
                let schema = relative.join(SCHEMA);
                let schema = self.tree.stands(&schema)?.then_some(schema);
                for documents in documents(self.tree, &relative)? {
                    let name = format!("{prefix}{entry}");
                    self.push(name, relative.join(documents), schema.clone());
                }
            }
            // A link that leads nowhere is a matter of tables alone: opening it
            // says so.
            (Standing::File | Standing::Dangling, Some(name)) => {
                self.push(format!("{prefix}{name}"), relative, None);
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, name: String, relative: PathBuf, schema: Option<PathBuf>) {
        let path = self.tree.path(&relative);
        let entry = self.tree.archived(&relative);
        let entry = entry.map(|(archive, name)| (Arc::clone(archive), name));
        self.tables.push(Table { name, path, relative, schema, entry });
    }
}

/// Whether a path is that of a list of tables.
pub(super) fn is_list(relative: &Path) -> bool {
    relative.ends_with(TABLE_LIST)
}

/// Whether an import would take a file for the documents of a table, those of
/// stored files and the lists of tables aside.
pub(super) fn is_own_documents(relative: &Path) -> bool {
    let folder = relative.parent().and_then(Path::file_name);
    relative.ends_with(DOCUMENTS)
        && folder.is_some_and(|name| !matches!(name.to_str(), Some("_tables" | "_storage")))
}

/// The table that a file of this name holds.
pub(super) fn table_name(file: &str) -> Option<&str> {
    unpacked_name(file).strip_suffix(".jsonl")
}

/// Hidden files, and what the Finder puts beside the files that it packs.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name == "__MACOSX"
}
