//! The map read out again: each source once, in the order of its rows.

use std::borrow::Cow;

use super::id_map::IdMap;

/// A source, and what the map decides about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'m> {
    /// The source, as its first row spells it.
    pub source: Cow<'m, str>,
    /// The target, as that row spells it: the source itself if it is kept,
    /// `None` if it is undecided.
    pub target: Option<Cow<'m, str>>,
}

impl IdMap {
    /// Returns each source once, with its target, in the order of the rows.
    pub fn decisions(&self) -> impl Iterator<Item = Decision<'_>> {
        let listing = &self.listing;
        let mut open = listing.open.iter().copied().peekable();
        let mut decided = self.decided_rows().peekable();
        std::iter::from_fn(move || {
            let comes_first = |row: &u32| {
                let before = listing.undecided_lines.decided_before(*row);
                decided.peek().is_none_or(|decided| before <= *decided)
            };
            match open.next_if(comes_first) {
                Some(row) => Some(Decision { source: listing.undecided.source(row), target: None }),
                None => decided.next().map(|row| self.decision(row)),
            }
        })
    }

    /// Returns the first row of each source that has a target.
    pub(crate) fn decided_rows(&self) -> impl Iterator<Item = u32> {
        (0..self.rows.len() as u32).filter(|row| !self.listing.is_repeated(*row))
    }

    fn decision(&self, row: u32) -> Decision<'_> {
        Decision { source: self.rows.source(row), target: Some(self.rows.target_or_source(row)) }
    }
}
