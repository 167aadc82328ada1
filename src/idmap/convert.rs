//! The map written down again as one plain CSV, as it is or turned around.

use std::io::{self, Write};

use super::IdMap;

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
pub(super) const HEADER: [&str; 2] = ["source_id", "target_id"];

impl IdMap {
    /// Writes the map as `source_id,target_id`, each source once in the order of
    /// its rows; undecided ones have an empty target.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write, direction: Direction) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(out);
        rows.write_record(HEADER)?;
        for decision in self.decisions() {
            match (&decision.target, direction) {
                (Some(target), Direction::Inverted) => {
                    rows.write_record([&**target, &*decision.source])?;
                }
                (None, Direction::Inverted) => {}
                (target, Direction::Same) => {
                    rows.write_record([&*decision.source, target.as_deref().unwrap_or_default()])?;
                }
            }
        }
        rows.flush()
    }
}
