//! The member names that a walk looks for.

/// Names of top-level members, numbered in the order given.
///
/// A plan has a handful of names, so a linear search by length and bytes
/// beats any table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    names: Box<[Box<str>]>,
    lengths: Option<Box<[u32]>>,
    tails: Box<[Tail]>,
}

/// A name with the quote before it. Its last bytes, as many as fit into a
/// wide word, tell nearly every other name apart, and most names fit in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tail {
    quoted: Box<[u8]>,
    last: u128,
    /// The bits that the last bytes fill.
    mask: u128,
}

impl Tail {
    const WIDTH: usize = 16;

    fn new(name: &str) -> Self {
        let quoted = [b"\"", name.as_bytes()].concat();
        let empty = Self::WIDTH.saturating_sub(quoted.len());
        let mut last = [0; Self::WIDTH];
        last[empty..].copy_from_slice(&quoted[quoted.len() - (Self::WIDTH - empty)..]);
        Self {
            quoted: quoted.into(),
            last: u128::from_le_bytes(last),
            mask: u128::MAX << (8 * empty),
        }
    }

    /// Whether it ends `before`, whose last bytes are `last`.
    #[inline]
    fn matches(&self, last: u128, before: &[u8]) -> bool {
        last & self.mask == self.last
            && (self.quoted.len() <= Self::WIDTH || before.ends_with(&self.quoted))
    }
}

impl Names {
    /// Names up to this length can be found by masks, which look back one
    /// word from a closing quote.
    const LONGEST: usize = 62;

    /// Collects names; the number of a name is its place in `names`.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Box<[Box<str>]> = names.into_iter().map(Box::from).collect();
        let lengths = lengths(&names);
        let tails = names.iter().map(|name| Tail::new(name)).collect();
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
        match before.last_chunk() {
            Some(&last) => {
                let last = u128::from_le_bytes(last);
                self.tails.iter().position(|tail| tail.matches(last, before))
            }
            None => self.tails.iter().position(|tail| before.ends_with(&tail.quoted)),
        }
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
