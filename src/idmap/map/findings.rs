//! The rows that a map gives cause to speak of, with their places.

use crate::idmap::fault::RowPlace;
use crate::idmap::id::shown;
use crate::idmap::table::{Listing, Rows};

/// What deserves a look though it is no fault, each kind in the order of the
/// map and cut to [`Findings::KEPT`]; how many there are says [`super::map::Health`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Rows that repeat an earlier one.
    pub duplicates: Vec<Repetition>,
    /// Targets that several sources share.
    pub shared: Vec<SharedTarget>,
    /// The rows that have one of them, kept here or not.
    pub sharing: u64,
    /// Targets of another form than most.
    pub odd: Vec<OddTarget>,
}

impl Findings {
    /// How many of a kind are kept; counts go on.
    pub const KEPT: usize = 1000;
    /// The places that a message names.
    pub const NAMED: usize = 10;
}

/// A row that repeats an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// Where its source stands first.
    pub first: RowPlace,
    /// Where it stands again.
    pub place: RowPlace,
}

/// A target that several sources share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedTarget {
    /// The target, as lists show it.
    pub target: String,
    /// How many rows have it.
    pub rows: u64,
    /// The places of the first of them: at least two, and more as long as
    /// those of all shared targets are fewer than [`Findings::KEPT`].
    pub places: Vec<RowPlace>,
}

/// A target of another form than most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddTarget {
    /// The target, as lists show it.
    pub target: String,
    /// Where it stands.
    pub place: RowPlace,
}

/// The rows that findings are about.
pub(crate) struct Noticed {
    /// Rows without a target that repeat another, each after that one.
    pub(crate) undecided_again: Vec<(u32, u32)>,
    /// The first rows with a target that repeat another, each after that one.
    pub(crate) repeated: Vec<(u32, u32)>,
    /// Rows that share a target with an earlier one, each after the first that
    /// has it; sorted.
    pub(crate) sharing: Vec<(u32, u32)>,
    /// Rows whose target is of another form than most.
    pub(crate) odd: Vec<u32>,
}

impl Noticed {
    /// How many targets are shared.
    pub(crate) fn shared(&self) -> usize {
        self.groups().count()
    }

    /// The rows of each shared target but for its first, each after that one.
    fn groups(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.sharing.chunk_by(|one, other| one.0 == other.0)
    }

    pub(crate) fn findings(&self, rows: &Rows, listing: &Listing) -> Findings {
        let odd = self.odd.iter().take(Findings::KEPT).map(|&row| OddTarget {
            target: shown(&rows.target_spelled(row)).into_owned(),
            place: listing.place(row),
        });
        Findings {
            duplicates: self.duplicates(listing),
            shared: self.shared_targets(rows, listing),
            sharing: (self.sharing.len() + self.shared()) as u64,
            odd: odd.collect(),
        }
    }

    /// Rows of both kinds by the number of rows with a target before them.
    fn duplicates(&self, listing: &Listing) -> Vec<Repetition> {
        let decided = self.repeated.iter().take(Findings::KEPT).map(|&(first, row)| {
            let repetition = Repetition { first: listing.place(first), place: listing.place(row) };
            ((row, true), repetition)
        });
        let undecided = self.undecided_again.iter().take(Findings::KEPT).map(|&(first, row)| {
            let [first, place] = [first, row].map(|row| listing.undecided_place(row));
            ((listing.between.before(row), false), Repetition { first, place })
        });
        let mut all: Vec<_> = decided.chain(undecided).collect();
        all.sort_by_key(|(order, _)| *order);
        all.into_iter().take(Findings::KEPT).map(|(_, repetition)| repetition).collect()
    }

    fn shared_targets(&self, rows: &Rows, listing: &Listing) -> Vec<SharedTarget> {
        let mut room = Findings::KEPT;
        let group = |group: &[(u32, u32)]| {
            let first = group.first().map_or(0, |(first, _)| *first);
            let all = std::iter::once(first).chain(group.iter().map(|(_, row)| *row));
            let places: Vec<_> = all.take(room.max(2)).map(|row| listing.place(row)).collect();
            room = room.saturating_sub(places.len());
            SharedTarget {
                target: shown(&rows.target_spelled(first)).into_owned(),
                rows: group.len() as u64 + 1,
                places,
            }
        };
        self.groups().take(Findings::KEPT).map(group).collect()
    }
}

/// The first [`Findings::NAMED`] of places as a message says them, and how many
/// more there are of `total`.
pub fn name_places<'p>(places: impl IntoIterator<Item = &'p RowPlace>, total: u64) -> String {
    let shown: Vec<_> = places.into_iter().take(Findings::NAMED).map(ToString::to_string).collect();
    let mut text = shown.join(", ");
    let more = total.saturating_sub(shown.len() as u64);
    if more > 0 {
        text += &format!(" and {more} more");
    }
    text
}
