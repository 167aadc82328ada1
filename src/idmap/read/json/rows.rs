//! Rows of JSON: which columns they have, and what stands in those that count.

use std::fmt;
use std::path::Path;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::Cell;
use super::line_counter::Lines;
use crate::idmap::fault::{ColumnList, Form, MapFault, RowPlace};
use crate::idmap::read::taken::{Taken, Told};
use crate::idmap::read::wanted::{FIRST_TWO, Places, Wanted, is_data};
use crate::json::{Names, RecordFault, Walker};

/// A row: an object, unless it turns out to be something else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'t> {
    /// Its text; empty for a line that is not UTF-8.
    pub(crate) text: &'t str,
    pub(crate) line: u64,
}

impl Row<'_> {
    pub(crate) fn place(&self, path: &Path) -> RowPlace {
        RowPlace { file: path.to_owned(), line: self.line }
    }
}

/// Finds the columns of a file. They are the members of all of its rows
/// together: where a member is null, it may be left out.
pub(crate) struct Finder<'f> {
    form: Form,
    pub(crate) path: &'f Path,
    wanted: &'f Wanted<'f>,
    /// Every name that means anything.
    known: Vec<&'f str>,
    names: Names,
}

/// What a look at rows finds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Which of the names that mean anything are there, by number.
    names: Vec<bool>,
    /// Rows that are no objects.
    pub(crate) faults: Vec<MapFault>,
}

impl Found {
    /// Takes in what was found in later rows.
    pub(crate) fn merge(mut self, later: Self) -> Self {
        self.names.resize(later.names.len().max(self.names.len()), false);
        self.names.iter_mut().zip(later.names).for_each(|(known, found)| *known |= found);
        self.faults.extend(later.faults);
        self
    }
}

impl<'f> Finder<'f> {
    pub(crate) fn new(form: Form, path: &'f Path, wanted: &'f Wanted<'f>) -> Self {
        let known = wanted.names();
        let names = Names::new(known.iter().copied());
        Self { form, path, wanted, known, names }
    }

