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
        let pairs = self.decisions().filter_map(|Decision { source, target }| match direction {
            Direction::Same => Some([source, target.unwrap_or_default()]),
            Direction::Inverted => target.map(|target| [target, source]),
        });
        write_pairs(out, pairs)
    }
}

/// Writes pairs of source and target as `source_id,target_id`.
pub(crate) fn write_pairs<T: AsRef<str>>(
    out: &mut dyn Write,
    pairs: impl Iterator<Item = [T; 2]>,
) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(["source_id", "target_id"]).map_err(csv_error)?;
    for pair in pairs {
        rows.write_record(pair.each_ref().map(AsRef::as_ref)).map_err(csv_error)?;
    }
    rows.flush()
}
