//! How long a map's IDs are: what tells most text from IDs at a glance.

use super::IdMap;

/// The lengths that IDs of a map have.
#[derive(Debug, Clone, Default)]
pub struct Lengths([u64; Self::WORDS]);

impl Lengths {
    const WORDS: usize = 4;

    /// Whether an ID could be so long. Beyond some length all could.
    #[inline]
    pub fn has(&self, length: usize) -> bool {
        self.0.get(length / 64).is_none_or(|word| word >> (length % 64) & 1 == 1)
    }

    fn add(&mut self, length: usize) {
        if let Some(word) = self.0.get_mut(length / 64) {
            *word |= 1 << (length % 64);
        }
    }
}

/// The length of a UUID.
const UUID: usize = 36;

impl IdMap {
    /// The lengths of all sources and targets.
    pub fn lengths(&self) -> Lengths {
        let mut lengths = Lengths::default();
        // Those that are kept by value leave no length.
        lengths.add(UUID);
        for row in 0..self.rows.len() as u32 {
            self.rows.text_lengths(row).into_iter().for_each(|length| lengths.add(length));
        }
        lengths
    }
}

#[cfg(test)]
mod tests {
    use super::super::MapBuilder;

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
        let lengths = builder.build(false).expect("sound").lengths();
        for (length, has) in [(1, false), (2, true), (4, true), (5, false), (6, true), (36, true)] {
            assert_eq!(lengths.has(length), has, "{length}");
        }
        assert!(lengths.has(300) && lengths.has(301));
    }
}
