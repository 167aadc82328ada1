//! A map made of two lists of users, who are the same where their address is.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, Write};

use super::list::{List, ListRow};
use crate::error::{Class, Error, Fault, Result, csv_error, write_list};
use crate::idmap::build::is_odd;
use crate::idmap::fault::RowPlace;
use crate::idmap::id::shown;
use crate::idmap::read::{SOURCE_NAMES, TARGET_NAMES};
use crate::idmap::write::HEADER;

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserList {
    /// The users as the data knows them: sources.
    Old,
    /// The users as they are to be: targets.
    New,
}

impl UserList {
    /// The names that its column of IDs may have, the best first.
    pub fn id_names(self) -> Vec<&'static str> {
        let known: &[&str] = match self {
            Self::Old => &SOURCE_NAMES,
            Self::New => &TARGET_NAMES,
        };
        [&["id"], known, &["user_id"]].concat()
    }
}

/// Why a row of a list deserves a look; but for the last, it needs a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JoinIssue {
    /// It has no address.
    NoAddress,
    /// Its address stands with several IDs, in its own list or in the other.
    Ambiguous,
    /// The other list lacks its address.
    NoMatch,
    /// The rows of its ID lead to several IDs of the other list.
    Torn,
    /// Its ID and others lead to one ID of the other list.
    Shared,
}

/// A row of a list from which no map can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListFault {
    /// A row without an ID.
    EmptyId(RowPlace),
    /// An ID that no map can have, for a line break in it, or none as a target,
    /// for the blanks around it or other control characters in it.
    OddId(RowPlace),
}

/// Two lists that were joined.
#[derive(Debug)]
pub struct Joined<'l> {
    old: &'l List,
    new: &'l List,
    /// The first row of each ID of the old list, in order, and the row of the
    /// new list that it leads to.
    users: Vec<(usize, Option<usize>)>,
    /// The rows that deserve a look.
    issues: BTreeMap<(UserList, JoinIssue), Vec<usize>>,
}

/// Joins two lists by the addresses in their second cells, which are compared
/// trimmed and in lower case. Nothing is guessed: an address with two IDs in
/// either list decides about nobody.
///
/// # Errors
/// All rows whose ID cannot stand in a map.
pub fn join<'l>(old: &'l List, new: &'l List) -> Result<Joined<'l>> {
    let faults: Vec<_> = faults(old, UserList::Old).chain(faults(new, UserList::New)).collect();
    if !faults.is_empty() {
        return Err(Error::new(ListFaults(faults)));
    }
    let mut joined = Joined { old, new, users: Vec::new(), issues: BTreeMap::new() };
    let matches = joined.matches();
    joined.decide(&matches);
    joined.note_shared();
    Ok(joined)
}

/// Rows whose ID cannot be that side of a map.
fn faults(list: &List, side: UserList) -> impl Iterator<Item = ListFault> {
    list.rows.iter().filter_map(move |row| {
        let is_odd: fn(&str) -> bool = match side {
            UserList::Old => |id: &str| id.contains(['\n', '\r']),
            UserList::New => is_odd,
        };
        match row.cells[0].as_str() {
            "" => Some(ListFault::EmptyId(list.place(row))),
            id if is_odd(id) => Some(ListFault::OddId(list.place(row))),
            _ => None,
        }
    })
}

/// Who has which address.
struct Addresses<'l>(HashMap<Cow<'l, str>, Holder>);

/// Who has an address.
#[derive(Debug, Clone, Copy)]
enum Holder {
    /// One ID, in the row of this number first.
    One(usize),
    Several,
}

impl<'l> Addresses<'l> {
    fn of(rows: &'l [ListRow]) -> Self {
        let mut holders = HashMap::with_capacity(rows.len());
        for (number, ListRow { cells: [id, address], .. }) in rows.iter().enumerate() {
            let holder = holders.entry(compared(address)).or_insert(Holder::One(number));
            if let Holder::One(first) = *holder
                && shown(&rows[first].cells[0]) != shown(id)
            {
                *holder = Holder::Several;
            }
        }
        // Having none is nobody's address.
        holders.remove("");
        Self(holders)
    }

    /// The row here that has the address of a row of the other list, whose
    /// addresses are `theirs`.
    fn matching(&self, row: &ListRow, theirs: &Addresses<'_>) -> Result<usize, JoinIssue> {
        let address = compared(&row.cells[1]);
        if address.is_empty() {
            return Err(JoinIssue::NoAddress);
        }
        match (self.0.get(&address), theirs.0.get(&address)) {
            (Some(Holder::Several), _) | (_, Some(Holder::Several)) => Err(JoinIssue::Ambiguous),
            (Some(Holder::One(number)), _) => Ok(*number),
            (None, _) => Err(JoinIssue::NoMatch),
        }
    }
}

/// An address as it is compared. Most stand so already.
fn compared(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    match address.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        true => address.into(),
        false => address.to_lowercase().into(),
    }
}

