//! The grammar of the plain form, on masks.

use fearless_simd::Simd;

use super::classes::{BYTES, Classes, Joined, Lane, WORDS};

const NONE: Joined = [0; WORDS + 1];

/// A batch of bytes and what follows from them.
///
/// Each byte outside of strings is the end of a name or of a quoted value, a
/// colon, a comma, a blank after one of these, a brace, a newline, or part of a
/// scalar. For each of them it is known which may precede it; that is all that
/// the plain form requires, apart from scalars and escapes.
#[derive(Debug)]
pub(crate) struct Batch {
    classes: Classes,
    /// Whether any byte is a backslash or follows one.
    escapes: bool,
    /// Bytes after a backslash that is not escaped itself; computed only if
    /// `escapes`.
    escaped: Lane,
    /// Opening quotes and everything up to the closing ones.
    pub strings: Lane,
    /// Closing quotes.
    pub ends: Lane,
    /// Closing quotes of member names.
    names: Lane,
    /// First bytes of numbers, `true`, `false` and `null`.
    pub scalars: Lane,
    /// Bytes that the plain form cannot have where they are.
    pub odd: Lane,
    /// What each byte may follow.
    before: Before,
    carry: Carry,
}

/// Bytes that decide what may follow them. Each lane has the word before the
/// batch in front.
#[derive(Debug)]
struct Before {
    colon: Joined,
    comma: Joined,
    /// Bytes after which a name follows.
    name: Joined,
    /// Bytes after which a value follows.
    value: Joined,
    scalar: Joined,
    /// Bytes after which a comma or the end follows.
    done: Joined,
    name_end: Joined,
    close: Joined,
    newline: Joined,
    /// Opening quotes of names.
    name_open: Joined,
}

impl Before {
    fn lanes(&mut self) -> [&mut Joined; 10] {
        let Self { colon, comma, name, value, scalar, .. } = self;
        let Self { done, name_end, close, newline, name_open, .. } = self;
        [colon, comma, name, value, scalar, done, name_end, close, newline, name_open]
    }
}

/// What the batch before left open, besides the words in [`Before`].
#[derive(Debug, Default, Clone, Copy)]
struct Carry {
    /// 1 if its last byte is a backslash that escapes.
    escape: u64,
    /// All ones if inside a string.
    string: u64,
    /// 1 if inside a name.
    name: u64,
}

impl Default for Batch {
    fn default() -> Self {
        let none = [0; WORDS];
        Self {
            classes: Classes::default(),
            escapes: false,
            escaped: none,
            strings: none,
            ends: none,
            names: none,
            scalars: none,
            odd: none,
            before: Before {
                colon: NONE,
                comma: NONE,
                name: NONE,
                value: NONE,
                scalar: NONE,
                done: NONE,
                name_end: NONE,
                close: NONE,
                newline: NONE,
                name_open: NONE,
            },
            carry: Carry::default(),
        }
    }
}

impl Batch {
    /// Forgets the batch before: the next one begins with a record.
    pub(crate) fn begin(&mut self) {
        self.before.lanes().into_iter().for_each(|lane| lane[WORDS] = 0);
        // As if a newline came before it.
        self.before.newline[WORDS] = 1 << 63;
        self.carry = Carry::default();
    }

    /// Computes the masks of the next bytes.
    #[inline(always)]
    pub(crate) fn read<S: Simd>(&mut self, simd: S, bytes: &[u8; BYTES]) {
        self.before.lanes().into_iter().for_each(|lane| lane[0] = lane[WORDS]);
        self.classes.read(simd, bytes);
        self.find_escapes();
        self.find_strings();
        self.find_predecessors();
        self.find_names();
        self.judge();
    }

    /// The bytes of a word that a backslash escapes.
    #[inline(always)]
    pub(crate) fn escaped(&self, word: usize) -> u64 {
        if self.escapes { self.escaped[word] } else { 0 }
    }

    /// All newlines.
    pub(crate) fn newlines(&self) -> &Lane {
        &self.classes.newline
    }

    /// The closing quotes of all names.
    pub(crate) fn name_ends(&self) -> &Lane {
        &self.names
    }

    /// Adds the names of `length` bytes, at most 62, by their closing quotes.
    #[inline(always)]
    pub(crate) fn add_names_of(&self, length: u32, found: &mut Lane) {
        let opens = &self.before.name_open;
        let shift = length + 1;
        for word in 0..WORDS {
            let moved = opens[word + 1] << shift | opens[word] >> (64 - shift);
            found[word] |= self.names[word] & moved;
        }
    }

    /// Whether all bytes are ASCII.
    pub(crate) fn is_ascii(&self) -> bool {
        self.classes.ascii
    }

    /// Computes which bytes are escaped: those after a backslash, unless two
    /// backslashes are adjacent.
    #[inline(always)]
    fn find_escapes(&mut self) {
        let Self { classes, escaped, carry, .. } = self;
        self.escapes = classes.escapes || carry.escape != 0;
        if !self.escapes {
            return;
        }
        classes.backslash[0] = carry.escape << 63;
        let mut runs = 0;
        for word in 0..WORDS {
            escaped[word] = follows(&classes.backslash, word);
            runs |= escaped[word] & classes.backslash[word + 1];
        }
        match runs {
            0 => carry.escape = classes.backslash[WORDS] >> 63,
            _ => self.find_escapes_in_runs(),
        }
        for word in 0..WORDS {
            self.classes.quote[word] &= !self.escaped[word];
        }
    }

