//! Decides what becomes of each change of a record: the old value is restored,
//! it is there already, or the value has drifted.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::outcome::{DriftReason, Outcome};
use super::path_hits::{self, PathHits};
use super::path_tree::PathTree;
use crate::jobs::undo::log::Change;
use crate::json::{Hit, Kind, container_end, decode_hit};

/// Decides all changes of a record that begins at `line` of a block.
pub(crate) fn decide(block: &[u8], line: usize, changes: &[Change]) -> Vec<Outcome> {
    let tree = PathTree::of(changes);
    let hits = path_hits::find(block, line, &tree);
    let outcomes = vec![Outcome::Drifted(DriftReason::NoPlace, None); changes.len()];
    let mut decider = Decider { block, changes, outcomes, text: String::new() };
    for (node, PathHits { values, names }) in tree.nodes.iter().zip(&hits) {
        decider.pair(&node.values, values.iter());
        decider.pair(&node.names, names.iter().map(|(name, _)| name));
        decider.spare_names(&node.names, names);
    }
    decider.spare_shared();
    decider.outcomes
}

struct Decider<'p> {
    block: &'p [u8],
    changes: &'p [Change],
    outcomes: Vec<Outcome>,
    text: String,
}

impl<'p> Decider<'p> {
    /// Pairs the changes of a path with the hits there. Both are in the order
    /// of the record, so if there are as many hits as changes, the first hit
    /// belongs to the first change.
    fn pair<'h>(&mut self, numbers: &[usize], hits: impl ExactSizeIterator<Item = &'h Hit>) {
        match numbers.len() == hits.len() {
            true => numbers.iter().zip(hits).for_each(|(number, hit)| self.decide(*number, hit)),
            false => self.pair_by_value(numbers, &hits.collect::<Vec<_>>()),
        }
    }

    fn decide(&mut self, number: usize, hit: &Hit) {
        let change = &self.changes[number];
        let is_string = matches!(hit.kind, Kind::String { .. });
        let is_exact = is_string && decode_hit(self.block, hit, &mut self.text);
        self.outcomes[number] = match self.text.as_str() {
            text if is_exact && text == change.new => Outcome::Restored(hit.start..hit.end),
            text if is_exact && text == change.old => Outcome::Already,
            _ => Outcome::Drifted(DriftReason::Other, Some(self.span(hit))),
        };
    }

    /// Pairs by value where a name on the path is repeated and not all of its
    /// values were mapped. Changes to the same new value are restored only if
    /// it occurs as often as there are such changes.
    fn pair_by_value(&mut self, numbers: &[usize], hits: &[&Hit]) {
        let mut by_value: HashMap<&str, (Vec<usize>, Vec<&Hit>)> = HashMap::new();
        for &number in numbers {
            by_value.entry(&self.changes[number].new).or_default().0.push(number);
        }
        let mut present = HashSet::new();
        for &hit in hits.iter().filter(|hit| matches!(hit.kind, Kind::String { .. })) {
            if decode_hit(self.block, hit, &mut self.text) {
                if let Some((_, same)) = by_value.get_mut(&*self.text) {
                    same.push(hit);
                }
                present.insert(self.text.clone());
            }
        }
        for (numbers, same) in by_value.into_values() {
            for (place, &number) in numbers.iter().enumerate() {
                let is_present = present.contains(&self.changes[number].old);
                let hit = same.get(place).filter(|_| same.len() == numbers.len());
                self.outcomes[number] = match hit {
                    Some(hit) => Outcome::Restored(hit.start..hit.end),
                    None if same.is_empty() && is_present => Outcome::Already,
                    None => self.drifted(same.first().or(hits.first()), same.is_empty()),
                };
            }
        }
    }

    /// The outcome of a change that cannot be paired; `hit` is what is shown.
    fn drifted(&self, hit: Option<&&Hit>, is_other: bool) -> Outcome {
        match hit {
            None => Outcome::Drifted(DriftReason::NoPlace, None),
            Some(hit) => {
                let why = if is_other { DriftReason::Other } else { DriftReason::Repeated };
                Outcome::Drifted(why, Some(self.span(hit)))
            }
        }
    }

    /// Leaves member names alone in objects in which the old name would occur
    /// twice: those that have several of these `names`.
    fn spare_names(&mut self, numbers: &[usize], names: &[(Hit, usize)]) {
        if numbers.is_empty() || names.len() == 1 {
            return;
        }
        let mut counts: HashMap<usize, usize> = HashMap::new();
        names.iter().for_each(|(_, object)| *counts.entry(*object).or_default() += 1);
        let repeated = names.iter().filter(|(_, object)| counts[object] > 1);
        let repeated: HashSet<usize> = repeated.map(|(name, _)| name.start).collect();
        for &number in numbers {
            if let Outcome::Restored(span) = &self.outcomes[number]
                && repeated.contains(&span.start)
            {
                self.outcomes[number] =
                    Outcome::Drifted(DriftReason::NameTwice, Some(span.clone()));
            }
        }
    }

    /// Leaves values alone that several changes would restore.
    fn spare_shared(&mut self) {
        let restored =
            |(number, outcome): (usize, &Outcome)| Some((outcome.restored()?.start, number));
        let mut claims: Vec<_> = self.outcomes.iter().enumerate().filter_map(restored).collect();
        claims.sort_unstable();
        for shared in claims.chunk_by(|a, b| a.0 == b.0).filter(|claims| claims.len() > 1) {
            for &(_, number) in shared {
                let span = self.outcomes[number].restored().cloned();
                self.outcomes[number] = Outcome::Drifted(DriftReason::Repeated, span);
            }
        }
    }

    /// The span of a value, containers included.
    fn span(&self, hit: &Hit) -> Range<usize> {
        match hit.kind {
            Kind::Container => hit.start..container_end(self.block, hit.start),
            _ => hit.start..hit.end,
        }
    }
}