    /// Looks at rows, or at a part of them.
    pub(crate) fn look(&self, rows: &[Row<'_>]) -> Found {
        let mut found = Found { names: vec![false; self.known.len()], faults: Vec::new() };
        let mut walker = Walker::default();
        for row in rows {
            match walker.walk(row.text, &self.names) {
                Ok(()) => walker.hits().iter().for_each(|hit| found.names[hit.name] = true),
                Err(fault) => found.faults.push(self.fault(row, fault)),
            }
        }
        found
    }

    /// The elements of an array with a look at them, where all goes well: it
    /// is an array of nothing but objects.
    pub(crate) fn objects<'t>(&self, text: &'t str) -> Option<(Vec<Row<'t>>, Found)> {
        let mut found = Found { names: vec![false; self.known.len()], faults: Vec::new() };
        let (mut walker, mut lines, mut rows) = (Walker::default(), Lines::new(text), Vec::new());
        let mut rest = skip_blanks(text).strip_prefix('[')?;
        loop {
            let object = skip_blanks(rest);
            let end = walker.walk_first(object, &self.names).ok()?;
            walker.hits().iter().for_each(|hit| found.names[hit.name] = true);
            let (text, after) = object.split_at(end);
            rows.push(Row { text, line: lines.of(text) });
            rest = skip_blanks(after);
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => break,
            }
        }
        skip_blanks(rest.strip_prefix(']')?).is_empty().then_some((rows, found))
    }

    /// What a row is at fault with that is no object.
    pub(crate) fn fault(&self, row: &Row<'_>, RecordFault { at, kind }: RecordFault) -> MapFault {
        let place = row.place(self.path);
        match self.form {
            // An element of a valid document is a value of another kind.
            Form::Document => MapFault::NotAnObject(place),
            Form::Lines if row.text.is_empty() => MapFault::NotUtf8(place),
            Form::Lines => MapFault::InvalidLine { place, column: at + 1, kind },
        }
    }

    /// The columns, by what was found in all of the rows.
    ///
    /// # Errors
    /// They cannot be told.
    pub(crate) fn members(
        &self,
        rows: &[Row<'_>],
        found: &Found,
    ) -> Result<Members, Vec<MapFault>> {
        let known = self.known.iter().zip(&found.names);
        let cells: Vec<_> = known.filter_map(|(name, found)| found.then_some(*name)).collect();
        if let Some(places) = self.wanted.by_name(&cells) {
            let told = Told::by_name(&cells, places);
            return Ok(Members::new(&cells, places, told, self.wanted.has_named(&cells)));
        }
        let all = all_names(rows);
        let cells: Vec<&str> = all.iter().map(String::as_str).collect();
        if let Some(cells) = order(rows, &cells).filter(|cells| self.wanted.by_order(cells)) {
            return Ok(Members::new(&cells, FIRST_TWO, Told::Order, false));
        }
        // Rows of which none is an object are faults enough.
        if found.faults.len() == rows.len() {
            return Err(Vec::new());
        }
        Err(self.wanted.faults(&self.place(rows), &cells, is_data(&cells)))
    }

    /// What a file is taken for whose columns are told so.
    pub(crate) fn taken(&self, told: Told) -> Taken {
        match self.form {
            Form::Document => Taken::Array(told),
            Form::Lines => Taken::Lines(told),
        }
    }

    /// The columns, to be listed.
    pub(crate) fn columns(&self, rows: &[Row<'_>]) -> ColumnList {
        let all = all_names(rows);
        let cells: Vec<&str> = all.iter().map(String::as_str).collect();
        ColumnList::of(&cells, is_data(&cells))
    }

    /// Where the first row stands.
    pub(crate) fn place(&self, rows: &[Row<'_>]) -> RowPlace {
        RowPlace { file: self.path.to_owned(), line: rows.first().map_or(1, |row| row.line) }
    }
}

/// The members of a row that count.
#[derive(Debug)]
pub(crate) struct Members {
    names: Names,
    places: Places,
    /// What tells them.
    pub(crate) told: Told,
    /// Whether they have the names that were given.
    pub(crate) has_named: bool,
}

impl Members {
    fn new(cells: &[&str], places: Places, told: Told, has_named: bool) -> Self {
        let Places { source, target, status } = places;
        let mut names = vec![cells[source]];
        let mut number = |place: usize| {
            let known = names.iter().position(|name| *name == cells[place]);
            known.unwrap_or_else(|| {
                names.push(cells[place]);
                names.len() - 1
            })
        };
        let (target, status) = (number(target), status.map(&mut number));
        let places = Places { source: 0, target, status };
        Self { names: Names::new(names), places, told, has_named }
    }

    /// Whether the file says what became of each user.
    pub(crate) fn has_status(&self) -> bool {
        self.places.status.is_some()
    }

    /// The source, the target and the status of a row; a member that comes twice counts as it stands
    /// last.
    ///
    /// # Errors
    /// The row is no object.
    pub(crate) fn cells<'t>(
        &self,
        row: &Row<'t>,
        walker: &mut Walker,
    ) -> Result<[Cell<'t>; 3], RecordFault> {
        walker.walk(row.text, &self.names)?;
        let Places { source, target, status } = self.places;
        let cell = |number: usize| {
            let last = walker.hits().iter().rev().find(|hit| hit.name == number);
            last.map_or(Cell::Empty, |hit| Cell::of(&row.text[hit.start..hit.end]))
        };
        Ok([cell(source), cell(target), status.map_or(Cell::Empty, cell)])
    }
}

/// What follows the blanks of JSON.
fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

/// Two members in the order in which all objects have them that have both;
/// `None` where that differs, or none has both.
fn order<'c>(rows: &[Row<'_>], cells: &[&'c str]) -> Option<[&'c str; 2]> {
    let &[one, other] = cells else { return None };
    let (names, mut walker, mut first) = (Names::new([one, other]), Walker::default(), None);
    for row in rows {
        // What is no object has been found to be none.
        if walker.walk(row.text, &names).is_err() {
            continue;
        }
        let hits = walker.hits();
        let Some(begin) = hits.first().map(|hit| hit.name) else { continue };
        if hits.iter().any(|hit| hit.name != begin) {
            // A member that comes twice may stand on both sides of the other.
            let is_sorted = hits.is_sorted_by_key(|hit| hit.name != begin);
            if !is_sorted || *first.get_or_insert(begin) != begin {
                return None;
            }
        }
    }
    first.map(|first| if first == 0 { [one, other] } else { [other, one] })
}

/// More names than this say nothing to anybody.
const MOST_NAMES: usize = 100;

/// The names of all members of rows, in the order in which they come first.
fn all_names(rows: &[Row<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    for row in rows {
        if names.len() < MOST_NAMES {
            // What is no object has been found to be none.
            let mut parser = serde_json::Deserializer::from_str(row.text);
            drop(parser.deserialize_any(NamesOf(&mut names)));
        }
    }
    names
}

/// Notes the names of an object's members.
struct NamesOf<'n>(&'n mut Vec<String>);

impl<'t> Visitor<'t> for NamesOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some((name, IgnoredAny)) = members.next_entry::<&RawValue, _>()? {
            if let Cell::Text(name) = Cell::of(name.get())
                && !self.0.iter().any(|known| *known == name)
                && self.0.len() < MOST_NAMES
            {
                self.0.push(name.into_owned());
            }
        }
        Ok(())
    }
}
