//! Finds the columns of JSON rows.

use std::path::Path;

use super::member_names::{all_names, in_order};
use super::members::RowMembers;
use super::row::{LineCounter, Row};
use crate::idmap::fault::{ColumnList, MapFault};
use crate::idmap::file::{JsonFormat, RowPlace};
use crate::idmap::read::column_choice::{ColumnChoice, ColumnPlaces, is_data};
use crate::idmap::read::recognition::{ColumnRecognition, FileRecognition};
use crate::json::{Names, RecordFault, Walker};

/// Finds the columns of a file: the members of all of its rows together, since a
/// member that is null may be left out.
pub(crate) struct ColumnFinder<'f> {
    format: JsonFormat,
    pub(crate) path: &'f Path,
    choice: ColumnChoice<'f>,
    /// Every name that a column may be recognised by, also as `names`.
    known: Vec<&'f str>,
    names: Names,
}

/// What a search for column names found in rows.
#[derive(Debug, Default)]
pub(crate) struct FoundNames {
    /// Whether each of the known names occurs.
    occurs: Vec<bool>,
    /// Rows that are not objects.
    pub(crate) faults: Vec<MapFault>,
}

impl FoundNames {
    /// Adds what was found in later rows.
    pub(crate) fn merge(mut self, later: Self) -> Self {
        self.occurs.resize(later.occurs.len().max(self.occurs.len()), false);
        self.occurs.iter_mut().zip(later.occurs).for_each(|(known, found)| *known |= found);
        self.faults.extend(later.faults);
        self
    }

    fn add(&mut self, walker: &Walker) {
        walker.hits().iter().for_each(|hit| self.occurs[hit.name] = true);
    }
}

impl<'f> ColumnFinder<'f> {
    pub(crate) fn new(format: JsonFormat, path: &'f Path, choice: ColumnChoice<'f>) -> Self {
        let known = choice.all_names();
        let names = Names::new(known.iter().copied());
        Self { format, path, choice, known, names }
    }

    fn no_names(&self) -> FoundNames {
        FoundNames { occurs: vec![false; self.known.len()], faults: Vec::new() }
    }

    /// Searches rows, or a part of them, for column names.
    pub(crate) fn find_names(&self, rows: &[Row<'_>]) -> FoundNames {
        let (mut found, mut walker) = (self.no_names(), Walker::default());
        for row in rows {
            match walker.walk(row.text, &self.names) {
                Ok(()) => found.add(&walker),
                Err(fault) => found.faults.push(self.row_fault(row, fault)),
            }
        }
        found
    }

    /// Returns the elements of an array and the column names in them in one
    /// pass, or `None` if the text is not an array of objects only.
    pub(crate) fn objects<'t>(&self, text: &'t str) -> Option<(Vec<Row<'t>>, FoundNames)> {
        let (mut found, mut rows) = (self.no_names(), Vec::new());
        let (mut walker, mut lines) = (Walker::default(), LineCounter::new(text));
        let mut rest = skip_blanks(text).strip_prefix('[')?;
        loop {
            let object = skip_blanks(rest);
            let end = walker.walk_first(object, &self.names).ok()?;
            found.add(&walker);
            let (text, after) = object.split_at(end);
            rows.push(Row { text, line: lines.line_of(text) });
            rest = skip_blanks(after);
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => break,
            }
        }
        skip_blanks(rest.strip_prefix(']')?).is_empty().then_some((rows, found))
    }

    /// Returns the fault of a row that is not an object.
    pub(crate) fn row_fault(
        &self,
        row: &Row<'_>,
        RecordFault { at, kind }: RecordFault,
    ) -> MapFault {
        let place = row.place(self.path);
        match self.format {
            // An element of a valid document is a value of another kind.
            JsonFormat::Document => MapFault::NotAnObject(place),
            JsonFormat::Lines if row.text.is_empty() => MapFault::NotUtf8(place),
            JsonFormat::Lines => MapFault::InvalidLine { place, column: at + 1, kind },
        }
    }

    /// Chooses the columns, given the names found in all rows.
    ///
    /// # Errors
    /// Returns the faults of columns that cannot be recognised.
    pub(crate) fn members(
        &self,
        rows: &[Row<'_>],
        found: &FoundNames,
    ) -> Result<RowMembers, Vec<MapFault>> {
        let known = self.known.iter().zip(&found.occurs);
        let cells: Vec<_> = known.filter_map(|(name, occurs)| occurs.then_some(*name)).collect();
        if let Some(places) = self.choice.by_name(&cells) {
            let recognition = ColumnRecognition::by_name(&cells, places);
            let has_given_names = self.choice.has_given_names(&cells);
            return Ok(RowMembers::new(&cells, places, recognition, has_given_names));
        }
        let all = all_names(rows);
        let cells: Vec<&str> = all.iter().map(String::as_str).collect();
        if let Some(cells) = in_order(rows, &cells).filter(|cells| self.choice.by_order(cells)) {
            let places = ColumnPlaces::FIRST_TWO;
            return Ok(RowMembers::new(&cells, places, ColumnRecognition::Order, false));
        }
        // If no row is an object, those faults are enough.
        if found.faults.len() == rows.len() {
            return Err(Vec::new());
        }
        Err(self.choice.faults(&self.place(rows), &cells, is_data(&cells)))
    }

    /// Returns how the file was recognised, given its columns.
    pub(crate) fn recognition(&self, columns: ColumnRecognition) -> FileRecognition {
        match self.format {
            JsonFormat::Document => FileRecognition::Array(columns),
            JsonFormat::Lines => FileRecognition::Lines(columns),
        }
    }

    /// Returns the columns for a message.
    pub(crate) fn columns(&self, rows: &[Row<'_>]) -> ColumnList {
        let all = all_names(rows);
        let cells: Vec<&str> = all.iter().map(String::as_str).collect();
        ColumnList::of(&cells, is_data(&cells))
    }

    /// Returns the place of the first row.
    pub(crate) fn place(&self, rows: &[Row<'_>]) -> RowPlace {
        RowPlace::new(self.path, rows.first().map_or(1, |row| row.line))
    }
}

/// Returns the text after leading JSON blanks.
fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}
