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
    table: HashTable<u32>,
    hasher: FixedState,
}

impl Ids {
    #[inline]
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let uuid = is_uuid(id);
        let hash = hash(&self.hasher, id, uuid);
        self.table.find(hash, |&known| same(self.text(known), id, uuid)).copied()
    }

    /// The number of `id`, added where it is new. `None` where the IDs have
    /// outgrown 4 GiB.
    pub(super) fn intern(&mut self, id: &str) -> Option<u32> {
        let uuid = is_uuid(id);
        let hash = hash(&self.hasher, id, uuid);
        let found = self.table.find(hash, |&known| same(self.text(known), id, uuid));
        if let Some(&known) = found {
            return Some(known);
        }
        let number = self.spell(id)?;
        let (ends, text, hasher) = (&self.ends, self.text.as_str(), &self.hasher);
        self.table.insert_unique(hash, number, |&known| {
            let known = spelling(text, ends, known);
            self::hash(hasher, known, is_uuid(known))
        });
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
        spelling(&self.text, &self.ends, number)
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

#[inline]
fn spelling<'t>(text: &'t str, ends: &[u32], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[number] as usize]
}

#[inline]
fn hash(state: &FixedState, id: &str, uuid: bool) -> u64 {
    let mut hasher = state.build_hasher();
    let mut lower = [0; 36];
    let mut bytes = id.as_bytes();
    if uuid {
        lower.copy_from_slice(bytes);
        lower.make_ascii_lowercase();
        bytes = &lower;
    }
    hasher.write(bytes);
    hasher.finish()
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
