//! One file of the output, and where its content comes from.

use std::path::{Path, PathBuf};

use super::sink::Sink;
use crate::storage::export::{Table, is_own_documents};

/// A file of the output.
pub(crate) struct OutputFile<'c> {
    /// Its path in the export.
    pub(crate) relative: PathBuf,
    pub(crate) content: Content<'c>,
}

/// The content of a file of the output.
#[derive(Clone, Copy)]
pub(crate) enum Content<'c> {
    /// A reduced table list.
    List(&'c [u8]),
    /// The file of the export at the same path.
    File,
    /// A table that is passed through unread.
    Passed(&'c Table),
    /// A table that has been worked on.
    Written(&'c Table, &'c Sink),
}

impl OutputFile<'_> {
    /// Whether it is a table whose name means something else to an import.
    pub(crate) fn is_table_of_system(&self) -> bool {
        let is_table = matches!(self.content, Content::Passed(_) | Content::Written(..));
        is_table && !is_own_documents(Path::new(&self.name()))
    }

    /// Its name in an output archive.
    pub(crate) fn name(&self) -> String {
        let name = match self.content {
            Content::Passed(table) | Content::Written(table, _) => table.documents(),
            Content::List(_) | Content::File => self.relative.clone(),
        };
        name.to_string_lossy().into_owned()
    }
}
