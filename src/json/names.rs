//! The member names that a walk looks for.

/// Names of top-level members, numbered in the order given.
///
/// Most plans have a handful of names, and searching through all of them beats
/// any table. If there are more, their last two bytes select the candidates:
/// with twenty names, searching through all of them took a fifth of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    names: Box<[Box<str>]>,
    lengths: Option<Box<[u32]>>,
    tails: Box<[Tail]>,
    ends: Option<Box<Ends>>,
}

/// For each last byte, and each byte before it, a bit set of the names that
/// have it there. The quote before a name counts as a byte of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ends {
    last: [u64; 256],
    before: [u64; 256],
}

impl Ends {
    /// Up to this many names are searched one by one.
    const FEW: usize = 6;
    /// The number of bits in a set.
    const MOST: usize = 64;

    fn new(names: &[Box<str>]) -> Option<Box<Self>> {
        if names.len() <= Self::FEW || names.len() > Self::MOST {
            return None;
        }
        let mut ends = Box::new(Self { last: [0; 256], before: [0; 256] });
        for (number, name) in names.iter().enumerate() {
            let bit = 1 << number;
            match name.as_bytes() {
                [.., before, last] => {
                    ends.last[usize::from(*last)] |= bit;
                    ends.before[usize::from(*before)] |= bit;
                }
                [last] => {
                    ends.last[usize::from(*last)] |= bit;
                    ends.before[usize::from(b'"')] |= bit;
                }
                [] => {
                    ends.last[usize::from(b'"')] |= bit;
                    ends.before.iter_mut().for_each(|names| *names |= bit);
                }
            }
        }
        Some(ends)
    }

    /// The first name with these last bytes for which `is_it` holds.
    #[inline(always)]
    fn find(&self, [before, last]: [u8; 2], is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let mut names = self.last[usize::from(last)] & self.before[usize::from(before)];
        while names != 0 {
            let number = names.trailing_zeros() as usize;
            if is_it(number) {
                return Some(number);
            }
            names &= names - 1;
        }
        None
    }
}

/// A name with the quote before it. Its last bytes, as many as fit into a wide
/// word, tell nearly all other names apart, and most names fit entirely.
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

    /// Whether `before`, whose last bytes are `last`, ends with it.
    #[inline]
    fn matches(&self, last: u128, before: &[u8]) -> bool {
        last & self.mask == self.last
            && (self.quoted.len() <= Self::WIDTH || before.ends_with(&self.quoted))
    }
}

impl Names {
    /// Names up to this length can be found by masks, which look back one word
    /// from a closing quote.
    const LONGEST: usize = 62;

    /// Collects names; a name's number is its index in `names`.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Box<[Box<str>]> = names.into_iter().map(Box::from).collect();
        let lengths = lengths(&names);
        let tails = names.iter().map(|name| Tail::new(name)).collect();
        let ends = Ends::new(&names);
        Self { names, lengths, tails, ends }
    }

    /// The number of `name`, if it is wanted.
    #[inline]
    pub fn find(&self, name: &str) -> Option<usize> {
        let is_it = |wanted: &str| wanted == name;
        let Some(ends) = &self.ends else {
            return self.names.iter().position(|wanted| is_it(wanted));
        };
        let bytes = match name.as_bytes() {
            [.., before, last] => [*before, *last],
            [last] => [b'"', *last],
            [] => [0, b'"'],
        };
        ends.find(bytes, |number| is_it(&self.names[number]))
    }

    /// The number of the quoted name at the end of `before`, which lacks its
    /// closing quote.
    #[inline(always)]
    pub(crate) fn find_ending(&self, before: &[u8]) -> Option<usize> {
        match (before.last_chunk(), &self.ends) {
            (Some(chunk), None) => {
                let last = u128::from_le_bytes(*chunk);
                self.tails.iter().position(|tail| tail.matches(last, before))
            }
            (Some(chunk), Some(ends)) => self.find_among(ends, before, chunk),
            (None, _) => self.tails.iter().position(|tail| before.ends_with(&tail.quoted)),
        }
    }

    /// Like [`Self::find_ending`], for many names.
    #[inline(never)]
    fn find_among(&self, ends: &Ends, before: &[u8], chunk: &[u8; 16]) -> Option<usize> {
        let last = u128::from_le_bytes(*chunk);
        ends.find([chunk[14], chunk[15]], |number| self.tails[number].matches(last, before))
    }

    /// The distinct lengths of the names, unless one of them cannot be found by
    /// its length: too long, or never written without an escape.
    pub(crate) fn lengths(&self) -> Option<&[u32]> {
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
