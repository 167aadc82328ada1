//! The checks of rows against each other, on all threads of the current pool.

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::row_counts::RowCounts;
use crate::idmap::fault::MapFault;
use crate::idmap::file::RowPlace;
use crate::idmap::ids::{FormCount, Id};
use crate::idmap::table::{Hashing, Index, Rows, Side};

/// The checks of decided rows against each other.
pub(crate) struct CrossChecks<'c> {
    pub(crate) rows: &'c Rows,
    pub(crate) sources: &'c Index,
    /// The rows whose source occurs in an earlier row, sorted.
    pub(crate) repeated: &'c [u32],
    pub(crate) hashing: &'c Hashing,
}

impl CrossChecks<'_> {
    /// Returns the row that decides about `id`.
    fn deciding(&self, id: Id<'_>) -> Option<u32> {
        self.sources.find(self.rows, Side::Source, id, self.hashing)
    }

    /// Finds sources with several targets. Each fault has the number of rows up
    /// to it.
    pub(crate) fn contradictions(&self, place: impl Fn(u32) -> RowPlace) -> Vec<(u32, MapFault)> {
        let id = |row, side| self.rows.id(row, side);
        let contradicted = |&row: &u32| {
            let first = self.deciding(id(row, Side::Source))?;
            (id(row, Side::Target) != id(first, Side::Target)).then_some((first, row))
        };
        let found: Vec<_> = self.repeated.par_iter().filter_map(contradicted).collect();
        let contradiction = |(first, row)| {
            let source = self.rows.source(first).into_owned();
            let places = [place(first), place(row)];
            (row + 1, MapFault::Contradiction { source, places })
        };
        found.into_iter().map(contradiction).collect()
    }

    /// Finds targets that are sources of other targets.
    pub(crate) fn chains(&self, place: impl Fn(u32) -> RowPlace) -> Vec<MapFault> {
        let next = |row: u32| {
            let target = self.rows.id(row, Side::Target);
            if self.rows.is_kept(row) {
                return None;
            }
            let next = self.deciding(target)?;
            (self.rows.id(next, Side::Target) != target).then_some((row, next))
        };
        let links: Vec<_> = (0..self.rows.len() as u32).into_par_iter().filter_map(next).collect();
        let links = links.into_iter().filter(|(row, _)| self.repeated.binary_search(row).is_err());
        let chain = |(row, next): (u32, u32)| {
            // As its first row spells it.
            let id = match next < row {
                true => self.rows.source(next).into_owned(),
                false => self.rows.target(row).to_owned(),
            };
            MapFault::Chain { id, places: [place(row), place(next)] }
        };
        links.map(chain).collect()
    }

    /// Returns the undecided rows, here `rows`, whose source no row decides, and
    /// those that repeat another, each after that one.
    pub(crate) fn undecided(&self, rows: &Rows, uuids: usize) -> (Vec<u32>, Vec<(u32, u32)>) {
        let (index, repeating) = Index::new(rows, Side::Source, uuids, &[], self.hashing);
        let is_open = |row: &u32| {
            repeating.binary_search(row).is_err()
                && self.deciding(rows.id(*row, Side::Source)).is_none()
        };
        let open = (0..rows.len() as u32).into_par_iter().filter(is_open).collect();
        let repeated = CrossChecks { rows, ..*self }.first_rows(&index, Side::Source, &repeating);
        (open, repeated)
    }

    /// Returns `repeating` rows, whose ID on `side` occurs in an earlier one,
    /// each after the first that has it.
    pub(crate) fn first_rows(
        &self,
        index: &Index,
        side: Side,
        repeating: &[u32],
    ) -> Vec<(u32, u32)> {
        let first = |&row: &u32| {
            let first = index.find(self.rows, side, self.rows.id(row, side), self.hashing)?;
            Some((first, row))
        };
        repeating.par_iter().filter_map(first).collect()
    }

    /// Returns rows that share a target with an earlier one, each after the
    /// first that has it; sorted.
    pub(crate) fn sharing(&self, targets: &Index, repeating: &[u32]) -> Vec<(u32, u32)> {
        let mut sharing = self.first_rows(targets, Side::Target, repeating);
        sharing.par_sort_unstable();
        sharing
    }

    /// Returns the rows whose target is of another form than the majority,
    /// without repeated ones.
    pub(crate) fn odd_targets(&self, forms: FormCount) -> Vec<u32> {
        let Some((form, 1..)) = forms.majority() else { return Vec::new() };
        let is_odd = |&row: &u32| {
            !self.rows.is_kept(row)
                && self.rows.form(row, Side::Target) != form
                && self.repeated.binary_search(&row).is_err()
        };
        (0..self.rows.len() as u32).into_par_iter().filter(is_odd).collect()
    }

    /// Returns the counts without those of repeated rows.
    pub(crate) fn without_repeated(&self, mut counts: RowCounts) -> RowCounts {
        for &row in self.repeated.iter().filter(|row| !self.rows.is_kept(**row)) {
            let form = |side| self.rows.form(row, side);
            counts.sources.remove(form(Side::Source));
            counts.targets.remove(form(Side::Target));
        }
        counts
    }
}
