//! Two lists that were joined: the map that they make, and the rows that
//! deserve a look.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::issue::{JoinIssue, ListSide};
use super::list::{List, ListRow};
use crate::idmap::write::write_pairs;

/// Two lists that were joined.
#[derive(Debug)]
pub(crate) struct Joined<'l> {
    pub(crate) old: &'l List,
    pub(crate) new: &'l List,
    /// The number of the first row of each ID in the old list, in their order,
    /// and that of the row in the new list that it matches.
    pub(crate) users: Vec<(usize, Option<usize>)>,
    /// The numbers of the rows that deserve a look.
    pub(crate) issues: BTreeMap<(ListSide, JoinIssue), Vec<usize>>,
}

impl<'l> Joined<'l> {
    /// Returns the number of users in the old list.
    pub(crate) fn users(&self) -> usize {
        self.users.len()
    }

    /// Returns the number of users in the old list without a certain match.
    pub(crate) fn undecided(&self) -> usize {
        self.users.iter().filter(|(_, new)| new.is_none()).count()
    }

    /// Whether any row needs a person.
    pub(crate) fn needs_review(&self) -> bool {
        self.issues.keys().any(|(_, issue)| *issue != JoinIssue::Shared)
    }

    /// Returns the rows that deserve a look, by list and issue, in their order.
    pub(crate) fn issues(
        &self,
    ) -> impl Iterator<Item = (ListSide, JoinIssue, impl ExactSizeIterator<Item = &'l ListRow>)>
    {
        self.issues.iter().map(|(&(list, issue), numbers)| {
            let List { rows, .. } = match list {
                ListSide::Old => self.old,
                ListSide::New => self.new,
            };
            (list, issue, numbers.iter().map(|number| &rows[*number]))
        })
    }

    /// Writes the map as `source_id,target_id`, a row for each user of the old
    /// list; users without a certain match have an empty target.
    ///
    /// # Errors
    /// Returns an error if `out` cannot be written.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let pairs = self.users.iter().map(|(old, new)| {
            let target = new.map_or("", |new| &self.new.rows[new].cells[0]);
            [&self.old.rows[*old].cells[0], target]
        });
        write_pairs(out, pairs)
    }
}
