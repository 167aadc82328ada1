//! The hash function of IDs.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use crate::idmap::ids::{Id, Uuid};

/// Hashes IDs. Each process uses another seed, so that nobody can choose IDs
/// in advance that collide; no result depends on it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Hashing(RandomState);

impl Hashing {
    #[inline]
    pub(crate) fn of(&self, id: Id<'_>) -> u64 {
        match id {
            Id::Uuid(uuid) => self.uuid(uuid),
            Id::Text(text) => self.text(text.as_bytes()),
        }
    }

    /// Hashes all bits of a UUID: time-ordered and sequential UUIDs differ in
    /// a few bits only.
    #[inline]
    pub(crate) fn uuid(&self, [first, second]: Uuid) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write_u128(u128::from(first) | u128::from(second) << 64);
        hasher.finish()
    }

    #[inline]
    pub(crate) fn text(&self, text: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(text);
        hasher.finish()
    }
}
