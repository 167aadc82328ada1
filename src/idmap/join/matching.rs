//! Matches the users of two lists by their addresses.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::addresses::Addresses;
use super::issue::{JoinIssue, ListSide};
use super::joined::Joined;
use super::list::{List, ListRow};
use crate::error::{Error, Result};
use crate::idmap::fault::{MapFault, MapFaults};
use crate::idmap::ids::{has_stray_characters, shown};

/// Joins two lists by the addresses in their second cells, which are compared
/// trimmed and in lower case. Nothing is guessed: an address with two IDs in
/// either list identifies nobody.
///
/// # Errors
/// Returns all rows whose ID cannot be in a map.
pub(crate) fn join<'l>(old: &'l List, new: &'l List) -> Result<Joined<'l>> {
    let faults: Vec<_> = faults(old, ListSide::Old).chain(faults(new, ListSide::New)).collect();
    if !faults.is_empty() {
        return Err(Error::new(MapFaults(faults)));
    }
    let mut joined = Joined { old, new, users: Vec::new(), issues: BTreeMap::new() };
    let matches = joined.matches();
    joined.decide(&matches);
    joined.find_shared();
    Ok(joined)
}

/// Returns a fault for each row whose ID cannot be on that side of a map.
fn faults(list: &List, side: ListSide) -> impl Iterator<Item = MapFault> {
    list.rows.iter().filter_map(move |row| {
        let is_stray: fn(&str) -> bool = match side {
            ListSide::Old => |id: &str| id.contains(['\n', '\r']),
            ListSide::New => has_stray_characters,
        };
        match row.cells[0].as_str() {
            "" => Some(MapFault::UserWithoutId(list.place(row))),
            id if is_stray(id) => Some(MapFault::StrayInUserId(list.place(row))),
            _ => None,
        }
    })
}

/// A user of the old list, and what the rows of its ID match.
#[derive(Debug)]
struct User<'l> {
    /// The first row.
    row: usize,
    /// The row of the new list that was matched first, and its ID.
    found: Option<(usize, Cow<'l, str>)>,
    /// Whether the address of a row is ambiguous.
    ambiguous: bool,
    /// Whether rows match several IDs.
    torn: bool,
}

impl<'l> User<'l> {
    /// Adds what a row matches; `id` returns the ID of a row of the new list.
    fn add(&mut self, found: Result<usize, JoinIssue>, id: impl Fn(usize) -> Cow<'l, str>) {
        match (found, &self.found) {
            (Ok(row), None) => self.found = Some((row, id(row))),
            (Ok(row), Some((_, known))) => self.torn |= *known != id(row),
            (Err(JoinIssue::Ambiguous), _) => self.ambiguous = true,
            (Err(_), _) => {}
        }
    }

    /// Returns the row of the new list that the user matches for certain.
    fn decision(self) -> Option<usize> {
        self.found.filter(|_| !self.ambiguous && !self.torn).map(|(row, _)| row)
    }
}

impl<'l> Joined<'l> {
    /// Returns what each row of the old list matches, and adds the issues of
    /// the new one.
    fn matches(&mut self) -> Vec<Result<usize, JoinIssue>> {
        let (old, new) = (Addresses::of(&self.old.rows), Addresses::of(&self.new.rows));
        for (number, row) in self.new.rows.iter().enumerate() {
            if let Err(issue) = old.matching(row, &new) {
                self.add_issue(ListSide::New, issue, number);
            }
        }
        self.old.rows.iter().map(|row| new.matching(row, &old)).collect()
    }

    /// Decides about the users of the old list, given what each of its rows
    /// matches.
    fn decide(&mut self, matches: &[Result<usize, JoinIssue>]) {
        let (old, new) = (&self.old.rows, &self.new.rows);
        let mut users: Vec<User<'l>> = Vec::new();
        let mut numbers: HashMap<Cow<'l, str>, usize> = HashMap::with_capacity(old.len());
        let mut number_of = Vec::with_capacity(old.len());
        for (row, (ListRow { cells: [id, _], .. }, found)) in old.iter().zip(matches).enumerate() {
            let number = *numbers.entry(shown(id)).or_insert(users.len());
            if number == users.len() {
                users.push(User { row, found: None, ambiguous: false, torn: false });
            }
            users[number].add(*found, |row| shown(&new[row].cells[0]));
            number_of.push(number);
        }
        for (row, (number, found)) in number_of.into_iter().zip(matches).enumerate() {
            match found {
                Err(issue) => self.add_issue(ListSide::Old, *issue, row),
                Ok(_) if users[number].torn => {
                    self.add_issue(ListSide::Old, JoinIssue::SeveralMatches, row)
                }
                Ok(_) => {}
            }
        }
        self.users = users.into_iter().map(|user| (user.row, user.decision())).collect();
    }

    /// Finds the users who match the same ID of the new list.
    fn find_shared(&mut self) {
        let id = |new: usize| shown(&self.new.rows[new].cells[0]);
        let mut users: HashMap<_, usize> = HashMap::with_capacity(self.users.len());
        for new in self.users.iter().filter_map(|(_, new)| *new) {
            *users.entry(id(new)).or_default() += 1;
        }
        let is_shared = |new: usize| users.get(&id(new)).is_some_and(|count| *count > 1);
        let shared = self.users.iter().filter(|(_, new)| new.is_some_and(is_shared));
        let shared: Vec<_> = shared.map(|(old, _)| *old).collect();
        if !shared.is_empty() {
            self.issues.insert((ListSide::Old, JoinIssue::Shared), shared);
        }
    }

    fn add_issue(&mut self, list: ListSide, issue: JoinIssue, row: usize) {
        self.issues.entry((list, issue)).or_default().push(row);
    }
}

#[cfg(test)]
#[path = "../../../tests/models/idmap/join.rs"]
mod tests;