    #[cold]
    fn find_escapes_in_runs(&mut self) {
        for word in 0..WORDS {
            let backslashes = self.classes.backslash[word + 1];
            self.escaped[word] = escaped(backslashes, &mut self.carry.escape);
        }
    }

    /// A byte is in a string if an odd number of quotes precedes it.
    #[inline(always)]
    fn find_strings(&mut self) {
        for word in 0..WORDS {
            let mut parity = self.classes.quote[word];
            for distance in [1, 2, 4, 8, 16, 32] {
                parity ^= parity << distance;
            }
            self.strings[word] = parity;
        }
        let mut open = self.carry.string;
        for word in &mut self.strings {
            *word ^= open;
            open = ((*word as i64) >> 63) as u64;
        }
        self.carry.string = open;
    }

    /// Classifies the bytes outside of strings, except for which quotes end
    /// names: that needs the bytes before their opening quotes.
    #[inline(always)]
    fn find_predecessors(&mut self) {
        let Self { classes, strings, ends, before, .. } = self;
        for word in 0..WORDS {
            before.newline[word + 1] = classes.newline[word] & !strings[word];
            before.colon[word + 1] = classes.colon[word] & !strings[word];
            before.comma[word + 1] = classes.comma[word] & !strings[word];
        }
        for word in 0..WORDS {
            let outside = !strings[word];
            let (colon, comma) = (before.colon[word + 1], before.comma[word + 1]);
            let blank = classes.space[word] & outside;
            let after_colon = blank & follows(&before.colon, word);
            let after_comma = blank & follows(&before.comma, word);
            // The scanner checks that this is a brace.
            let open = outside & follows(&before.newline, word);
            let close = classes.close[word] & outside;
            let newline = before.newline[word + 1];
            let end = classes.quote[word] & outside;
            let known = end | colon | comma | after_colon | after_comma | open | close | newline;
            ends[word] = end;
            before.name[word + 1] = open | comma | after_comma;
            before.value[word + 1] = colon | after_colon;
            before.scalar[word + 1] = outside & !known;
            before.close[word + 1] = close;
        }
    }

    /// Computes where names end: a one added at each opening quote of a name
    /// carries to its closing quote, the first byte after it that is in no
    /// string.
    #[inline(always)]
    fn find_names(&mut self) {
        let Self { classes, strings, names, before, carry, .. } = self;
        for word in 0..WORDS {
            let opens = classes.quote[word] & strings[word];
            before.name_open[word + 1] = opens & follows(&before.name, word);
        }
        for word in 0..WORDS {
            let (sum, first) = strings[word].overflowing_add(before.name_open[word + 1]);
            let (sum, second) = sum.overflowing_add(carry.name);
            carry.name = u64::from(first | second);
            names[word] = sum;
        }
    }

    /// Computes which bytes are where they cannot be.
    #[inline(always)]
    fn judge(&mut self) {
        let Self { classes, strings, ends, names, scalars, odd, before, .. } = self;
        for word in 0..WORDS {
            let in_name = strings[word] & !names[word];
            let name_end = names[word] & !strings[word];
            odd[word] =
                in_name & classes.backslash[word + 1] | strings[word] & classes.newline[word];
            names[word] = name_end;
            before.name_end[word + 1] = name_end;
            before.done[word + 1] = ends[word] & !name_end | before.scalar[word + 1];
        }
        for word in 0..WORDS {
            let at = word + 1;
            let (value, done) = (follows(&before.value, word), follows(&before.done, word));
            let opens = classes.quote[word] & strings[word];
            let scalar = before.scalar[at];
            odd[word] |= opens & !(follows(&before.name, word) | value)
                | scalar & !(value | follows(&before.scalar, word))
                | before.colon[at] & !follows(&before.name_end, word)
                | (before.comma[at] | before.close[at]) & !done
                | before.newline[at] & !follows(&before.close, word);
            scalars[word] = scalar & value;
        }
        if classes.controls {
            odd.iter_mut().zip(classes.control).for_each(|(odd, control)| *odd |= control);
        }
    }
}

/// The bytes of a word that directly follow a byte in `lane`.
#[inline(always)]
fn follows(lane: &Joined, word: usize) -> u64 {
    lane[word + 1] << 1 | lane[word] >> 63
}

/// The bytes of a word that a backslash escapes. `carry` says whether the first
/// byte is escaped by the word before, and is set for the next word.
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    if backslashes == 0 {
        return std::mem::take(carry);
    }
    // In a run, every second byte escapes, beginning with the first. Adding a
    // one to a run's first byte clears the run, which tells runs that begin at
    // an even position from the others.
    let runs = backslashes & !*carry;
    let firsts = runs & !(runs << 1);
    let even = runs & !runs.wrapping_add(firsts & EVEN);
    let escaping = even & EVEN | (runs ^ even) & !EVEN;
    let escaped = escaping << 1 | *carry;
    *carry = escaping >> 63;
    escaped
}
