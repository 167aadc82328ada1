//! The tables to compare.

use std::collections::BTreeSet;
use std::path::Path;

use super::options::Options;
use crate::error::{Error, RequestFault, Result};
use crate::storage::{Export, Table, is_zip};

/// The names of the tables to compare, sorted.
#[derive(Debug)]
pub(crate) struct Tables(BTreeSet<String>);

impl Tables {
    /// Opens both exports and finds the tables to compare: with rules, the
    /// tables with rules and all others of AFTER, since a run leaves some out;
    /// without rules, all tables of either side.
    pub(crate) fn find(options: &Options) -> Result<([Export; 2], Self)> {
        let Options { before, after, table, plan, .. } = options;
        let before = Export::open(before, table.as_deref())?;
        let named = table.as_deref().or(single_name(&before));
        let is_one = !after.is_dir() && !is_zip(after);
        let after = Export::open(after, named.filter(|_| is_one))?;
        if before.is_folder() != after.is_folder() {
            let folder = if before.is_folder() { &before.path } else { &after.path };
            return Err(Error::at(folder, FOLDER_AND_FILE));
        }
        if before.path == after.path && before.path == Path::new("-") {
            return Err(Error::new(ONE_STREAM));
        }
        let is_ruled = |name: &str| plan.as_ref().is_none_or(|plan| plan.table(name).is_some());
        let mut names = tables(&after);
        names.extend(tables(&before).into_iter().filter(|name| is_ruled(name)));
        if names.is_empty() || !names.iter().any(|name| is_ruled(name)) {
            let ruled = plan.iter().flat_map(|plan| plan.tables().map(|(name, _)| name.to_owned()));
            return Err(before.no_ruled_table(ruled.collect()));
        }
        Ok(([before, after], Self(names)))
    }

    /// Each name, with the tables of BEFORE and AFTER.
    pub(crate) fn iter<'t>(
        &'t self,
        [before, after]: &'t [Export; 2],
    ) -> impl Iterator<Item = (&'t str, [Option<&'t Table>; 2])> {
        let find =
            |export: &'t Export, name: &str| export.tables.iter().find(|table| table.name == name);
        self.0.iter().map(move |name| (name.as_str(), [find(before, name), find(after, name)]))
    }

    /// The total size of the tables whose size is known beforehand.
    pub(crate) fn size(&self, exports: &[Export; 2]) -> u64 {
        let tables = self.iter(exports).flat_map(|(_, tables)| tables).flatten();
        tables.filter_map(Table::size).fold(0, u64::saturating_add)
    }
}

fn tables(export: &Export) -> BTreeSet<String> {
    export.tables.iter().map(|table| table.name.clone()).collect()
}

/// The table name of a single file or stream: that of AFTER is the same,
/// whatever its file is called.
fn single_name(export: &Export) -> Option<&str> {
    match &*export.tables {
        [table] if !export.is_folder() => Some(&table.name),
        _ => None,
    }
}

const FOLDER_AND_FILE: RequestFault = RequestFault {
    what: "is a folder, and the other side is a single table",
    advice: "Name two folders, or the same table on both sides.",
};

const ONE_STREAM: RequestFault = RequestFault {
    what: "standard input cannot be both sides",
    advice: "Name a file for one of them.",
};
