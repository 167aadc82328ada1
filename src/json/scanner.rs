//! Blocks of records to the wanted members in them.
//!
//! The masks judge each record. Those that are not of the plain form go to the
//! walker one by one, so that an odd record slows down only itself.

use fearless_simd::{Simd, SimdBase, SimdMask, dispatch, u8x32};
use memchr::memchr;

use super::cursor::closing_quote;
use super::fault::RecordFault;
use super::hit::{Hit, Kind};
use super::level::Level;
use super::masks::{BYTES, Batch, Lane};
use super::names::Names;
use super::text::{code_unit, is_escape_letter, is_surrogate};
use super::utf8::check_utf8;
use super::walker::{Walker, number, word};

/// The result of scanning a block.
#[derive(Debug, Default)]
pub struct Found {
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// The wanted members of all lines, with positions from the start of the
    /// block.
    pub hits: Vec<Hit>,
}

/// One line of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it ends, without its newline.
    pub end: usize,
    /// The number of hits up to its end.
    pub hits: usize,
    /// Whether it is a record, and if so whether it has a lone surrogate.
    pub verdict: Verdict,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A valid record.
    Record,
    /// A valid record with an escaped lone surrogate.
    LoneSurrogate,
    /// Not a record.
    Invalid(RecordFault),
}

/// Scans blocks. It can be reused, and then allocates nothing once its buffers
/// have grown.
#[derive(Debug)]
pub struct Scanner {
    level: Level,
    batch: Box<Batch>,
    walker: Walker,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::at(Level::default())
    }
}

impl Scanner {
    /// A scanner that uses no more of the processor than `level`.
    pub fn at(level: Level) -> Self {
        Self { level, batch: Box::default(), walker: Walker::default() }
    }

    /// Scans the lines of `block` from byte `from` on into `found`, replacing
    /// its content. With `stop`, it ends at the first invalid line.
    pub fn scan(
        &mut self,
        block: &[u8],
        from: usize,
        names: &Names,
        stop: bool,
        found: &mut Found,
    ) {
        found.lines.clear();
        found.hits.clear();
        let Self { level, batch, walker } = self;
        let mut pass = Pass {
            block,
            names,
            stop,
            walker,
            text: None,
            start: from,
            walked: 0,
            found,
            ended: false,
        };
        match (names.lengths(), level.0) {
            (Some(lengths), Some(level)) => {
                dispatch!(level, simd => pass.by_masks(simd, batch, lengths));
            }
            _ => pass.walk_up_to(block.len()),
        }
    }
}

struct Pass<'p> {
    block: &'p [u8],
    names: &'p Names,
    stop: bool,
    walker: &'p mut Walker,
    /// The block as text, once it is known whether it is text.
    text: Option<Option<&'p str>>,
    /// Where the current line begins.
    start: usize,
    found: &'p mut Found,
    /// The number of lines that were walked.
    walked: usize,
    /// Whether an invalid line has ended the scan.
    ended: bool,
}

/// Consecutive batches with several odd lines before the masks are skipped for
/// a while.
const PATIENCE: usize = 4;

/// Bytes for which masks are skipped. They cost a quarter of a walk, which is
/// wasted if nearly all lines need the walk.
const PAUSE: usize = 32 * BYTES;

impl<'p> Pass<'p> {
    #[inline(always)]
    fn by_masks<S: Simd>(&mut self, simd: S, batch: &mut Batch, lengths: &[u32]) {
        let mut at = self.start;
        let mut odd = false;
        let mut odd_lines = 0;
        batch.begin();
        while at < self.block.len() && !self.ended {
            let rest = &self.block[at..];
            match rest.first_chunk::<BYTES>() {
                Some(bytes) => batch.read(simd, bytes),
                None => batch.read(simd, &padded(rest)),
            }
            if !batch.is_ascii() && self.text().is_none() {
                return self.walk_up_to(self.block.len());
            }
            let walked = self.walked;
            let sound = self.lines(simd, batch, at, lengths, &mut odd);
            at += BYTES;
            odd_lines = if self.walked - walked > 1 { odd_lines + 1 } else { 0 };
            if !sound || odd_lines == PATIENCE {
                // Nearly all lines here are odd: walk them for a while without asking
                // the masks first.
                let pause = if sound { PAUSE } else { 0 };
                self.walk_up_to(at + pause);
                (at, odd, odd_lines) = (self.start, false, 0);
                batch.begin();
            }
        }
        // The last line, if it has no newline and ends with its batch.
        self.walk_up_to(self.block.len());
    }

