//! Random records, whole and broken.

use std::fmt::Write;

use fastrand::Rng;

fn once_in(random: &mut Rng, times: usize) -> bool {
    random.usize(..times) == 0
}

pub fn one_of<T: Copy>(random: &mut Rng, choices: &[T]) -> T {
    choices[random.usize(..choices.len())]
}

/// A block of `count` lines from byte `from` on, about half of them broken.
/// A few blocks are long, with stretches of one layout: where all records are
/// odd, the masks are left alone for a while.
pub fn block(random: &mut Rng, count: u64, from: usize) -> Vec<u8> {
    let mut block = vec![b'"'; from];
    let long = once_in(random, 200);
    let mut stretch = None;
    for number in 0..if long { count * 100 } else { count } {
        if long && number % 500 == 0 {
            stretch = Some(one_of(random, &[&LOOSE, &WINDOWS, &COMPACT]));
        }
        let mut line = record(random, stretch).into_bytes();
        for _ in 0..one_of(random, &[0, 0, 0, 1, 1, 1, 1, 2, 3]) {
            mutate(random, &mut line);
        }
        block.append(&mut line);
        block.push(b'\n');
    }
    match random.usize(..8) {
        0 => drop(block.pop()),
        1 => end_at_edge(random, from, &mut block),
        _ => {}
    }
    block
}

/// Adds a line without a newline that ends where a batch does, or beside it.
fn end_at_edge(random: &mut Rng, from: usize, block: &mut Vec<u8>) {
    let length = 4096 - (block.len() - from) % 4096 + one_of(random, &[4095, 4096, 4097]);
    let mut line = filler(length);
    if once_in(random, 2) {
        let at = random.usize(..length);
        line[at] = one_of(random, BYTES);
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

fn record(random: &mut Rng, layout: Option<&'static Layout>) -> String {
    let layout = layout.unwrap_or_else(|| match random.usize(..10) {
        0 => &LOOSE,
        1 => &WINDOWS,
        2 | 3 => &SPACED,
        _ => &COMPACT,
    });
    let mut record = layout.open.to_owned();
    for member in 0..one_of(random, &[0, 1, 2, 3, 5, 8, 13]) {
        if member > 0 {
            record += layout.comma;
        }
        let name = one_of(random, &NAMES);
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

fn value(random: &mut Rng, layout: &Layout, depth: usize, out: &mut String) {
    match random.usize(..20) {
        0..=8 => string(random, out),
        9..=12 => *out += one_of(random, &NUMBERS),
        13..=15 => *out += one_of(random, &["true", "false", "null"]),
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
fn string(random: &mut Rng, out: &mut String) {
    out.push('"');
    let length = match random.usize(..40) {
        0 => 4000 + random.usize(..200),
        1..=4 => 50 + random.usize(..80),
        _ => random.usize(..20),
    };
    for _ in 0..length {
        *out += match random.usize(..60) {
            0 => one_of(random, &ESCAPES),
            1 => one_of(random, &["é", "€", "😀", "\u{7f}", "\u{2028}"]),
            2 => one_of(random, &["{", "}", ":", ",", "[", "]", " ", "'"]),
            _ => one_of(random, &["a", "b", "e", "n", "0", "u"]),
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

fn mutate(random: &mut Rng, line: &mut Vec<u8>) {
    if line.is_empty() {
        return;
    }
    let at = random.usize(..line.len());
    match random.usize(..9) {
        0 | 1 => line[at] = one_of(random, BYTES),
        2 => line[at] ^= 1 << random.usize(..8),
        3 | 4 => line.insert(at, one_of(random, BYTES)),
        5 | 6 => drop(line.remove(at)),
        7 => line.truncate(at),
        _ => {
            let other = random.usize(..line.len());
            line.swap(at, other);
        }
    }
}
