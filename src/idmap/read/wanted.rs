//! Which two columns of a file are wanted, and how they are told.

use crate::idmap::fault::{ColumnList, MapFault, RowPlace};
use crate::idmap::id::{is_clerk, is_uuid};

pub(crate) const SOURCE_NAMES: [&str; 7] =
    ["source_id", "supabase_id", "old_id", "sourceId", "external_id", "from", "source"];
pub(crate) const TARGET_NAMES: [&str; 6] =
    ["target_id", "clerk_id", "new_id", "clerkId", "to", "target"];
/// What a user in Clerk has for the two; by themselves the names say little.
const DUMP_NAMES: [&str; 2] = ["external_id", "id"];
/// What each line of a run file of the Clerk CLI has.
const RUN_NAMES: [&str; 2] = ["sourceId", "clerkId"];
const STATUS: &str = "status";

/// What is asked of the columns of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'w> {
    /// The names given for the two, for the files that have them.
    pub(crate) named: Option<[&'w str; 2]>,
    /// The names by which each is known, the best first.
    known: [&'w [&'w str]; 2],
    /// Whether this is a map: it can do without names, or be a run file.
    pub(crate) map: bool,
    /// Whether a first row may be data.
    pub(crate) no_header: bool,
}

/// Where the columns that count stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) source: usize,
    pub(crate) target: usize,
    /// Where a run file says what became of the line's user.
    pub(crate) status: Option<usize>,
}

/// The first two columns.
pub(crate) const FIRST_TWO: Places = Places { source: 0, target: 1, status: None };

impl<'w> Wanted<'w> {
    /// The columns of a map.
    pub(crate) fn of_map(named: Option<[&'w str; 2]>, no_header: bool) -> Self {
        Self { named, known: [&SOURCE_NAMES, &TARGET_NAMES], map: true, no_header }
    }

    /// Two columns of a list, by their names alone.
    pub(crate) fn of_list(known: [&'w [&'w str]; 2]) -> Self {
        Self { named: None, known, map: false, no_header: false }
    }

    /// Every name that means anything.
    pub(crate) fn names(&self) -> Vec<&'w str> {
        let named = self.named.into_iter().flatten();
        let known = self.known.into_iter().flatten().copied();
        let more = DUMP_NAMES.into_iter().chain([STATUS]).filter(|_| self.map);
        let mut names = Vec::new();
        for name in named.chain(known).chain(more) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The columns by the names given, else by well-known ones.
    pub(crate) fn by_name(&self, cells: &[&str]) -> Option<Places> {
        if !self.missing(cells).is_empty() {
            return None;
        }
        let column = |name: &str| position(cells, name);
        let first = |names: &[&str]| names.iter().find_map(|name| column(name));
        let dump = || self.map.then(|| both(DUMP_NAMES.map(column))).flatten();
        let named = self.named.and_then(|names| both(names.map(column)));
        let found = named.or_else(|| both(self.known.map(first))).or_else(dump);
        found.map(|(source, target)| self.places(cells, source, target))
    }

    fn places(&self, cells: &[&str], source: usize, target: usize) -> Places {
        let is_run = self.map && [source, target].map(|place| cells[place].trim()) == RUN_NAMES;
        let status = is_run.then(|| position(cells, STATUS)).flatten();
        Places { source, target, status }
    }

    /// The name of a column that counts and stands there twice: which of the
    /// two is meant cannot be told.
    pub(crate) fn repeated<'c>(&self, cells: &[&'c str], places: Places) -> Option<&'c str> {
        let Places { source, target, status } = places;
        let places = [Some(source), Some(target), status].into_iter().flatten();
        let mut names = places.map(|place| cells[place].trim());
        names.find(|name| cells.iter().filter(|cell| cell.trim() == *name).count() > 1)
    }

    /// The columns that must be there and are not, each by the names that it
    /// can have: one of a map's two given names without the other is a
    /// mistake, and a list needs both columns.
    pub(crate) fn missing(&self, cells: &[&str]) -> Vec<&[&'w str]> {
        let is_there = |names: &&[&str]| names.iter().any(|name| position(cells, name).is_some());
        let given = self.named.as_ref().map(|names| names.each_ref().map(std::slice::from_ref));
        let needed = if self.map { given } else { Some(self.known) };
        let missing: Vec<_> =
            needed.into_iter().flatten().filter(|names| !is_there(names)).collect();
        if self.map && missing.len() == 2 { Vec::new() } else { missing }
    }

    /// Whether columns that names do not tell are told by their order: there
    /// are just two, and their names, in any letter case, do not say that they
    /// are turned around.
    pub(crate) fn by_order(&self, cells: &[&str]) -> bool {
        let is_known = |place: usize, side: usize| {
            let cell = cells[place].trim();
            self.known[side].iter().any(|name| name.eq_ignore_ascii_case(cell))
        };
        self.map
            && self.missing(cells).is_empty()
            && cells.len() == 2
            && !is_known(0, 1)
            && !is_known(1, 0)
    }

    /// Whether a first row is a header by any of its cells.
    pub(crate) fn has_name(&self, cells: &[&str]) -> bool {
        let mut names = self.known.into_iter().flatten().chain(self.named.iter().flatten());
        names.any(|name| position(cells, name).is_some())
    }

    /// Whether the names given are there.
    pub(crate) fn has_named(&self, cells: &[&str]) -> bool {
        self.named.is_some_and(|names| both(names.map(|name| position(cells, name))).is_some())
    }

    /// What is to be said of columns that cannot be told; `hidden` where they
    /// may be data.
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