    /// Goes over the lines that end in a batch. Returns false if one of them
    /// ends in a string, which makes all masks after it wrong. `odd` says
    /// whether the line that is open at either end is known to be odd.
    #[inline(always)]
    fn lines<S: Simd>(
        &mut self,
        simd: S,
        batch: &Batch,
        at: usize,
        lengths: &[u32],
        odd: &mut bool,
    ) -> bool {
        let wanted = wanted(batch, lengths);
        for (word, wanted) in wanted.into_iter().enumerate() {
            let first = at + word * 64;
            let (newlines, scalars) = (batch.newlines()[word], batch.scalars[word]);
            let mut odds = batch.odd[word];
            // One loop for everything to look at, because every loop end is a branch
            // that no processor can predict.
            let mut events = newlines | scalars | wanted | batch.escaped(word);
            while events != 0 {
                let event = lowest(events);
                let place = first + events.trailing_zeros() as usize;
                events ^= event;
                if scalars & event != 0 {
                    odds |= if is_scalar(simd, self.block, place) { 0 } else { event };
                } else if wanted & event != 0 {
                    self.member(batch, at, place);
                } else if newlines & event == 0 {
                    odds |= if is_escape(self.block, place) { 0 } else { event };
                } else {
                    // A newline, even if escaped: then it or its backslash is odd.
                    // Those after the block are padding.
                    if self.start >= self.block.len() {
                        return true;
                    }
                    let line = event | (event - 1);
                    self.line(place.min(self.block.len()), *odd || odds & line != 0);
                    if batch.strings[word] & event != 0 {
                        return false;
                    }
                    if self.ended {
                        return true;
                    }
                    odds &= !line;
                    *odd = false;
                }
            }
            *odd |= odds != 0;
        }
        true
    }

    /// Takes the line that ends at `end`, by its masks unless it is odd.
    #[inline(always)]
    fn line(&mut self, end: usize, odd: bool) {
        if odd || self.block.get(self.start) != Some(&b'{') {
            self.walk(end);
        } else {
            self.finish(end, Verdict::Record);
        }
    }

    /// Takes the value after the name whose closing quote is at `quote`; the
    /// batch begins at `at`.
    #[inline(always)]
    fn member(&mut self, batch: &Batch, at: usize, quote: usize) {
        let Some(name) = self.names.find_ending(&self.block[..quote]) else { return };
        let blank = self.block.get(quote + 2) == Some(&b' ');
        let start = quote + 2 + usize::from(blank);
        let (end, kind) = match self.block.get(start) {
            Some(b'"') => {
                let (end, escaped) = match closing(batch, start - at) {
                    Some((end, escaped)) => (at + end, escaped),
                    None => closing_quote(self.block, start),
                };
                (end + 1, Kind::String { escaped })
            }
            Some(b'n') => (start + 4, Kind::Null),
            _ => (scalar_end(self.block, start), Kind::Scalar),
        };
        self.found.hits.push(Hit { name, start, end, kind });
    }

    /// The block as text, if it is valid UTF-8.
    fn text(&mut self) -> Option<&'p str> {
        let block = self.block;
        *self.text.get_or_insert_with(|| simdutf8::basic::from_utf8(block).ok())
    }

    /// Walks the lines that begin before `place`.
    fn walk_up_to(&mut self, place: usize) {
        while self.start < place.min(self.block.len()) && !self.ended {
            let length = memchr(b'\n', &self.block[self.start..]);
            self.walk(length.map_or(self.block.len(), |length| self.start + length));
        }
    }

    /// Walks the line that ends at `end`.
    #[cold]
    fn walk(&mut self, end: usize) {
        let before = self.found.lines.last().map_or(0, |line| line.hits);
        self.found.hits.truncate(before);
        self.walked += 1;
        let range = self.start..end;
        let line = match self.text().map(|text| text.get(range.clone())) {
            Some(Some(line)) => Ok(line),
            _ => check_utf8(&self.block[range]),
        };
        let Self { walker, names, start, .. } = self;
        let start = *start;
        let verdict = match line.and_then(|line| walker.walk(line, names)) {
            Ok(()) if walker.has_lone_surrogate() => Verdict::LoneSurrogate,
            Ok(()) => Verdict::Record,
            Err(fault) => Verdict::Invalid(fault),
        };
        if !matches!(verdict, Verdict::Invalid(_)) {
            let moved = |hit: &Hit| Hit { start: start + hit.start, end: start + hit.end, ..*hit };
            self.found.hits.extend(walker.hits().iter().map(moved));
        }
        self.finish(end, verdict);
    }

    fn finish(&mut self, end: usize, verdict: Verdict) {
        self.found.lines.push(Line { end, hits: self.found.hits.len(), verdict });
        self.start = end + 1;
        self.ended = self.stop && matches!(verdict, Verdict::Invalid(_));
    }
}

