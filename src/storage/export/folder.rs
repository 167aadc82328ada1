//! Finds the tables of a folder or an archive, in both layouts: `NAME.jsonl` and
//! `NAME/documents.jsonl`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::export::{Export, Kind};
use super::fault::ExportFault;
use super::naming::{
    COMPONENTS, DOCUMENTS, SCHEMA, SNAPSHOT_FOLDERS, TABLE_LIST, is_hidden, table_name,
};
use super::table::Table;
use super::tree::{Node, Tree};
use crate::error::{Error, Result};

/// Finds the tables of a tree.
pub(crate) fn find_tables(tree: Tree) -> Result<Export> {
    let inner = wrapping_folder(&tree)?;
    let tree = inner.map_or_else(|| tree.clone(), |folder| tree.below(&folder));
    let mut search = Search { tree: &tree, tables: Vec::new(), lists: Vec::new() };
    let snapshot = is_snapshot(&tree)?;
    search.visit(Path::new(""), "", snapshot)?;
    let kind = match snapshot {
        true => Kind::Snapshot { lists: search.lists },
        false => Kind::Folder,
    };
    let mut tables = search.tables;
    tables.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.path.cmp(&b.path)));
    for pair in tables.windows(2) {
        if pair[0].name == pair[1].name {
            let (table, other) = (pair[0].name.clone(), pair[0].path.clone());
            return Err(Error::at(&pair[1].path, ExportFault::TableTwice { table, other }));
        }
    }
    Ok(Export { path: tree.path(Path::new("")), kind, tables, tree: Some(tree) })
}

/// Finds an entry of a folder that no run over `export` can have written: a hidden
/// one, a file that is no table or a folder without one, unless the export has it,
/// too. Replacing the folder would destroy it.
pub(crate) fn foreign_entry(folder: &Path, export: Option<&Tree>) -> Result<Option<String>> {
    let existing = Tree::Folder(folder.to_owned());
    for name in existing.names(Path::new(""))? {
        let entry = Path::new(&name);
        let is_ours = match existing.node(entry)? {
            Node::Folder => name.starts_with('_') || !documents(&existing, entry)?.is_empty(),
            _ => table_name(&name).is_some(),
        };
        let is_suspect = is_hidden(&name) || !is_ours;
        let is_known = || export.map_or(Ok(false), |export| export.exists(entry));
        if is_suspect && !is_known()? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The files in a folder that contain the documents of its table. A second one is an
/// error that [`find_tables`] reports.
fn documents(tree: &Tree, folder: &Path) -> Result<Vec<String>> {
    let names = ["", ".gz", ".zst"].map(|ending| format!("{DOCUMENTS}{ending}"));
    let mut found = Vec::new();
    for name in names {
        if tree.exists(&folder.join(&name))? {
            found.push(name);
        }
    }
    Ok(found)
}

/// Whether a tree is a snapshot: it has one of the folders that only snapshots
/// have, or else a schema file beside a table and no table outside of its own
/// folder. A snapshot from which files were removed by hand is still one.
fn is_snapshot(tree: &Tree) -> Result<bool> {
    for folder in SNAPSHOT_FOLDERS {
        if tree.node(Path::new(folder))? == Node::Folder {
            return Ok(true);
        }
    }
    let names = tree.names(Path::new(""))?;
    if names.iter().any(|name| table_name(name).is_some()) {
        return Ok(false);
    }
    for name in &names {
        if tree.exists(&Path::new(name).join(SCHEMA))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The single folder around everything else, with which a snapshot may have been
/// packed.
fn wrapping_folder(tree: &Tree) -> Result<Option<String>> {
    let names = tree.names(Path::new(""))?;
    let mut visible = names.into_iter().filter(|name| !is_hidden(name));
    let (Some(only), None) = (visible.next(), visible.next()) else { return Ok(None) };
    let folder = Path::new(&only);
    if SNAPSHOT_FOLDERS.contains(&only.as_str())
        || tree.node(folder)? != Node::Folder
        || !documents(tree, folder)?.is_empty()
    {
        return Ok(None);
    }
    let inner = tree.below(&only);
    Ok((is_snapshot(&inner)? || holds_documents(&inner)?).then_some(only))
}

/// Whether any table is in its own folder.
fn holds_documents(tree: &Tree) -> Result<bool> {
    for name in tree.names(Path::new(""))? {
        if !documents(tree, Path::new(&name))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A search for tables that visits a tree.
struct Search<'t> {
    tree: &'t Tree,
    tables: Vec<Table>,
    lists: Vec<PathBuf>,
}

impl Search<'_> {
    /// Visits a folder, the root or that of a component; `prefix` is the name of the
    /// component and a slash.
    fn visit(&mut self, folder: &Path, prefix: &str, snapshot: bool) -> Result<()> {
        if snapshot && self.tree.exists(&folder.join(TABLE_LIST))? {
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
            if !is_hidden(&name) && self.tree.node(&component)? == Node::Folder {
                self.visit(&component, &format!("{prefix}{name}/"), true)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, entry: &str, relative: PathBuf, prefix: &str) -> Result<()> {
        match (self.tree.node(&relative)?, table_name(entry)) {
            (Node::Folder, _) => {
                let schema = relative.join(SCHEMA);
                let schema = self.tree.exists(&schema)?.then_some(schema);
                for documents in documents(self.tree, &relative)? {
                    let name = format!("{prefix}{entry}");
                    self.push(name, relative.join(documents), schema.clone());
                }
            }
            // A broken link is reported when the table is opened; elsewhere it is
            // ignored.
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
