//! Finds the tables of a folder, in both layouts, on a disk or in an archive.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::export::{Export, Kind};
use super::fault::ExportFault;
use super::table::Table;
use super::tree::{Node, Tree};
use crate::error::{Error, Result};
use crate::storage::packing::unpacked_name;

/// The file of a table in a folder of its own.
pub(crate) const DOCUMENTS: &str = "documents.jsonl";
/// The file that lists a snapshot's tables, relative to its root.
const TABLE_LIST: &str = "_tables/documents.jsonl";
const SCHEMA: &str = "generated_schema.jsonl";
const COMPONENTS: &str = "_components";

pub(crate) fn open(tree: Tree) -> Result<Export> {
    let inner = leading_folder(&tree)?;
    let tree = inner.map_or_else(|| tree.clone(), |folder| tree.below(&folder));
    let mut found = Found { tree: &tree, tables: Vec::new(), lists: Vec::new() };
    let snapshot = is_snapshot(&tree)?;
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
            return Err(Error::at(&pair[1].path, ExportFault::TableTwice { table, other }));
        }
    }
    Ok(Export { path: tree.path(Path::new("")), kind, tables, tree: Some(tree) })
}

/// What in a folder no run over `export` can have written there: hidden entries,
/// files that are no tables and folders without one, unless the export has them
/// too. Replacing the folder would remove it for good.
pub(crate) fn foreign_entry(folder: &Path, export: Option<&Tree>) -> Result<Option<String>> {
    let standing = Tree::Folder(folder.to_owned());
    for name in standing.names(Path::new(""))? {
        let entry = Path::new(&name);
        let is_ours = match standing.standing(entry)? {
            Node::Folder => name.starts_with('_') || !documents(&standing, entry)?.is_empty(),
            _ => table_name(&name).is_some(),
        };
        let is_suspect = is_hidden(&name) || !is_ours;
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

/// Folders that only snapshots have. A part of one may lack its list of tables.
const OF_SNAPSHOTS: [&str; 3] = ["_tables", "_storage", COMPONENTS];

/// A snapshot shows by one of these folders, or by the schema of a table where
/// no table stands outside of a folder of its own: what was trimmed by hand is
/// one still.
fn is_snapshot(tree: &Tree) -> Result<bool> {
    for folder in OF_SNAPSHOTS {
        if tree.standing(Path::new(folder))? == Node::Folder {
            return Ok(true);
        }
    }
    let names = tree.names(Path::new(""))?;
    if names.iter().any(|name| table_name(name).is_some()) {
        return Ok(false);
    }
    for name in &names {
        if tree.stands(&Path::new(name).join(SCHEMA))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A snapshot may have been packed with one folder around everything.
fn leading_folder(tree: &Tree) -> Result<Option<String>> {
    let names = tree.names(Path::new(""))?;
    let mut visible = names.into_iter().filter(|name| !is_hidden(name));
    let (Some(only), None) = (visible.next(), visible.next()) else { return Ok(None) };
    let folder = Path::new(&only);
    if OF_SNAPSHOTS.contains(&only.as_str())
        || tree.standing(folder)? != Node::Folder
        || !documents(tree, folder)?.is_empty()
    {
        return Ok(None);
    }
    let inner = tree.below(&only);
    Ok((is_snapshot(&inner)? || holds_documents(&inner)?).then_some(only))
}

/// Whether tables stand in folders of their own.
fn holds_documents(tree: &Tree) -> Result<bool> {
    for name in tree.names(Path::new(""))? {
        if !documents(tree, Path::new(&name))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
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
            match table_name(&name).unwrap_or(&name) {
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
            if !is_hidden(&name) && self.tree.standing(&component)? == Node::Folder {
                self.visit(&component, &format!("{prefix}{name}/"), true)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, entry: &str, relative: PathBuf, prefix: &str) -> Result<()> {
        match (self.tree.standing(&relative)?, table_name(entry)) {
            (Node::Folder, _) => {
                let schema = relative.join(SCHEMA);
                let schema = self.tree.stands(&schema)?.then_some(schema);
                for documents in documents(self.tree, &relative)? {
                    let name = format!("{prefix}{entry}");
                    self.push(name, relative.join(documents), schema.clone());
                }
            }
            // A link that leads nowhere is a matter of tables alone: opening it
            // says so.
            (Node::File | Node::Dangling, Some(name)) => {
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
pub(crate) fn is_list(relative: &Path) -> bool {
    relative.ends_with(TABLE_LIST)
}

/// Whether an import would take a file for the documents of a table, those of
/// stored files and the lists of tables aside.
pub(crate) fn is_own_documents(relative: &Path) -> bool {
    let folder = relative.parent().and_then(Path::file_name);
    relative.ends_with(DOCUMENTS)
        && folder.is_some_and(|name| !matches!(name.to_str(), Some("_tables" | "_storage")))
}

/// The table that a file of this name holds.
pub(crate) fn table_name(file: &str) -> Option<&str> {
    unpacked_name(file).strip_suffix(".jsonl")
}

/// Hidden files, and what the Finder puts beside the files that it packs.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name == FINDER_FOLDER
}

const FINDER_FOLDER: &str = "__MACOSX";

/// Whether the Finder has put a file beside those that it packed.
pub(crate) fn is_of_finder(relative: &Path) -> bool {
    relative.starts_with(FINDER_FOLDER) || relative.ends_with(".DS_Store")
}
