//! Who has which address in a list of users.

use std::borrow::Cow;
use std::collections::HashMap;

use super::issue::JoinIssue;
use super::list::ListRow;
use crate::idmap::ids::shown;

/// Who has which address. Addresses are trimmed and in lower case.
pub(crate) struct Addresses<'l>(HashMap<Cow<'l, str>, Holder>);

/// Who has an address.
#[derive(Debug, Clone, Copy)]
enum Holder {
    /// One ID, whose first row has this number.
    One(usize),
    /// Several IDs.
    Several,
}

impl<'l> Addresses<'l> {
    pub(crate) fn of(rows: &'l [ListRow]) -> Self {
        let mut holders = HashMap::with_capacity(rows.len());
        for (number, ListRow { cells: [id, address], .. }) in rows.iter().enumerate() {
            let holder = holders.entry(normalized(address)).or_insert(Holder::One(number));
            if let Holder::One(first) = *holder
                && shown(&rows[first].cells[0]) != shown(id)
            {
                *holder = Holder::Several;
            }
        }
        // Users without an address do not share one.
        holders.remove("");
        Self(holders)
    }

    /// Returns the row of this list with the address of `row`, which is in the
    /// list of `other`.
    ///
    /// # Errors
    /// Returns an issue if no single user can be identified.
    pub(crate) fn matching(
        &self,
        row: &ListRow,
        other: &Addresses<'_>,
    ) -> Result<usize, JoinIssue> {
        let address = normalized(&row.cells[1]);
        if address.is_empty() {
            return Err(JoinIssue::NoAddress);
        }
        match (self.0.get(&address), other.0.get(&address)) {
            (Some(Holder::Several), _) | (_, Some(Holder::Several)) => Err(JoinIssue::Ambiguous),
            (Some(Holder::One(number)), _) => Ok(*number),
            (None, _) => Err(JoinIssue::NoMatch),
        }
    }
}

/// Returns an address as it is compared. Most addresses need no change.
fn normalized(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    match address.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        true => address.into(),
        false => address.to_lowercase().into(),
    }
}
