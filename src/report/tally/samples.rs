//! The first few distinct values of many.

use std::collections::HashMap;

use crate::error::excerpt;

/// The first distinct values of some kind, as they are shown, by their place in
/// the table.
#[derive(Debug, Clone, Default)]
pub struct Samples(HashMap<Box<str>, u64>);

impl Samples {
    /// How many are kept.
    pub(crate) const KEPT: usize = 10;

    /// Sees a value at a byte offset of its table, and keeps it if it is one of
    /// the first.
    pub fn see(&mut self, value: &str, offset: u64) {
        // Most values are known already and are shown unchanged.
        if self.0.get(value).is_some_and(|first| *first <= offset) {
            return;
        }
        if !self.is_full() || self.0.values().any(|first| offset < *first) {
            self.keep(&excerpt(value), offset);
        }
    }

    /// The same for a value as it is shown. A value that is displaced can never
    /// come back, because those before it stay.
    pub(crate) fn keep(&mut self, shown: &str, offset: u64) {
        if let Some(first) = self.0.get_mut(shown) {
            *first = offset.min(*first);
            return;
        }
        if self.is_full() {
            let Some(last) = self.0.iter().max_by_key(|(_, first)| **first) else { return };
            if *last.1 < offset {
                return;
            }
            let last = last.0.clone();
            self.0.remove(&last);
        }
        self.0.insert(shown.into(), offset);
    }

    fn is_full(&self) -> bool {
        self.0.len() == Self::KEPT
    }

    /// Adds the values of another sample.
    pub fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|(shown, offset)| self.keep(shown, *offset));
    }

    /// The values as they are shown, by their places.
    pub fn in_order(&self) -> Vec<&str> {
        let mut samples: Vec<_> = self.0.iter().collect();
        samples.sort_by_key(|(_, offset)| **offset);
        samples.into_iter().map(|(value, _)| &**value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_the_first_ten_however_they_are_split() {
        let values: Vec<(String, u64)> =
            (0..200).map(|n| (format!("v{}", (n * 7) % 31), n)).collect();
        let mut whole = Samples::default();
        values.iter().for_each(|(value, offset)| whole.see(value, *offset));
        for workers in 2..5 {
            let mut split = vec![Samples::default(); workers];
            for (n, (value, offset)) in values.iter().enumerate() {
                split[n * n % workers].see(value, *offset);
            }
            let mut merged = Samples::default();
            split.iter().rev().for_each(|part| merged.merge(part));
            assert_eq!(merged.in_order(), whole.in_order());
        }
        assert_eq!(whole.in_order().len(), Samples::KEPT);
        assert_eq!(whole.in_order()[..2], ["v0", "v7"]);
    }

    #[test]
    fn what_is_shown_alike_is_one() {
        let mut samples = Samples::default();
        let long = "x".repeat(100);
        for (value, offset) in [("b", 3), (&*format!("{long}1"), 2), (&format!("{long}2"), 1)] {
            samples.see(value, offset);
        }
        assert_eq!(samples.in_order(), [&*format!("{long}…"), "b"]);
    }
}
