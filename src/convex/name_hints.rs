//! Selects the records of a block that need a walk because of their names.

use std::iter::Peekable;

use memchr::memmem::{FindIter, find_iter};

/// Signs in a record of a name that an import may refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameHints {
    /// Quotes before an underscore, those of its `_id` and `_creationTime`
    /// included.
    pub underscores: usize,
    /// Quotes before a dollar sign, or before an escape, which can hide either.
    pub others: usize,
}

/// Goes through the records of a block in order. Nearly all have nothing odd,
/// and a search for two bytes finds that out faster than any parser.
pub(crate) struct Suspects<'b> {
    underscores: Peekable<FindIter<'b, 'static>>,
    dollars: Peekable<FindIter<'b, 'static>>,
    escapes: Peekable<FindIter<'b, 'static>>,
}

impl<'b> Suspects<'b> {
    /// Begins a block.
    pub(crate) fn new(block: &'b [u8]) -> Self {
        let find = |what: &'static [u8]| find_iter(block, what).peekable();
        Self { underscores: find(b"\"_"), dollars: find(b"\"$"), escapes: find(b"\"\\") }
    }

    /// The signs in the next record, which ends at `end`.
    pub(crate) fn up_to(&mut self, end: usize) -> NameHints {
        NameHints {
            underscores: count(&mut self.underscores, end),
            others: count(&mut self.dollars, end) + count(&mut self.escapes, end),
        }
    }
}

fn count(places: &mut Peekable<FindIter<'_, '_>>, end: usize) -> usize {
    std::iter::from_fn(|| places.next_if(|place| *place < end)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_has_its_own() {
        let block = b"{\"_id\":\"_\",\"a\":\"$\"}\n{}\n{\"\\u005f\":\"_\"}";
        let mut suspects = Suspects::new(block);
        let ends = [19, 22, block.len()];
        let seen = ends.map(|end| {
            let NameHints { underscores, others } = suspects.up_to(end);
            (underscores, others)
        });
        assert_eq!(seen, [(2, 1), (0, 0), (1, 1)]);
    }
}
