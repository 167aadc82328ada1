//! A flat JSON object from sources to targets.

use std::path::Path;

use super::cell::{Cell, CellFault, ids};
use super::document::Entry;
use crate::error::Result;
use crate::idmap::build::MapBuilder;
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;

/// The most names that are kept to see whether an object is a row.
const MAX_NAMES: usize = 20;

/// A flat object that is added to a map, entry by entry.
pub(crate) struct FlatMap<'f> {
    builder: &'f mut MapBuilder,
    path: &'f Path,
    /// The names of its first members.
    pub(crate) names: Vec<String>,
    /// The error of the first entry that had no room in the map.
    pub(crate) added: Result<()>,
}

impl<'f> FlatMap<'f> {
    pub(crate) fn new(builder: &'f mut MapBuilder, path: &'f Path) -> Self {
        Self { builder, path, names: Vec::new(), added: Ok(()) }
    }

    /// Adds an entry: a source and its target.
    pub(crate) fn add(&mut self, Entry { name, value, line }: &Entry<'_>) {
        if let Cell::Text(name) = name
            && self.names.len() < MAX_NAMES
        {
            self.names.push(name.to_string());
        }
        let entry = match value {
            Cell::Container => Err(MapFault::NestedTarget as CellFault),
            _ => ids(name, value),
        };
        match entry {
            Ok((source, target)) if self.added.is_ok() => {
                self.added = self.builder.add(source, target, self.path, *line);
            }
            Ok(_) => {}
            Err(fault) => self.builder.add_fault(fault(RowPlace::new(self.path, *line))),
        }
    }
}
