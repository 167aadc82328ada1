//! The rows that warrant a warning, by their numbers.

use crate::idmap::file::RowPlace;
use crate::idmap::ids::shown;
use crate::idmap::map::{Findings, OddTarget, Repetition, SharedTarget};
use crate::idmap::table::{MapListing, Rows};

/// The numbers of the rows that warrant a warning. Pairs are a row and, before
/// it, the first row with the same ID.
pub(crate) struct FindingRows {
    /// Undecided rows that repeat another.
    pub(crate) repeated_undecided: Vec<(u32, u32)>,
    /// The first decided rows that repeat another.
    pub(crate) repeated: Vec<(u32, u32)>,
    /// Rows that share a target with an earlier one, sorted.
    pub(crate) sharing: Vec<(u32, u32)>,
    /// Rows whose target is of another form than the majority.
    pub(crate) odd: Vec<u32>,
}

impl FindingRows {
    /// Returns the number of targets that several sources share.
    pub(crate) fn shared_targets(&self) -> usize {
        self.groups().count()
    }

    /// Returns the pairs of each shared target.
    fn groups(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.sharing.chunk_by(|one, other| one.0 == other.0)
    }

    pub(crate) fn findings(&self, rows: &Rows, listing: &MapListing) -> Findings {
        let odd = self.odd.iter().take(Findings::KEPT).map(|&row| OddTarget {
            target: shown(&rows.target_or_source(row)).into_owned(),
            place: listing.place(row),
        });
        Findings {
            duplicates: self.duplicates(listing),
            shared: self.shared(rows, listing),
            sharing: (self.sharing.len() + self.shared_targets()) as u64,
            odd: odd.collect(),
        }
    }

    /// Returns decided and undecided rows together, in the order of the map.
    fn duplicates(&self, listing: &MapListing) -> Vec<Repetition> {
        let decided = self.repeated.iter().take(Findings::KEPT).map(|&(first, row)| {
            let [first, place] = [first, row].map(|row| listing.place(row));
            ((row, true), Repetition { first, place })
        });
        let undecided = self.repeated_undecided.iter().take(Findings::KEPT).map(|&(first, row)| {
            let [first, place] = [first, row].map(|row| listing.undecided_place(row));
            ((listing.undecided_lines.decided_before(row), false), Repetition { first, place })
        });
        let mut all: Vec<_> = decided.chain(undecided).collect();
        all.sort_by_key(|(order, _)| *order);
        all.into_iter().take(Findings::KEPT).map(|(_, repetition)| repetition).collect()
    }

    fn shared(&self, rows: &Rows, listing: &MapListing) -> Vec<SharedTarget> {
        let mut room = Findings::KEPT;
        let group = |group: &[(u32, u32)]| {
            let first = group.first().map_or(0, |(first, _)| *first);
            let all = std::iter::once(first).chain(group.iter().map(|(_, row)| *row));
            let places: Vec<RowPlace> =
                all.take(room.max(2)).map(|row| listing.place(row)).collect();
            room = room.saturating_sub(places.len());
            SharedTarget {
                target: shown(&rows.target_or_source(first)).into_owned(),
                rows: group.len() as u64 + 1,
                places,
            }
        };
        self.groups().take(Findings::KEPT).map(group).collect()
    }
}