/// What the rows of one ID of the old list come to.
#[derive(Debug)]
struct User<'l> {
    row: usize,
    /// The row and the ID that they lead to.
    found: Option<(usize, Cow<'l, str>)>,
    ambiguous: bool,
    torn: bool,
}

impl<'l> Joined<'l> {
    /// What each row of the old list leads to; notes the rows of the new one
    /// to which none does.
    fn matches(&mut self) -> Vec<Result<usize, JoinIssue>> {
        let (old, new) = (Addresses::of(&self.old.rows), Addresses::of(&self.new.rows));
        for (number, row) in self.new.rows.iter().enumerate() {
            if let Err(issue) = old.matching(row, &new) {
                self.note(UserList::New, issue, number);
            }
        }
        self.old.rows.iter().map(|row| new.matching(row, &old)).collect()
    }

    /// Decides about the users of the old list, given what each of its rows
    /// leads to.
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
            users[number].take(*found, |row| shown(&new[row].cells[0]));
            number_of.push(number);
        }
        for (row, (number, found)) in number_of.into_iter().zip(matches).enumerate() {
            match found {
                Err(issue) => self.note(UserList::Old, *issue, row),
                Ok(_) if users[number].torn => self.note(UserList::Old, JoinIssue::Torn, row),
                Ok(_) => {}
            }
        }
        self.users = users.into_iter().map(|user| (user.row, user.decision())).collect();
    }

    /// Notes the users whose decisions are one ID of the new list.
    fn note_shared(&mut self) {
        let id = |new: usize| shown(&self.new.rows[new].cells[0]);
        let mut users: HashMap<_, usize> = HashMap::with_capacity(self.users.len());
        for new in self.users.iter().filter_map(|(_, new)| *new) {
            *users.entry(id(new)).or_default() += 1;
        }
        let is_shared = |new: usize| users.get(&id(new)).is_some_and(|count| *count > 1);
        let shared = self.users.iter().filter(|(_, new)| new.is_some_and(is_shared));
        let shared: Vec<_> = shared.map(|(old, _)| *old).collect();
        if !shared.is_empty() {
            self.issues.insert((UserList::Old, JoinIssue::Shared), shared);
        }
    }

    fn note(&mut self, list: UserList, issue: JoinIssue, row: usize) {
        self.issues.entry((list, issue)).or_default().push(row);
    }

    /// How many users the old list has.
    pub fn users(&self) -> usize {
        self.users.len()
    }

    /// How many of them no row of the new list can be told for.
    pub fn undecided(&self) -> usize {
        self.users.iter().filter(|(_, new)| new.is_none()).count()
    }

    /// Whether any row needs a person.
    pub fn needs_person(&self) -> bool {
        self.issues.keys().any(|(_, issue)| *issue != JoinIssue::Shared)
    }

    /// The rows that deserve a look, by list and issue, in their order.
    pub fn issues(
        &self,
    ) -> impl Iterator<Item = (UserList, JoinIssue, impl ExactSizeIterator<Item = &'l ListRow>)>
    {
        self.issues.iter().map(|(&(list, issue), numbers)| {
            let List { rows, .. } = match list {
                UserList::Old => self.old,
                UserList::New => self.new,
            };
            (list, issue, numbers.iter().map(|number| &rows[*number]))
        })
    }

    /// Writes the map as `source_id,target_id`, a row for each user of the old
    /// list; the target is empty where nobody can be told.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(out);
        rows.write_record(HEADER).map_err(csv_error)?;
        for (old, new) in &self.users {
            let target = new.map_or("", |new| self.new.rows[new].cells[0].as_str());
            let source = self.old.rows[*old].cells[0].as_str();
            rows.write_record([source, target]).map_err(csv_error)?;
        }
        rows.flush()
    }
}

impl<'l> User<'l> {
    /// Takes in what a row leads to.
    fn take(&mut self, found: Result<usize, JoinIssue>, id: impl Fn(usize) -> Cow<'l, str>) {
        match (found, &self.found) {
            (Ok(row), None) => self.found = Some((row, id(row))),
            (Ok(row), Some((_, known))) => self.torn |= *known != id(row),
            (Err(JoinIssue::Ambiguous), _) => self.ambiguous = true,
            (Err(_), _) => {}
        }
    }

    fn decision(self) -> Option<usize> {
        self.found.filter(|_| !self.ambiguous && !self.torn).map(|(row, _)| row)
    }
}

impl ListFault {
    /// One line on the way out.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::EmptyId(_) => "Fill in the ID, or remove the row.",
            Self::OddId(_) => "Is a quote not closed? Remove blanks around IDs.",
        }
    }
}

impl fmt::Display for ListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyId(place) => write!(f, "{place}: a user without an ID"),
            Self::OddId(place) => {
                write!(f, "{place}: blanks around a new ID, or a line break within an ID")
            }
        }
    }
}

