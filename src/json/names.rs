//! The member names that a walk looks for.

/// Names of top-level members, numbered in the order given.
///
/// A plan has a handful of names, so a linear search by length and bytes
/// beats any table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    names: Box<[Box<str>]>,
    lengths: Option<Box<[u32]>>,
    /// For each name its last bytes with the quote before it, as many as fit
    /// into a word, and which bits of the word they fill: nearly every other
    /// name is told apart by these.
    tails: Box<[(u64, u64)]>,
}

impl Names {
    /// Names up to this length can be found by masks, which look back one
    /// word from a closing quote.
    const LONGEST: usize = 62;

    /// Collects names; the number of a name is its place in `names`.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Box<[Box<str>]> = names.into_iter().map(Box::from).collect();
        let lengths = lengths(&names);
        let tails = names.iter().map(|name| tail(name)).collect();
        Self { names, lengths, tails }
    }

    /// The number of `name`, if it is looked for.
    #[inline]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|wanted| **wanted == *name)
    }

    /// The number of the name that stands in quotes at the end of `before`,
    /// but for its closing quote.
    #[inline]
    pub(super) fn find_ending(&self, before: &[u8]) -> Option<usize> {
        let tail = before.last_chunk().map_or(0, |&tail| u64::from_le_bytes(tail));
        let known = before.len() >= 8;
        let found = self.tails.iter().position(|&(mask, bytes)| tail & mask == bytes && known);
        match found {
            Some(first) => self.find_from(first, before),
            None if !known => self.find_from(0, before),
            None => None,
        }
    }

    fn find_from(&self, first: usize, before: &[u8]) -> Option<usize> {
        let found = self.names[first..].iter().position(|wanted| {
            let rest = before.strip_suffix(wanted.as_bytes());
            rest.is_some_and(|rest| rest.last() == Some(&b'"'))
        });
        found.map(|further| first + further)
    }

    /// The distinct lengths of the names, unless one of them cannot be found
    /// by its length: too long, or never written without an escape.
    pub(super) fn lengths(&self) -> Option<&[u32]> {
        self.lengths.as_deref()
    }
}

fn lengths(names: &[Box<str>]) -> Option<Box<[u32]>> {
    let fits = |name: &str| {
        name.len() <= Names::LONGEST
            && !name.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))
    };
    let mut lengths = Vec::new();
    for name in names {
        let length = u32::try_from(name.len()).ok().filter(|_| fits(name))?;
        if !lengths.contains(&length) {
            lengths.push(length);
        }
    }
    Some(lengths.into())
}

fn tail(name: &str) -> (u64, u64) {
    let mut quoted = vec![0; 8];
    quoted.push(b'"');
    quoted.extend_from_slice(name.as_bytes());
    let bytes = quoted.last_chunk().map_or(0, |&tail| u64::from_le_bytes(tail));
    let empty = 8_usize.saturating_sub(name.len() + 1);
    (u64::MAX << (8 * empty), bytes)
}
