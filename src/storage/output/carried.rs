//! Files that are carried over to the output without being worked on: other tables,
//! schema files, and a snapshot's table lists, reduced to the tables written.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::output_file::{Content, OutputFile};
use super::table_list;
use crate::error::{Error, RequestFault, Result};
use crate::storage::export::{
    Export, Kind, OpenInput, Table, Tree, is_of_finder, is_own_documents, is_table_list,
};
use crate::storage::packing::PackedBytes;

/// The files that are carried over along with the tables that a run works on.
pub(crate) struct CarriedFiles<'e> {
    export: &'e Export,
    /// The tables that the run works on.
    worked: Vec<&'e Table>,
    /// The tables that are passed through unread.
    passed: Vec<&'e Table>,
    /// Whether every other table is passed through, and every other file of a snapshot.
    all: bool,
    /// A snapshot's table lists, reduced to the tables written.
    lists: Vec<(&'e Path, Vec<u8>)>,
}

impl<'e> CarriedFiles<'e> {
    /// Finds what is carried over along with the tables of an export for which
    /// `is_worked` holds: with `all` every other table, and every other file of a
    /// snapshot. Table lists are reduced now, so that a damaged one ends the run before
    /// its work begins.
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
                if let Some(kept) = carried.reduced(list)? {
                    carried.lists.push((list, kept));
                }
            }
        }
        Ok(carried)
    }

    /// The names of the tables that are passed through unread.
    pub(crate) fn tables(&self) -> Vec<String> {
        self.passed.iter().map(|table| table.name.clone()).collect()
    }

    /// Whether the output contains stored files: importing it would replace all those
    /// of the deployment.
    pub(crate) fn holds_storage(&self) -> bool {
        let exists = |tree: &Tree| tree.exists(Path::new("_storage")).unwrap_or(true);
        self.is_whole() && self.export.tree.as_ref().is_some_and(exists)
    }

    /// Whether all of a snapshot is carried over.
    fn is_whole(&self) -> bool {
        self.all && self.snapshot_lists().is_some()
    }

    fn snapshot_lists(&self) -> Option<&'e [PathBuf]> {
        match &self.export.kind {
            Kind::Snapshot { lists } => Some(lists),
            _ => None,
        }
    }

    /// All files that are carried over.
    pub(crate) fn files(&self) -> Result<Vec<OutputFile<'_>>> {
        let mut files = match self.is_whole() {
            true => self.everything()?,
            false => self.beside_tables(),
        };
        files.extend(self.lists.iter().map(|(list, kept)| OutputFile {
            relative: list.to_path_buf(),
            content: Content::List(kept),
        }));
        Ok(files)
    }

    /// The tables passed through, and the schema files of all tables written.
    fn beside_tables(&self) -> Vec<OutputFile<'_>> {
        let written = self.worked.iter().chain(&self.passed);
        let schemas = written.filter_map(|table| table.schema.clone());
        let schemas = schemas.map(|relative| OutputFile { relative, content: Content::File });
        schemas.chain(self.passed.iter().map(|table| passed(table))).collect()
    }

    /// Every file of the export except the tables worked on.
    fn everything(&self) -> Result<Vec<OutputFile<'_>>> {
        let Some(tree) = &self.export.tree else { return Ok(Vec::new()) };
        let worked = self.worked.iter().map(|table| (&*table.relative, None));
        let others = self.passed.iter().map(|table| (&*table.relative, Some(*table)));
        let tables: BTreeMap<&Path, Option<&Table>> = worked.chain(others).collect();
        let mut files = Vec::new();
        for relative in tree.files()? {
            match tables.get(&*relative) {
                Some(None) => {}
                None if is_of_finder(&relative) => {}
                Some(Some(table)) => files.push(passed(table)),
                None if is_own_documents(&relative) => {
                    return Err(Error::at(tree.path(&relative), ONE_MORE_TABLE));
                }
                None => files.push(OutputFile { relative, content: Content::File }),
            }
        }
        Ok(files)
    }

    /// The lines of a table list that name tables of the output.
    fn reduced(&self, list: &Path) -> Result<Option<Vec<u8>>> {
        let Some(tree) = &self.export.tree else { return Ok(None) };
        let base = list.parent().and_then(Path::parent).unwrap_or(Path::new(""));
        let written = self.worked.iter().filter_map(|table| name_below(base, &table.relative));
        let path = tree.path(list);
        let bytes = tree.read(list, LONGEST_LIST + 1)?;
        if bytes.len() as u64 > LONGEST_LIST {
            return Err(Error::at(path, table_list::TableListFault::TooLong));
        }
        table_list::reduce(&path, &bytes, &written.collect())
    }

    /// The path in the export from which a file comes, for messages.
    pub(crate) fn path(&self, file: &OutputFile<'_>) -> PathBuf {
        self.export.tree.as_ref().map_or_else(PathBuf::new, |tree| tree.path(&file.relative))
    }

    /// Opens a file; a table is unpacked.
    pub(crate) fn open<'i>(&self, file: &OutputFile<'i>) -> Result<Box<dyn Read + Send + 'i>> {
        match file.content {
            Content::Passed(table) => Ok(table.open()?.into_stream()),
            Content::List(kept) => Ok(Box::new(kept)),
            _ => self.opened(file).map(|opened| opened.into_stream() as _),
        }
    }

    /// Copies a file as it is in the export.
    pub(crate) fn copy(&self, file: &OutputFile<'_>, output: &mut File) -> Result<()> {
        match file.content {
            Content::List(kept) => output.write_all(kept),
            _ => self.opened(file)?.copy_to(output),
        }
        .map_err(|error| Error::io("cannot copy", self.path(file), error))
    }

    fn opened(&self, file: &OutputFile<'_>) -> Result<OpenInput> {
        match &self.export.tree {
            Some(tree) => tree.open(&file.relative),
            None => Ok(OpenInput::Stream(Box::new(io::empty()))),
        }
    }

    /// The packed form of a file of an archive; none if it has to be packed anew.
    pub(crate) fn packed(&self, file: &OutputFile<'_>) -> Option<io::Result<PackedBytes>> {
        match file.content {
            Content::File => {}
            Content::Passed(table) if !table.is_packed() => {}
            _ => return None,
        }
        self.export.tree.as_ref()?.packed(&file.relative)
    }

    /// The sort key of the files in an archive: their order in the archive that was
    /// read. Without one, table lists come first, then all files by path.
    pub(crate) fn order(&self, file: &OutputFile<'_>) -> (usize, bool, PathBuf) {
        let position = self.export.tree.as_ref().and_then(|tree| tree.position(&file.relative));
        let relative = file.relative.clone();
        (position.unwrap_or(usize::MAX), !is_table_list(&relative), relative)
    }
}

fn passed<'c>(table: &&'c Table) -> OutputFile<'c> {
    OutputFile { relative: table.relative.clone(), content: Content::Passed(table) }
}

/// The warning that an import of the output would replace all stored files.
pub(crate) const STORED_FILES_WARNING: &str =
    "_storage is copied, too: importing it replaces all stored files";

/// The importer looks only at the last folder in the name of an entry.
const ONE_MORE_TABLE: RequestFault = RequestFault {
    what: "is not a table of the snapshot, but an import would take it for one",
    advice: "Move it out of the export, or leave out --all-tables.",
};

/// The size limit of a table list in bytes; it is enough for hundreds of thousands of
/// tables.
const LONGEST_LIST: u64 = 16 << 20;

/// The name of the table at `relative`, if it is in the component at `base`.
fn name_below<'t>(base: &Path, relative: &'t Path) -> Option<&'t str> {
    let mut parts = relative.strip_prefix(base).ok()?.iter();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(folder), Some(_), None) => folder.to_str(),
        (Some(_), None, _) => relative.file_stem().and_then(OsStr::to_str),
        _ => None,
    }
}
