//! The members of rows that count.

use super::cell::Cell;
use super::row::Row;
use crate::idmap::read::column_choice::ColumnPlaces;
use crate::idmap::read::recognition::ColumnRecognition;
use crate::json::{Names, RecordFault, Walker};

/// The members of each row that count.
#[derive(Debug)]
pub(crate) struct RowMembers {
    names: Names,
    /// Their numbers in `names`.
    places: ColumnPlaces,
    pub(crate) recognition: ColumnRecognition,
    /// Whether they have the names that were given.
    pub(crate) has_given_names: bool,
}

impl RowMembers {
    /// The members of these names, at `places` in `cells`.
    pub(crate) fn new(
        cells: &[&str],
        places: ColumnPlaces,
        recognition: ColumnRecognition,
        has_given_names: bool,
    ) -> Self {
        let ColumnPlaces { source, target, status } = places;
        let mut names = vec![cells[source]];
        let mut number = |place: usize| {
            let known = names.iter().position(|name| *name == cells[place]);
            known.unwrap_or_else(|| {
                names.push(cells[place]);
                names.len() - 1
            })
        };
        let (target, status) = (number(target), status.map(&mut number));
        let places = ColumnPlaces { source: 0, target, status };
        Self { names: Names::new(names), places, recognition, has_given_names }
    }

    /// Whether these are the members of a run file.
    pub(crate) fn has_status(&self) -> bool {
        self.places.status.is_some()
    }

    /// Returns the source, the target and the status of a row. If a member
    /// occurs twice, the last one counts.
    ///
    /// # Errors
    /// Returns a fault if the row is not an object.
    pub(crate) fn cells<'t>(
        &self,
        row: &Row<'t>,
        walker: &mut Walker,
    ) -> Result<[Cell<'t>; 3], RecordFault> {
        walker.walk(row.text, &self.names)?;
        let ColumnPlaces { source, target, status } = self.places;
        let cell = |number: usize| {
            let last = walker.hits().iter().rev().find(|hit| hit.name == number);
            last.map_or(Cell::Empty, |hit| Cell::of(&row.text[hit.start..hit.end]))
        };
        Ok([cell(source), cell(target), status.map_or(Cell::Empty, cell)])
    }
}
