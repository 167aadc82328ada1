//! Writes a map as CSV.

use std::io::{self, Write};

use crate::error::{Error, Result, csv_error};
use crate::idmap::fault::{MapFault, MapFaults};
use crate::idmap::ids::Id;
use crate::idmap::map::{Decision, IdMap};
use crate::idmap::table::Side;

/// The direction in which a map is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Sources to targets, as it was read.
    Same,
    /// Targets to sources, without undecided sources.
    /// [`IdMap::check_invertible`] finds out whether that loses anything.
    Inverted,
}

impl IdMap {
    /// Checks that the map can be written as CSV and read again: no source with
    /// a target has a line break in it, which JSON allows.
    ///
    /// # Errors
    /// Returns all sources with a line break.
    pub fn check_writable(&self) -> Result<()> {
        let is_broken = |row: &u32| match self.rows.id(*row, Side::Source) {
            Id::Text(text) => text.contains(['\n', '\r']),
            Id::Uuid(_) => false,
        };
        let broken = self.decided_rows().filter(is_broken);
        let faults: Vec<_> =
            broken.map(|row| MapFault::LineBreakInSource(self.listing.place(row))).collect();
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Error::new(MapFaults(faults))),
        }
    }

    /// Writes the map as `source_id,target_id`, each source once in the order of
    /// its rows; undecided ones have an empty target.
    ///
    /// # Errors
    /// Returns an error if `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write, direction: Direction) -> io::Result<()> {
        write_pairs(out, |write| {
            for Decision { source, target } in self.decisions() {
                match (&target, direction) {
                    (Some(target), Direction::Inverted) => write(target, &source)?,
                    (None, Direction::Inverted) => {}
                    (target, Direction::Same) => {
                        write(&source, target.as_deref().unwrap_or_default())?;
                    }
                }
            }
            Ok(())
        })
    }
}

/// Writes a map as `source_id,target_id`. `pairs` calls its argument for every
/// source and target.
///
/// # Errors
/// Returns an error if `out` cannot be written.
pub(crate) fn write_pairs(
    out: &mut dyn Write,
    pairs: impl FnOnce(&mut dyn FnMut(&str, &str) -> io::Result<()>) -> io::Result<()>,
) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    let mut write =
        |source: &str, target: &str| rows.write_record([source, target]).map_err(csv_error);
    write("source_id", "target_id")?;
    pairs(&mut write)?;
    rows.flush()
}
