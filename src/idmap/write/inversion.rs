//! Checks whether a map can be inverted without losing anything.

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::loss::{Loss, NotInvertible};
use crate::error::{Error, Result};
use crate::idmap::ids::{Id, has_stray_characters, shown};
use crate::idmap::map::{Findings, IdMap};
use crate::idmap::table::Side;

impl IdMap {
    /// Checks that a run with the inverse of the map would take back what a run
    /// with the map did, on all threads of the current pool.
    ///
    /// # Errors
    /// Returns all that would be lost, and the places of the first
    /// [`Findings::KEPT`] losses.
    pub fn check_invertible(&self) -> Result<()> {
        let respelled = self.respelled();
        let undecided = self.undecided_targets();
        let stray = self.stray_sources();
        let others = respelled.len() + undecided.len() + stray.len();
        let total = self.health.many_to_one + others as u64;
        if total == 0 {
            return Ok(());
        }
        let shared = self.findings.shared.iter().cloned().map(Loss::Shared);
        let respelled = respelled.into_iter().map(|(first, row)| Loss::Spellings {
            source: shown(&self.rows.source(first)).into_owned(),
            places: [first, row].map(|row| self.listing.place(row)),
        });
        let undecided = undecided.into_iter().map(|(target, row)| Loss::UndecidedTarget {
            source: shown(&self.listing.undecided.source(row)).into_owned(),
            places: [self.listing.place(target), self.listing.undecided_place(row)],
        });
        let stray = stray.into_iter().map(|row| Loss::StrayInSource {
            source: self.rows.source(row).into_owned(),
            place: self.listing.place(row),
        });
        let losses = shared.chain(respelled).chain(undecided).chain(stray);
        let losses = losses.take(Findings::KEPT).collect();
        Err(Error::new(NotInvertible { losses, total }))
    }

    /// Returns rows that spell their source otherwise than the first row that
    /// has it, each after that one. Rows that keep their ID lose nothing.
    fn respelled(&self) -> Vec<(u32, u32)> {
        let other = |&row: &u32| {
            let id = self.rows.id(row, Side::Source);
            let first = self.sources.find(&self.rows, Side::Source, id, &self.hashing)?;
            let differs = self.rows.source(first) != self.rows.source(row);
            (differs && !self.rows.is_kept(row)).then_some((first, row))
        };
        self.listing.repeated.par_iter().filter_map(other).collect()
    }

    /// Returns undecided rows whose source is a target, each after the first row
    /// that has this target.
    fn undecided_targets(&self) -> Vec<(u32, u32)> {
        let target = |&row: &u32| {
            let id = self.listing.undecided.id(row, Side::Source);
            let first = self.targets.find(&self.rows, Side::Target, id, &self.hashing)?;
            Some((first, row))
        };
        self.listing.open.par_iter().filter_map(target).collect()
    }

    /// Returns rows whose source cannot be a target.
    fn stray_sources(&self) -> Vec<u32> {
        let is_lost = |&row: &u32| match self.rows.id(row, Side::Source) {
            Id::Uuid(_) => false,
            Id::Text(text) => {
                has_stray_characters(text)
                    && !self.rows.is_kept(row)
                    && !self.listing.is_repeated(row)
            }
        };
        (0..self.rows.len() as u32).into_par_iter().filter(is_lost).collect()
    }
}