/// Everything that is wrong with two lists of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFaults(pub Vec<ListFault>);

impl Fault for ListFaults {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        self.0.first().map(|fault| fault.advice().to_owned())
    }
}

impl fmt::Display for ListFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.0, self.0.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn list() -> impl Strategy<Value = List> {
        let id = select(vec![
            "1",
            "2",
            "3",
            "a",
            "A",
            "a11ce000-0000-4000-8000-000000000001",
            "A11CE000-0000-4000-8000-000000000001",
        ]);
        let address =
            select(vec!["", " ", "x@y", "X@Y ", "ä@y", "Ä@y", "z@y", "\tz@Y", "q@y", "r@y", "s@y"]);
        vec((id, address), 0..9).prop_map(|rows| {
            let row = |(number, (id, address)): (usize, (&str, &str))| ListRow {
                cells: [id.to_owned(), address.to_owned()],
                line: number as u64 + 2,
            };
            let rows = rows.into_iter().enumerate().map(row).collect();
            List { path: "list.csv".into(), rows }
        })
    }

    /// IDs of the rows with an address, as they are compared.
    fn holders(rows: &[ListRow], address: &str) -> BTreeSet<String> {
        let has = |row: &&ListRow| fold(&row.cells[1]) == address;
        rows.iter().filter(has).map(|row| same(&row.cells[0])).collect()
    }

    fn fold(address: &str) -> String {
        address.trim().to_lowercase()
    }

    fn same(id: &str) -> String {
        if id.len() == 36 { id.to_lowercase() } else { id.to_owned() }
    }

    /// What is to be said of a row, straight from the definition.
    fn issue(row: &ListRow, own: &[ListRow], other: &[ListRow]) -> Option<JoinIssue> {
        let address = fold(&row.cells[1]);
        match (holders(own, &address).len(), holders(other, &address).len()) {
            _ if address.is_empty() => Some(JoinIssue::NoAddress),
            (2.., _) | (_, 2..) => Some(JoinIssue::Ambiguous),
            (_, 0) => Some(JoinIssue::NoMatch),
            _ => None,
        }
    }

    proptest! {
        #[test]
        fn joins_by_the_definition(old in list(), new in list()) {
            let joined = join(&old, &new).expect("no fault");
            let (old, new) = (&old.rows, &new.rows);
            let mut expected: Vec<(String, Option<String>)> = Vec::new();
            let mut firsts = Vec::new();
            let mut issues: BTreeSet<(UserList, JoinIssue, u64)> = BTreeSet::new();
            for row in old {
                let id = same(&row.cells[0]);
                let rows: Vec<_> = old.iter().filter(|row| same(&row.cells[0]) == id).collect();
                let found: Vec<_> = rows.iter().map(|row| issue(row, old, new)).collect();
                let targets: BTreeSet<_> = rows
                    .iter()
                    .zip(&found)
                    .filter(|(_, issue)| issue.is_none())
                    .flat_map(|(row, _)| holders(new, &fold(&row.cells[1])))
                    .collect();
                let torn = (targets.len() > 1).then_some(JoinIssue::Torn);
                if let Some(issue) = issue(row, old, new).or(torn) {
                    issues.insert((UserList::Old, issue, row.line));
                }
                let sure = targets.len() == 1 && !found.contains(&Some(JoinIssue::Ambiguous));
                if rows[0] == row {
                    firsts.push(row.line);
                    expected.push((id, targets.into_iter().next().filter(|_| sure)));
                }
            }
            for row in new {
                if let Some(issue) = issue(row, new, old) {
                    issues.insert((UserList::New, issue, row.line));
                }
            }
            prop_assert_eq!(joined.needs_person(), !issues.is_empty());
            for (line, (_, target)) in firsts.iter().zip(&expected) {
                let sharing = expected.iter().filter(|(_, other)| other == target).count();
                if target.is_some() && sharing > 1 {
                    issues.insert((UserList::Old, JoinIssue::Shared, *line));
                }
            }
            let undecided = expected.iter().filter(|(_, target)| target.is_none()).count();
            prop_assert_eq!((joined.users(), joined.undecided()), (expected.len(), undecided));
            let mut written = Vec::new();
            joined.write(&mut written).expect("written");
            let rows = csv::Reader::from_reader(written.as_slice()).into_deserialize();
            let rows: Vec<(String, String)> = rows.map(|row| row.expect("a row")).collect();
            let decision = |(old, new): (String, String)| {
                (same(&old), Some(same(&new)).filter(|new| !new.is_empty()))
            };
            prop_assert_eq!(rows.into_iter().map(decision).collect::<Vec<_>>(), expected);
            let listed: Vec<_> = joined
                .issues()
                .flat_map(|(list, issue, rows)| {
                    rows.map(move |row| (list, issue, row.line))
                })
                .collect();
            prop_assert_eq!(listed, issues.into_iter().collect::<Vec<_>>());
        }
    }
}
