//! Which columns of a file count, and how they are recognised.

use crate::idmap::fault::{ColumnList, MapFault};
use crate::idmap::file::RowPlace;
use crate::idmap::ids::{is_clerk, is_uuid};

/// The well-known names of the source column, the best first.
pub(crate) const SOURCE_NAMES: [&str; 7] =
    ["source_id", "supabase_id", "old_id", "sourceId", "external_id", "from", "source"];
/// The well-known names of the target column, the best first.
pub(crate) const TARGET_NAMES: [&str; 6] =
    ["target_id", "clerk_id", "new_id", "clerkId", "to", "target"];
/// Source and target in a list of Clerk's users; `id` alone is too common to be
/// a well-known name.
const CLERK_USER_NAMES: [&str; 2] = ["external_id", "id"];
/// Source and target in a run file of the Clerk CLI.
const RUN_NAMES: [&str; 2] = ["sourceId", "clerkId"];
/// The outcome of a line in a run file of the Clerk CLI.
const STATUS: &str = "status";

/// The two columns that are to be read: source and target of a map, or ID and
/// address of a list of users.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnChoice<'w> {
    /// The names that were given, for the files that have them.
    pub(crate) given: Option<[&'w str; 2]>,
    /// The names that each column may have otherwise, the best first.
    well_known: [&'w [&'w str]; 2],
    /// Whether this is a map, which needs no names and may be a run file.
    pub(crate) is_map: bool,
    /// Whether the first row may be data.
    pub(crate) no_header: bool,
}

/// The columns that count, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnPlaces {
    pub(crate) source: usize,
    pub(crate) target: usize,
    /// The status column of a run file.
    pub(crate) status: Option<usize>,
}

impl ColumnPlaces {
    pub(crate) const FIRST_TWO: Self = Self { source: 0, target: 1, status: None };
}

impl<'w> ColumnChoice<'w> {
    /// The columns of a map.
    pub(crate) fn of_map(given: Option<[&'w str; 2]>, no_header: bool) -> Self {
        Self { given, well_known: [&SOURCE_NAMES, &TARGET_NAMES], is_map: true, no_header }
    }

    /// Two columns of a list, by their names alone.
    pub(crate) fn of_list(names: [&'w [&'w str]; 2]) -> Self {
        Self { given: None, well_known: names, is_map: false, no_header: false }
    }

    /// Returns every name that a column may be recognised by.
    pub(crate) fn all_names(&self) -> Vec<&'w str> {
        let given = self.given.into_iter().flatten();
        let well_known = self.well_known.into_iter().flatten().copied();
        let more = CLERK_USER_NAMES.into_iter().chain([STATUS]).filter(|_| self.is_map);
        let mut names = Vec::new();
        for name in given.chain(well_known).chain(more) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Finds the columns by the names that were given, else by well-known ones.
    pub(crate) fn by_name(&self, cells: &[&str]) -> Option<ColumnPlaces> {
        if !self.missing(cells).is_empty() {
            return None;
        }
        let column = |name: &str| position(cells, name);
        let first = |names: &[&str]| names.iter().find_map(|name| column(name));
        let clerk_users = || self.is_map.then(|| both(CLERK_USER_NAMES.map(column))).flatten();
        let given = self.given.and_then(|names| both(names.map(column)));
        let found = given.or_else(|| both(self.well_known.map(first))).or_else(clerk_users);
        found.map(|(source, target)| self.with_status(cells, source, target))
    }

    /// Adds the status column if these are the columns of a run file.
    fn with_status(&self, cells: &[&str], source: usize, target: usize) -> ColumnPlaces {
        let is_run = self.is_map && [source, target].map(|place| cells[place].trim()) == RUN_NAMES;
        let status = is_run.then(|| position(cells, STATUS)).flatten();
        ColumnPlaces { source, target, status }
    }

    /// Returns the name of a column that counts and occurs twice: which of the
    /// two is meant is unknown.
    pub(crate) fn repeated_name<'c>(
        &self,
        cells: &[&'c str],
        places: ColumnPlaces,
    ) -> Option<&'c str> {
        let ColumnPlaces { source, target, status } = places;
        let places = [Some(source), Some(target), status].into_iter().flatten();
        let mut names = places.map(|place| cells[place].trim());
        names.find(|name| cells.iter().filter(|cell| cell.trim() == *name).count() > 1)
    }

    /// Returns the columns that are required and missing, each as the names
    /// that it can have. A list needs both columns; in a map, one of the two
    /// given names without the other is a mistake.
    pub(crate) fn missing(&self, cells: &[&str]) -> Vec<&[&'w str]> {
        let is_there = |names: &&[&str]| names.iter().any(|name| position(cells, name).is_some());
        let given = self.given.as_ref().map(|names| names.each_ref().map(std::slice::from_ref));
        let needed = if self.is_map { given } else { Some(self.well_known) };
        let missing: Vec<_> =
            needed.into_iter().flatten().filter(|names| !is_there(names)).collect();
        if self.is_map && missing.len() == 2 { Vec::new() } else { missing }
    }

    /// Whether columns that names do not identify are identified by their
    /// order: there are just two, and their names, in any letter case, do not
    /// say that the target comes first.
    pub(crate) fn by_order(&self, cells: &[&str]) -> bool {
        let is_known = |place: usize, side: usize| {
            let cell = cells[place].trim();
            self.well_known[side].iter().any(|name| name.eq_ignore_ascii_case(cell))
        };
        self.is_map
            && self.missing(cells).is_empty()
            && cells.len() == 2
            && !is_known(0, 1)
            && !is_known(1, 0)
    }

    /// Whether any cell of a first row is the name of a column.
    pub(crate) fn has_any_name(&self, cells: &[&str]) -> bool {
        let mut names = self.well_known.into_iter().flatten().chain(self.given.iter().flatten());
        names.any(|name| position(cells, name).is_some())
    }

    /// Whether the names that were given are there.
    pub(crate) fn has_given_names(&self, cells: &[&str]) -> bool {
        self.given.is_some_and(|names| both(names.map(|name| position(cells, name))).is_some())
    }

    /// Returns the faults of columns that cannot be recognised; `hidden` if
    /// their names may be data.
    pub(crate) fn faults(&self, place: &RowPlace, cells: &[&str], hidden: bool) -> Vec<MapFault> {
        let columns = || ColumnList::of(cells, hidden);
        let missing = self.missing(cells);
        if missing.is_empty() {
            return vec![MapFault::UnknownColumns { place: place.clone(), columns: columns() }];
        }
        let fault = |names: &[&str]| MapFault::MissingColumn {
            place: place.clone(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            columns: columns(),
        };
        missing.into_iter().map(fault).collect()
    }
}

fn position(cells: &[&str], name: &str) -> Option<usize> {
    cells.iter().position(|cell| cell.trim() == name)
}

fn both([source, target]: [Option<usize>; 2]) -> Option<(usize, usize)> {
    source.zip(target)
}

/// Whether a row looks like data: a cell is a UUID or a Clerk ID.
pub(crate) fn is_data(cells: &[&str]) -> bool {
    cells.iter().map(|cell| cell.trim()).any(|cell| is_uuid(cell) || is_clerk(cell))
}
