//! A set of distinct IDs: their text in one arena, a number for each.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::form::is_uuid;

/// Distinct IDs, numbered from 0. UUID-shaped IDs that differ only in letter
/// case are one ID, spelled as it came first.
#[derive(Debug, Default)]
pub(super) struct Ids {
    text: String,
    /// Where each spelling ends in `text`.
    ends: Vec<u32>,
    /// The number of each ID and a part of its hash, by which most others are
    /// told apart without a look at their text, and which growing needs.
    table: HashTable<(u32, u32)>,
    hasher: FixedState,
}

impl Ids {
    #[inline]
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let uuid = is_uuid(id);
        let tag = tag(&self.hasher, id, uuid);
        let is_it = |&(known, its): &(u32, u32)| its == tag && same(self.text(known), id, uuid);
        self.table.find(spread(tag), is_it).map(|(known, _)| *known)
    }

    /// The number of `id`, added where it is new. `None` where the IDs have
    /// outgrown 4 GiB.
    pub(super) fn intern(&mut self, id: &str) -> Option<u32> {
        if let Some(known) = self.find(id) {
            return Some(known);
        }
        let tag = tag(&self.hasher, id, is_uuid(id));
        let number = self.spell(id)?;
        self.table.insert_unique(spread(tag), (number, tag), |&(_, tag)| spread(tag));
        Some(number)
    }

    /// Adds a spelling that is no ID of its own.
    pub(super) fn spell(&mut self, id: &str) -> Option<u32> {
        let number = u32::try_from(self.ends.len()).ok().filter(|&number| number != u32::MAX)?;
        let end = u32::try_from(self.text.len() + id.len()).ok()?;
        self.text.push_str(id);
        self.ends.push(end);
        Some(number)
    }

    #[inline]
    pub(super) fn text(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[number] as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

#[inline]
fn tag(state: &FixedState, id: &str, uuid: bool) -> u32 {
    let mut hasher = state.build_hasher();
    let mut lower = [0; 36];
    let mut bytes = id.as_bytes();
    if uuid {
        lower.copy_from_slice(bytes);
        lower.make_ascii_lowercase();
        bytes = &lower;
    }
    hasher.write(bytes);
    (hasher.finish() >> 32) as u32
}

/// A hash made of a tag: the table takes its bits from both ends.
#[inline]
fn spread(tag: u32) -> u64 {
    u64::from(tag).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[inline]
fn same(known: &str, id: &str, uuid: bool) -> bool {
    if uuid { known.eq_ignore_ascii_case(id) } else { known == id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_the_case_of_uuids_and_of_nothing_else() {
        let mut ids = Ids::default();
        let upper = "C1C271FB-AF6C-4DE3-9E66-548A52B63855";
        assert_eq!(ids.intern(upper), Some(0));
        assert_eq!(ids.intern(&upper.to_lowercase()), Some(0));
        assert_eq!(ids.intern("Anna"), Some(1));
        assert_eq!(ids.intern("anna"), Some(2));
        assert_eq!(ids.find(&upper.to_lowercase()), Some(0));
        assert_eq!(ids.find("ANNA"), None);
        assert_eq!((ids.text(0), ids.text(2)), (upper, "anna"));
    }
}
