//! Files that go along with the tables that a run works on, unread: other
//! tables, schema files, and a snapshot's lists of tables, cut down to what
//! is emitted.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::sink::Sink;
use super::table_list;
use crate::error::{Error, RequestFault, Result};
use crate::storage::archive::Raw;
use crate::storage::export::{
    Export, Kind, Opened, Table, Tree, is_list, is_of_finder, is_own_documents,
};

/// What goes along with the tables that a run works on.
pub(crate) struct Carried<'e> {
    export: &'e Export,
    worked: Vec<&'e Table>,
    passed: Vec<&'e Table>,
    all: bool,
    /// A snapshot's lists of tables, cut down.
    lists: Vec<(&'e Path, Vec<u8>)>,
}

/// A file of the output.
pub(crate) struct Item<'c> {
    /// Its place in the export.
    pub(crate) relative: PathBuf,
    pub(crate) content: Content<'c>,
}

/// What is in a file of the output.
#[derive(Clone, Copy)]
pub(crate) enum Content<'c> {
    /// A list that was cut down.
    List(&'c [u8]),
    /// The file itself.
    File,
    /// A table, unread.
    Passed(&'c Table),
    /// A table that has been worked on.
    Written(&'c Table, &'c Sink),
}

impl Item<'_> {
    /// Whether it is a table under a name that imports know for something
    /// else.
    pub(crate) fn is_table_of_system(&self) -> bool {
        let is_table = matches!(self.content, Content::Passed(_) | Content::Written(..));
        is_table && !is_own_documents(Path::new(&self.name()))
    }

    /// Its name in an archive.
    pub(crate) fn name(&self) -> String {
        let name = match self.content {
            Content::Passed(table) | Content::Written(table, _) => table.documents(),
            Content::List(_) | Content::File => self.relative.clone(),
        };
        name.to_string_lossy().into_owned()
    }
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
        let stands = |tree: &Tree| tree.stands(Path::new("_storage")).unwrap_or(true);
        self.is_whole() && self.export.tree.as_ref().is_some_and(stands)
    }

    /// Whether all of a snapshot goes along.
    fn is_whole(&self) -> bool {
        self.all && self.snapshot_lists().is_some()
    }

    fn snapshot_lists(&self) -> Option<&'e [PathBuf]> {
        match &self.export.kind {
            Kind::Snapshot { lists } => Some(lists),
            _ => None,
        }
    }

    /// All that goes along.
    ///
    /// # Errors
    /// What cannot be looked at, or would be taken for a table.
    pub(crate) fn items(&self) -> Result<Vec<Item<'_>>> {
        let mut items = match self.is_whole() {
            true => self.everything()?,
            false => self.beside_tables(),
        };
        items.extend(self.lists.iter().map(|(list, kept)| Item {
            relative: list.to_path_buf(),
            content: Content::List(kept),
        }));
        Ok(items)
    }

    /// The other tables and the schema files of all tables emitted.
    fn beside_tables(&self) -> Vec<Item<'_>> {
        let emitted = self.worked.iter().chain(&self.passed);
        let schemas = emitted.filter_map(|table| table.schema.clone());
        let schemas = schemas.map(|relative| Item { relative, content: Content::File });
        schemas.chain(self.passed.iter().map(|table| passed(table))).collect()
    }

    /// Every file of the export but the tables worked on.
    fn everything(&self) -> Result<Vec<Item<'_>>> {
        let Some(tree) = &self.export.tree else { return Ok(Vec::new()) };
        let worked = self.worked.iter().map(|table| (&*table.relative, None));
        let others = self.passed.iter().map(|table| (&*table.relative, Some(*table)));
        let tables: BTreeMap<&Path, Option<&Table>> = worked.chain(others).collect();
        let mut items = Vec::new();
        for relative in tree.files()? {
            match tables.get(&*relative) {
                Some(None) => {}
                None if is_of_finder(&relative) => {}
                Some(Some(table)) => items.push(passed(table)),
                None if is_own_documents(&relative) => {
                    return Err(Error::at(tree.path(&relative), ONE_MORE_TABLE));
                }
                None => items.push(Item { relative, content: Content::File }),
            }
        }
        Ok(items)
    }

    /// The lines of a list that name emitted tables.
    fn cut(&self, list: &Path) -> Result<Option<Vec<u8>>> {
        let Some(tree) = &self.export.tree else { return Ok(None) };
        let base = list.parent().and_then(Path::parent).unwrap_or(Path::new(""));
        let emitted = self.worked.iter().filter_map(|table| name_below(base, &table.relative));
        let path = tree.path(list);
        let bytes = tree.read(list, LONGEST_LIST + 1)?;
        if bytes.len() as u64 > LONGEST_LIST {
            return Err(Error::at(path, table_list::TableListFault::TooLong));
        }
        table_list::cut(&path, &bytes, &emitted.collect())
    }

    /// Where an item comes from, for messages.
    pub(crate) fn path(&self, item: &Item<'_>) -> PathBuf {
        self.export.tree.as_ref().map_or_else(PathBuf::new, |tree| tree.path(&item.relative))
    }

    /// Opens an item; a table is unpacked.
    pub(crate) fn open<'i>(&self, item: &Item<'i>) -> Result<Box<dyn Read + Send + 'i>> {
        match item.content {
            Content::Passed(table) => Ok(table.open()?.into_stream()),
            Content::List(kept) => Ok(Box::new(kept)),
            _ => self.opened(item).map(|opened| opened.into_stream() as _),
        }
    }

    /// Copies an item as it lies in the export.
    pub(crate) fn copy(&self, item: &Item<'_>, output: &mut File) -> Result<()> {
        match item.content {
            Content::List(kept) => output.write_all(kept),
            _ => self.opened(item)?.copy_to(output),
        }
        .map_err(|error| Error::io("cannot copy", self.path(item), error))
    }

    fn opened(&self, item: &Item<'_>) -> Result<Opened> {
        match &self.export.tree {
            Some(tree) => tree.open(&item.relative),
            None => Ok(Opened::Stream(Box::new(io::empty()))),
        }
    }

    /// An item as it is packed, where it is deflated or stored already.
    pub(crate) fn raw(&self, item: &Item<'_>) -> Option<io::Result<Raw>> {
        match item.content {
            Content::File => {}
            Content::Passed(table) if !table.is_packed() => {}
            _ => return None,
        }
        self.export.tree.as_ref()?.raw(&item.relative)
    }

    /// The order of items in an archive: that of the export's own, and lists
    /// before everything else where it has none.
    pub(crate) fn order(&self, item: &Item<'_>) -> (usize, bool, PathBuf) {
        let position = self.export.tree.as_ref().and_then(|tree| tree.position(&item.relative));
        let relative = item.relative.clone();
        (position.unwrap_or(usize::MAX), !is_list(&relative), relative)
    }
}

fn passed<'c>(table: &&'c Table) -> Item<'c> {
    Item { relative: table.relative.clone(), content: Content::Passed(table) }
}

/// What there is to say where an import would replace all stored files.
pub(crate) const STORED_FILES: &str = "_storage goes along: importing it replaces all stored files";

/// The importer looks at the last folder of an entry's name alone.
const ONE_MORE_TABLE: RequestFault = RequestFault {
    what: "is no table of the snapshot, but an import would take it for one",
    advice: "Move it out of the export, or leave out --all-tables.",
};

/// A list of hundreds of thousands of tables has this many bytes.
const LONGEST_LIST: u64 = 16 << 20;

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
