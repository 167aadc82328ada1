//! The map written down again as one plain CSV, as it is or turned around.

use std::io::{self, Write};

use crate::error::{Error, Result, csv_error};
use crate::idmap::fault::{MapFault, MapFaults};
use crate::idmap::id::Id;
use crate::idmap::map::IdMap;
use crate::idmap::table::Side;

/// Which way a map is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Sources to targets, as it was read.
    Same,
    /// Targets to sources; [`IdMap::check_invertible`] says whether that loses
    /// anything. Undecided sources are left out.
    Inverted,
}

/// The header of every map that is written.
pub(crate) const HEADER: [&str; 2] = ["source_id", "target_id"];

impl IdMap {
    /// Whether the map can be written as CSV and read again. A decided source
    /// with a line break in it, which JSON can have, cannot.
    ///
    /// # Errors
    /// All such sources.
    pub fn check_writable(&self) -> Result<()> {
        let is_broken = |row: &u32| match self.rows.id(*row, Side::Source) {
            Id::Text(text) => text.contains(['\n', '\r']),
            Id::Uuid(_) => false,
        };
        let broken = self.decided_rows().filter(is_broken);
        let faults: Vec<_> =
            broken.map(|row| MapFault::BrokenSource(self.listing.place(row))).collect();
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Error::new(MapFaults(faults))),
        }
    }

    /// Writes the map as `source_id,target_id`, each source once in the order of
    /// its rows; undecided ones have an empty target.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write, direction: Direction) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(out);
        rows.write_record(HEADER).map_err(csv_error)?;
        for decision in self.decisions() {
            let source = &*decision.source;
            let row = match (&decision.target, direction) {
                (Some(target), Direction::Inverted) => [&**target, source],
                (None, Direction::Inverted) => continue,
                (target, Direction::Same) => [source, target.as_deref().unwrap_or_default()],
            };
            rows.write_record(row).map_err(csv_error)?;
        }
        rows.flush()
    }
}