/// With more distinct lengths than this, checking every name costs less than
/// selecting by length.
const LENGTHS: usize = 8;

/// The closing quotes of names that may be wanted.
#[inline(always)]
fn wanted(batch: &Batch, lengths: &[u32]) -> Lane {
    if lengths.len() > LENGTHS {
        return *batch.name_ends();
    }
    let mut wanted: Lane = [0; _];
    for &length in lengths {
        batch.add_names_of(length, &mut wanted);
    }
    wanted
}

/// The last bytes of a block, padded to a batch. The newlines after them end a
/// record that has none.
fn padded(rest: &[u8]) -> [u8; BYTES] {
    let mut bytes = [b'\n'; BYTES];
    bytes[..rest.len()].copy_from_slice(rest);
    bytes
}

/// The closing quote of the string that opens at `open` of a batch, if it is in
/// the same word or the next, and whether the string has escapes.
#[inline(always)]
fn closing(batch: &Batch, open: usize) -> Option<(usize, bool)> {
    let word = open / 64;
    let from = u64::MAX << (open % 64);
    let here = batch.ends.get(word)? & from;
    if here != 0 {
        let inside = from & (lowest(here) - 1);
        let escaped = batch.escaped(word) & inside != 0;
        return Some((word * 64 + here.trailing_zeros() as usize, escaped));
    }
    let next = *batch.ends.get(word + 1)?;
    let before = lowest(next).wrapping_sub(1);
    let inside = batch.escaped(word) & from | batch.escaped(word + 1) & before;
    (next != 0).then(|| ((word + 1) * 64 + next.trailing_zeros() as usize, inside != 0))
}

#[inline(always)]
fn lowest(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

fn scalar_end(block: &[u8], start: usize) -> usize {
    let rest = block.get(start..).unwrap_or_default();
    // Not beyond the line: it may be odd, and the next one long.
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b'\n');
    start + rest.iter().position(ends).unwrap_or(rest.len())
}

/// Whether exactly a number, `true`, `false` or `null` is at `start`, up to a
/// comma or the end of the object.
#[inline(always)]
fn is_scalar<S: Simd>(simd: S, block: &[u8], start: usize) -> bool {
    let rest = &block[start..];
    rest.first_chunk().is_some_and(|bytes| is_plain_number(simd, bytes)) || is_any_scalar(rest)
}

/// Whether the bytes are digits, with at most a point between them, followed by
/// a comma or the end of the object.
#[inline(always)]
fn is_plain_number<S: Simd>(simd: S, bytes: &[u8; 32]) -> bool {
    let digits = (u8x32::from_slice(simd, bytes) - b'0').simd_lt(10).to_bitmask() as u32;
    let point = u8x32::from_slice(simd, bytes).simd_eq(b'.').to_bitmask() as u32;
    let whole = digits.trailing_ones();
    let mut end = whole;
    if point & 1_u32.unbounded_shl(whole) != 0 {
        let places = digits.unbounded_shr(whole + 1).trailing_ones();
        if places == 0 {
            return false;
        }
        end += 1 + places;
    }
    let leading_zero = bytes[0] == b'0' && whole > 1;
    whole > 0 && !leading_zero && matches!(bytes.get(end as usize), Some(b',' | b'}'))
}

#[inline(never)]
fn is_any_scalar(rest: &[u8]) -> bool {
    let end = match rest[0] {
        b't' => word(rest, 0, b"true"),
        b'f' => word(rest, 0, b"false"),
        b'n' => word(rest, 0, b"null"),
        b'-' | b'0'..=b'9' => number(rest, 0),
        _ => return false,
    };
    end.is_ok_and(|end| matches!(rest.get(end), Some(b',' | b'}')))
}

/// Whether the byte at `at` may follow a backslash. Surrogates go to the
/// walker, which pairs them.
#[inline(always)]
fn is_escape(block: &[u8], at: usize) -> bool {
    match block.get(at) {
        Some(b'u') => code_unit(&block[at + 1..]).is_some_and(|unit| !is_surrogate(unit)),
        Some(&letter) => is_escape_letter(letter),
        None => false,
    }
}
