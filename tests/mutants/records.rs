//! Random records, whole and broken.

use std::fmt::Write;

/// Numbers that look random and come again with the seed (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub fn pick<'c, T>(&mut self, choices: &'c mut [T]) -> &'c mut T {
        let number = self.below(choices.len());
        &mut choices[number]
    }
}

/// A block of `count` lines from byte `from` on, about half of them broken.
/// A few blocks are long, with stretches of one layout: where all records are
/// odd, the masks are left alone for a while.
pub fn block(random: &mut Random, count: u64, from: usize) -> Vec<u8> {
    let mut block = vec![b'"'; from];
    let long = random.once_in(200);
    let mut stretch = None;
    for number in 0..if long { count * 100 } else { count } {
        if long && number % 500 == 0 {
            stretch = Some(random.of(&[&LOOSE, &WINDOWS, &COMPACT]));
        }
        let mut line = record(random, stretch).into_bytes();
        for _ in 0..random.of(&[0, 0, 0, 1, 1, 1, 1, 2, 3]) {
            mutate(random, &mut line);
        }
        block.append(&mut line);
        block.push(b'\n');
    }
    match random.below(8) {
        0 => drop(block.pop()),
        1 => end_at_edge(random, from, &mut block),
        _ => {}
    }
    block
}

/// Adds a line without a newline that ends where a batch does, or beside it.
fn end_at_edge(random: &mut Random, from: usize, block: &mut Vec<u8>) {
    let length = 4096 - (block.len() - from) % 4096 + random.of(&[4095, 4096, 4097]);
    let mut line = filler(length);
    if random.once_in(2) {
        let at = random.below(length);
        line[at] = random.of(BYTES);
    }
    block.append(&mut line);
}

/// A record of exactly `length` bytes.
pub fn filler(length: usize) -> Vec<u8> {
    let text = "x".repeat(length.saturating_sub(10));
    format!("{{\"_id\":\"{text}\"}}").into_bytes()
}

/// What stands between the tokens of a record.
struct Layout {
    open: &'static str,
    colon: &'static str,
    comma: &'static str,
    close: &'static str,
}

static COMPACT: Layout = Layout { open: "{", colon: ":", comma: ",", close: "}" };
static SPACED: Layout = Layout { open: "{", colon: ": ", comma: ", ", close: "}" };
static LOOSE: Layout = Layout { open: " { ", colon: " :\t", comma: " ,  ", close: " }\r" };
static WINDOWS: Layout = Layout { open: "{", colon: ":", comma: ",", close: "}\r" };

fn record(random: &mut Random, layout: Option<&'static Layout>) -> String {
    let layout = layout.unwrap_or_else(|| match random.below(10) {
        0 => &LOOSE,
        1 => &WINDOWS,
        2 | 3 => &SPACED,
        _ => &COMPACT,
    });
    let mut record = layout.open.to_owned();
    for member in 0..random.of(&[0, 1, 2, 3, 5, 8, 13]) {
        if member > 0 {
            record += layout.comma;
        }
        let name = random.of(&NAMES);
        let _ = write!(record, "\"{name}\"{}", layout.colon);
        value(random, layout, 0, &mut record);
    }
    record + layout.close
}

/// Around the length up to which masks find names.
pub const NAME_61: &str = "a_name_that_is_so_long_that_it_fills_a_word_with_quotes_round";
pub const NAME_62: &str = "a_name_that_is_so_long_that_it_fills_a_word_with_quotes_around";
pub const NAME_63: &str = "a_name_that_is_so_long_that_it_fills_a_word_with_quotes_around_";

/// The names that are looked for, such as are like them, and others.
const NAMES: [&str; 21] = [
    NAME_61,
    NAME_62,
    NAME_63,
    ":,}{",
    " ",
    "requester_id",
    "assigned_to",
    "author_id",
    "_id",
    "",
    "é",
    "workspace_id",
    "description",
    "requester-id",
    "a",
    "_creationTime",
    "author_i\\u0064",
    "a\\\"b",
    "x\\\\",
    "\\\"_id",
    "a long name that takes up more than one word of a mask, and then some more",
];

fn value(random: &mut Random, layout: &Layout, depth: usize, out: &mut String) {
    match random.below(20) {
        0..=8 => string(random, out),
        9..=12 => *out += random.of(&NUMBERS),
        13..=15 => *out += random.of(&["true", "false", "null"]),
        16 if depth < 3 => {
            *out += "{";
            string(random, out);
            *out += layout.colon;
            value(random, layout, depth + 1, out);
            *out += layout.close.trim();
        }
        17 if depth < 3 => {
            *out += "[";
            value(random, layout, depth + 1, out);
            *out += layout.comma;
            value(random, layout, depth + 1, out);
            *out += "]";
        }
        _ => *out += "\"0e8f2c1a-b7d4-4e0f-9a3c-5d6e7f801234\"",
    }
}

const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "7",
    "10",
    "-12.5",
    "0.0",
    "1700000000000.0",
    "1700000000000.25",
    "1e5",
    "1E-5",
    "-1.5e+300",
    "1e999",
    "12345678",
    "123456789012345678901234567890",
    "123456789012345678901234567890.123456",
    "0.00000000000000000000000000000001",
];

/// Text of any length, some of it around the size of a word or a batch.
fn string(random: &mut Random, out: &mut String) {
    out.push('"');
    let length = match random.below(40) {
        0 => 4000 + random.below(200),
        1..=4 => 50 + random.below(80),
        _ => random.below(20),
    };
    for _ in 0..length {
        *out += match random.below(60) {
            0 => random.of(&ESCAPES),
            1 => random.of(&["é", "€", "😀", "\u{7f}", "\u{2028}"]),
            2 => random.of(&["{", "}", ":", ",", "[", "]", " ", "'"]),
            _ => random.of(&["a", "b", "e", "n", "0", "u"]),
        };
    }
    out.push('"');
}

const ESCAPES: [&str; 12] = [
    "\\\"",
    "\\\\",
    "\\\\\\\"",
    "\\\\\\\\",
    "\\/",
    "\\n",
    "\\u0041",
    "\\u00E9",
    "\\ud83d\\ude00",
    "\\ud800",
    "\\udc00",
    "\\u000a",
];

/// Bytes that matter to the grammar.
const BYTES: &[u8] =
    b"\"\"\"\\\\\\{}[]::,,  \t\r\n0123456789-+.eEutrfalsn/\0\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";

fn mutate(random: &mut Random, line: &mut Vec<u8>) {
    if line.is_empty() {
        return;
    }
    let at = random.below(line.len());
    match random.below(9) {
        0 | 1 => line[at] = random.of(BYTES),
        2 => line[at] ^= 1 << random.below(8),
        3 | 4 => line.insert(at, random.of(BYTES)),
        5 | 6 => drop(line.remove(at)),
        7 => line.truncate(at),
        _ => {
            let other = random.below(line.len());
            line.swap(at, other);
        }
    }
}
