//! The lengths of a map's IDs, which rule out most text without a lookup.

use super::id_map::IdMap;

/// The lengths that IDs of a map have.
#[derive(Debug, Clone, Default)]
pub struct IdLengths {
    /// One bit for each length below 256.
    short: [u64; Self::WORDS],
    /// Whether any ID is longer than that.
    long: bool,
}

impl IdLengths {
    const WORDS: usize = 4;

    /// The lengths of no IDs.
    pub const NONE: Self = Self { short: [0; Self::WORDS], long: false };

    /// Whether an ID may have this length. From 256 bytes on, either every
    /// length may occur or none.
    #[inline]
    pub fn has(&self, length: usize) -> bool {
        self.short.get(length / 64).map_or(self.long, |word| word >> (length % 64) & 1 == 1)
    }

    fn add(&mut self, length: usize) {
        match self.short.get_mut(length / 64) {
            Some(word) => *word |= 1 << (length % 64),
            None => self.long = true,
        }
    }
}

/// The length of a UUID.
const UUID: usize = 36;

impl IdMap {
    /// Returns the lengths of all sources and targets.
    pub fn lengths(&self) -> IdLengths {
        let mut lengths = IdLengths::default();
        // UUIDs are kept by value, without a length.
        lengths.add(UUID);
        for row in 0..self.rows.len() as u32 {
            self.rows.text_lengths(row).into_iter().for_each(|length| lengths.add(length));
        }
        lengths
    }

    /// Returns the lengths of all sources.
    pub fn source_lengths(&self) -> IdLengths {
        let mut lengths = IdLengths::default();
        lengths.add(UUID);
        let kept = (0..self.rows.len() as u32).map(|row| self.rows.text_lengths(row)[0]);
        // No source is empty.
        kept.filter(|length| *length > 0).for_each(|length| lengths.add(length));
        lengths
    }
}

#[cfg(test)]
mod tests {
    use super::IdLengths;
    use crate::idmap::build::MapBuilder;

    #[test]
    fn has_the_length_of_every_id() {
        let mut builder = MapBuilder::default();
        let long = "x".repeat(300);
        for (line, (source, target)) in
            [("a11ce000-0000-4000-8000-000000000001", "user_1"), ("anna", "anna"), (&*long, "é")]
                .into_iter()
                .enumerate()
        {
            builder.add(source, target, "ids.csv".as_ref(), line as u64).expect("added");
        }
        let map = builder.build(false).expect("sound");
        let lengths = map.lengths();
        for (length, has) in [(1, false), (2, true), (4, true), (5, false), (6, true), (36, true)] {
            assert_eq!(lengths.has(length), has, "{length}");
        }
        assert!(lengths.has(300) && lengths.has(301));
        let sources = map.source_lengths();
        for (length, has) in [(0, false), (2, false), (4, true), (6, false), (36, true)] {
            assert_eq!(sources.has(length), has, "{length}");
        }
        assert!(!IdLengths::default().has(300));
    }
}
