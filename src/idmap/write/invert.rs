//! Whether a map can be turned around without losing anything.

use std::fmt;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::error::{Class, Error, Fault, Result, excerpt, write_list};
use crate::idmap::build::is_odd;
use crate::idmap::fault::RowPlace;
use crate::idmap::id::{Id, shown};
use crate::idmap::map::{Findings, IdMap, SharedTarget, name_places};
use crate::idmap::table::Side;

/// What the inverse of a map would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// A target that several sources share: it leads back to one of them only.
    Shared(SharedTarget),
    /// A UUID that two rows spell differently: its target leads back to one of
    /// the spellings.
    Spellings {
        /// The source, as lists show it.
        source: String,
        /// Where it stands first, and where it is spelled otherwise.
        places: [RowPlace; 2],
    },
    /// An undecided source that is also a target: the map leaves it alone in
    /// the data, and the inverse would take it for what the map has written.
    OpenTarget {
        /// The source, as lists show it.
        source: String,
        /// Where it is a target first, and where it is undecided.
        places: [RowPlace; 2],
    },
    /// A source that no map can have as a target, for the blanks around it or
    /// the control characters in it.
    OddSource {
        /// The source.
        source: String,
        /// Where it stands.
        place: RowPlace,
    },
}

impl IdMap {
    /// Whether the map can be written [`super::convert::Direction::Inverted`] so that a
    /// run with the inverse takes back what a run with the map did. Works on
    /// all threads of the current pool.
    ///
    /// # Errors
    /// All that would be lost, [`Findings::KEPT`] of it named.
    pub fn check_invertible(&self) -> Result<()> {
        let (respelled, open, odd) = (self.respelled(), self.open_targets(), self.odd_sources());
        let total = self.health.many_to_one + (respelled.len() + open.len() + odd.len()) as u64;
        if total == 0 {
            return Ok(());
        }
        let shared = self.findings.shared.iter().cloned().map(Loss::Shared);
        let respelled = respelled.into_iter().map(|(first, row)| Loss::Spellings {
            source: shown(&self.rows.source(first)).into_owned(),
            places: [first, row].map(|row| self.listing.place(row)),
        });
        let open = open.into_iter().map(|(target, row)| Loss::OpenTarget {
            source: shown(&self.listing.undecided.source(row)).into_owned(),
            places: [self.listing.place(target), self.listing.undecided_place(row)],
        });
        let odd = odd.into_iter().map(|row| Loss::OddSource {
            source: self.rows.source(row).into_owned(),
            place: self.listing.place(row),
        });
        let losses = shared.chain(respelled).chain(open).chain(odd);
        let losses = losses.take(Findings::KEPT).collect();
        Err(Error::new(NotInvertible { losses, total }))
    }

    /// Rows that spell their source in another way than the first that has it,
    /// each after that one. Rows that keep their ID lose nothing.
    fn respelled(&self) -> Vec<(u32, u32)> {
        let other = |&row: &u32| {
            let id = self.rows.id(row, Side::Source);
            let first = self.sources.find(&self.rows, Side::Source, id, &self.hashing)?;
            let differs = self.rows.source(first) != self.rows.source(row);
            (differs && !self.rows.is_kept(row)).then_some((first, row))
        };
        self.listing.repeated.par_iter().filter_map(other).collect()
    }

    /// Undecided rows whose source is a target, each after the first row that
    /// has it.
    fn open_targets(&self) -> Vec<(u32, u32)> {
        let target = |&row: &u32| {
            let id = self.listing.undecided.id(row, Side::Source);
            let first = self.targets.find(&self.rows, Side::Target, id, &self.hashing)?;
            Some((first, row))
        };
        self.listing.open.par_iter().filter_map(target).collect()
    }

    fn odd_sources(&self) -> Vec<u32> {
        let is_lost = |&row: &u32| match self.rows.id(row, Side::Source) {
            Id::Uuid(_) => false,
            Id::Text(text) => {
                is_odd(text) && !self.rows.is_kept(row) && !self.listing.is_repeated(row)
            }
        };
        (0..self.rows.len() as u32).into_par_iter().filter(is_lost).collect()
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared(SharedTarget { target, rows, places }) => {
                let target = excerpt(target);
                write!(f, "target {target} has several sources: {}", name_places(places, *rows))
            }
            Self::Spellings { source, places: [first, other] } => {
                write!(f, "{other}: source {} is spelled otherwise on {first}", excerpt(source))
            }
            Self::OpenTarget { source, places: [target, open] } => write!(
                f,
                "{open}: source {} is undecided, and a target on {target}",
                excerpt(source)
            ),
            Self::OddSource { source, place } => write!(
                f,
                "{place}: source \"{}\" has blanks around it, or control characters: no map can have it as a target",
                excerpt(source)
            ),
        }
    }
}

/// An ID map that cannot be inverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInvertible {
    /// What would be lost, or the first of it.
    pub losses: Vec<Loss>,
    /// How much there is of it.
    pub total: u64,
}

impl Fault for NotInvertible {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice =
            "To take back what a run did, give its change log to idswap undo: that loses nothing.";
        Some(advice.to_owned())
    }
}

impl fmt::Display for NotInvertible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the inverse of this map would lose something:\n  ")?;
        write_list(f, &self.losses, self.total)
    }
}
