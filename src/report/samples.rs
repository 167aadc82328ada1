//! The first few distinct values of many.

use std::collections::HashMap;

/// How many are kept.
const KEPT: usize = 10;

/// The first distinct values of some kind, by where they stand in their table.
#[derive(Debug, Clone, Default)]
pub struct Samples(HashMap<Box<str>, u64>);

impl Samples {
    /// Keeps a value, in bytes from the start of its table, if it is one of
    /// the first. A value that is crowded out can never come back: those
    /// before it stay.
    pub fn see(&mut self, value: &str, offset: u64) {
        if let Some(first) = self.0.get_mut(value) {
            *first = offset.min(*first);
            return;
        }
        if self.0.len() == KEPT {
            let Some(last) = self.0.iter().max_by_key(|(_, first)| **first) else { return };
            if *last.1 < offset {
                return;
            }
            let last = last.0.clone();
            self.0.remove(&last);
        }
        self.0.insert(value.into(), offset);
    }

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|(value, offset)| self.see(value, *offset));
    }

    /// The values, in the order in which they stand.
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
        assert_eq!(whole.in_order().len(), KEPT);
        assert_eq!(whole.in_order()[..2], ["v0", "v7"]);
    }
}
