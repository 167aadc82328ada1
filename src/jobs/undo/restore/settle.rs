//! What becomes of each line of a record: the old value is put back, stands
//! there already, or the value has drifted.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::find::{Site, Sites};
use super::places::Places;
use crate::jobs::undo::log::Change;
use crate::json::{Hit, Kind, container_end, decode_hit};

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The old value goes where the new one stands.
    Restored(Range<usize>),
    /// The old value stands there.
    Already,
    /// It is left alone; what stands there, if anything does.
    Drifted(Why, Option<Range<usize>>),
}

/// Why a value is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its table is not in the export.
    NoTable,
    /// Its record is not in the export.
    NoRecord,
    /// Its record has no such place.
    NoPlace,
    /// Something else stands there.
    Other,
    /// A name on the way to it is repeated, and it cannot be told which of the
    /// values was mapped.
    Repeated,
    /// The old name would come up twice in its object.
    NameTwice,
}

/// Settles all lines of a record that begins at `line` of a block.
pub(crate) fn settle(block: &[u8], line: usize, changes: &[Change]) -> Vec<Fate> {
    let places = Places::of(changes);
    let sites = Sites::find(block, line, &places);
    let fates = vec![Fate::Drifted(Why::NoPlace, None); changes.len()];
    let mut pass = Pass { block, changes, fates, text: String::new() };
    for (place, node) in places.nodes.iter().enumerate() {
        pass.pair(&node.values, &sites.at(place).values);
        pass.pair(&node.keys, &sites.at(place).names);
        pass.spare_names(&node.keys, sites.at(place));
    }
    pass.spare_shared();
    pass.fates
}

/// Whether nothing of a record's lines has drifted.
pub(crate) fn is_whole(fates: &[Fate]) -> bool {
    fates.iter().all(|fate| !matches!(fate, Fate::Drifted(..)))
}

struct Pass<'p> {
    block: &'p [u8],
    changes: &'p [Change],
    fates: Vec<Fate>,
    text: String,
}

impl Pass<'_> {
    /// Pairs the lines about a place with what stands there. Both are in the
    /// order of the record, so that where as many stand there as were mapped,
    /// the first is the first.
    fn pair(&mut self, lines: &[usize], hits: &[Hit]) {
        match lines.len() == hits.len() {
            true => lines.iter().zip(hits).for_each(|(line, hit)| self.settle(*line, hit)),
            false => self.pair_by_value(lines, hits),
        }
    }

    fn settle(&mut self, line: usize, hit: &Hit) {
        let change = &self.changes[line];
        let is_string = matches!(hit.kind, Kind::String { .. });
        let exact = is_string && decode_hit(self.block, hit, &mut self.text);
        self.fates[line] = match self.text.as_str() {
            text if exact && text == change.new => Fate::Restored(hit.start..hit.end),
            text if exact && text == change.old => Fate::Already,
            _ => Fate::Drifted(Why::Other, Some(self.whole(hit))),
        };
    }

    /// The same where a name on the way is repeated and not all of its values
    /// were mapped: only as many new values as lines can be told apart.
    fn pair_by_value(&mut self, lines: &[usize], hits: &[Hit]) {
        let changes = self.changes;
        let mut by_value: HashMap<&str, (Vec<usize>, Vec<&Hit>)> = HashMap::new();
        for &line in lines {
            by_value.entry(&changes[line].new).or_default().0.push(line);
        }
        let mut standing = HashSet::new();
        for hit in hits.iter().filter(|hit| matches!(hit.kind, Kind::String { .. })) {
            if decode_hit(self.block, hit, &mut self.text) {
                if let Some((_, hits)) = by_value.get_mut(&*self.text) {
                    hits.push(hit);
                }
                standing.insert(self.text.clone());
            }
        }
        for (lines, same) in by_value.into_values() {
            for (number, &line) in lines.iter().enumerate() {
                self.fates[line] = match same.get(number).filter(|_| same.len() == lines.len()) {
                    Some(hit) => Fate::Restored(hit.start..hit.end),
                    None if same.is_empty() && standing.contains(&changes[line].old) => {
                        Fate::Already
                    }
                    None => self.untold(same.first().copied().or(hits.first()), same.is_empty()),
                };
            }
        }
    }

    fn untold(&self, hit: Option<&Hit>, is_other: bool) -> Fate {
        match hit {
            None => Fate::Drifted(Why::NoPlace, None),
            Some(hit) => {
                let why = if is_other { Why::Other } else { Why::Repeated };
                Fate::Drifted(why, Some(self.whole(hit)))
            }
        }
    }

    /// Spares names of objects in which the old one would come up twice.
    fn spare_names(&mut self, lines: &[usize], site: &Site) {
        let restored: Vec<_> =
            lines.iter().copied().filter(|&line| self.is_restored(line)).collect();
        if restored.is_empty() || site.names.len() == 1 {
            return;
        }
        let mut names = HashMap::new();
        site.objects.iter().for_each(|object| *names.entry(*object).or_insert(0_usize) += 1);
        let starts = site.names.iter().map(|name| name.start).zip(&site.objects);
        let object: HashMap<usize, usize> =
            starts.map(|(start, object)| (start, *object)).collect();
        for line in restored {
            if let Fate::Restored(span) = &self.fates[line]
                && object.get(&span.start).and_then(|object| names.get(object)) > Some(&1)
            {
                self.fates[line] = Fate::Drifted(Why::NameTwice, Some(span.clone()));
            }
        }
    }

    fn is_restored(&self, line: usize) -> bool {
        matches!(self.fates[line], Fate::Restored(_))
    }

    /// Spares values that several lines claim.
    fn spare_shared(&mut self) {
        let mut claims: Vec<_> = self.fates.iter().enumerate().filter_map(claim).collect();
        claims.sort_unstable();
        for shared in claims.chunk_by(|a, b| a.0 == b.0).filter(|claims| claims.len() > 1) {
            for &(start, line) in shared {
                if let Fate::Restored(span) = &self.fates[line] {
                    let found = start..span.end;
                    self.fates[line] = Fate::Drifted(Why::Repeated, Some(found));
                }
            }
        }
    }

    fn whole(&self, hit: &Hit) -> Range<usize> {
        match hit.kind {
            Kind::Container => hit.start..container_end(self.block, hit.start),
            _ => hit.start..hit.end,
        }
    }
}

fn claim((line, fate): (usize, &Fate)) -> Option<(usize, usize)> {
    match fate {
        Fate::Restored(span) => Some((span.start, line)),
        _ => None,
    }
}
