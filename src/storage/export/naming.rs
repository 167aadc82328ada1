//! File and folder names that have a meaning in an export.

use std::path::Path;

use crate::storage::packing::unpacked_name;

/// The file of a table in its own folder.
pub(crate) const DOCUMENTS: &str = "documents.jsonl";
/// The file that lists a snapshot's tables, relative to the root or a component.
pub(crate) const TABLE_LIST: &str = "_tables/documents.jsonl";
/// The schema file in a table's own folder.
pub(crate) const SCHEMA: &str = "generated_schema.jsonl";
/// The folder of a snapshot's components.
pub(crate) const COMPONENTS: &str = "_components";

/// Folders that only snapshots have. A part of a snapshot may lack its table list.
pub(crate) const SNAPSHOT_FOLDERS: [&str; 3] = ["_tables", "_storage", COMPONENTS];

/// The name of the table that a file of this name contains.
pub(crate) fn table_name(file: &str) -> Option<&str> {
    unpacked_name(file).strip_suffix(".jsonl")
}

/// Whether a path is that of a snapshot's table list.
pub(crate) fn is_table_list(relative: &Path) -> bool {
    relative.ends_with(TABLE_LIST)
}

/// Whether an import would take a file for the documents of a table, other than
/// those of stored files and table lists.
pub(crate) fn is_own_documents(relative: &Path) -> bool {
    let folder = relative.parent().and_then(Path::file_name);
    relative.ends_with(DOCUMENTS)
        && folder.is_some_and(|name| !matches!(name.to_str(), Some("_tables" | "_storage")))
}

/// Whether a file or folder of this name is hidden or made by the Finder.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || is_of_finder(Path::new(name))
}

/// Whether the Finder of macOS added a file to those that it packed.
pub(crate) fn is_of_finder(relative: &Path) -> bool {
    relative.starts_with("__MACOSX") || relative.ends_with(".DS_Store")
}
