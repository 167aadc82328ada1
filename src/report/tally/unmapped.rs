//! The unmapped IDs of a run, sorted. There can be millions of them.

use rayon::slice::ParallelSliceMut;

use super::tally::{FirstSeen, TableTally, Tally};

/// An unmapped ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unmapped<'t> {
    /// The ID, as lists show it.
    pub id: &'t str,
    /// The index of the table in which it occurs first.
    pub table: usize,
    /// How often it occurs in all tables, and where first in that table.
    pub seen: FirstSeen,
}

impl Tally {
    /// Whether there is any unmapped ID.
    pub fn has_unmapped(&self) -> bool {
        self.tables.iter().any(|table| !table.unmapped.is_empty())
    }

    /// The unmapped IDs of all tables, sorted, each once.
    pub fn unmapped(&self) -> Vec<Unmapped<'_>> {
        let tables = self.tables.iter().enumerate();
        let mut all: Vec<_> = tables
            .flat_map(|(table, tally)| {
                tally.unmapped.iter().map(move |(id, seen)| Unmapped { id, table, seen: *seen })
            })
            .map(|unmapped| (prefix(unmapped.id), unmapped))
            .collect();
        all.par_sort_unstable_by_key(|(prefix, unmapped)| (*prefix, unmapped.id, unmapped.table));
        let mut sorted: Vec<Unmapped<'_>> = Vec::with_capacity(all.len());
        for (_, unmapped) in all {
            match sorted.last_mut() {
                Some(known) if known.id == unmapped.id => known.seen.count += unmapped.seen.count,
                _ => sorted.push(unmapped),
            }
        }
        sorted
    }

    /// The number of distinct unmapped IDs.
    pub fn distinct_unmapped(&self) -> u64 {
        let tables = self.tables.iter().enumerate();
        let new = tables.map(|(number, table)| {
            let earlier = &self.tables[..number];
            let is_new = |id: &str| !earlier.iter().any(|table| table.unmapped.contains_key(id));
            table.unmapped.keys().filter(|id| is_new(id)).count() as u64
        });
        new.sum()
    }
}

impl TableTally {
    /// The first `count` unmapped IDs in sorted order.
    pub(crate) fn first_unmapped(&self, count: usize) -> Vec<&str> {
        let mut all: Vec<_> = self.unmapped.keys().map(|id| (prefix(id), &**id)).collect();
        if all.len() > count {
            all.select_nth_unstable(count);
            all.truncate(count);
        }
        all.sort_unstable();
        all.into_iter().map(|(_, id)| id).collect()
    }
}

/// The first bytes of an ID as a number that sorts like them. Comparing two
/// such numbers tells nearly all IDs apart without reading their text.
fn prefix(id: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = id.len().min(8);
    bytes[..length].copy_from_slice(&id.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(tables: &[&[&str]]) -> Tally {
        let tables = tables.iter().map(|ids| {
            let mut table = TableTally::default();
            for (at, id) in ids.iter().enumerate() {
                let seen = FirstSeen { count: 1, offset: at as u64, line: at as u64 + 1, field: 0 };
                table.sight(id, seen);
            }
            table
        });
        Tally { tables: tables.collect(), used: Vec::new() }
    }

    #[test]
    fn sorts_by_bytes_and_adds_up() {
        let long = ["prefix-shared", "prefix-s", "prefix-", "é", "", "prefix-shared\0"];
        let tally = tally(&[&["b", "a", "b"], &long, &["prefix-s", "b"]]);
        let mut expected: Vec<&str> = long.to_vec();
        expected.extend(["a", "b"]);
        expected.sort_unstable();
        let unmapped = tally.unmapped();
        assert_eq!(unmapped.iter().map(|one| one.id).collect::<Vec<_>>(), expected);
        assert_eq!(tally.distinct_unmapped(), 8);
        let counts: Vec<_> = unmapped.iter().map(|one| (one.table, one.seen.count)).collect();
        let place = |id| expected.iter().position(|other| *other == id).expect("there");
        assert_eq!((counts[place("b")], counts[place("prefix-s")]), ((0, 3), (1, 2)));
        assert_eq!(tally.tables[1].first_unmapped(3), ["", "prefix-", "prefix-s"]);
        assert_eq!(tally.tables[1].first_unmapped(9).len(), 6);
    }
}
