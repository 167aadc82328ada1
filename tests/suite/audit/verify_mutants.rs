//! Whatever is changed in what a run wrote, `verify` finds it and says where.
//!
//! The output of random runs is broken in each of some ways, at random places,
//! by fixed seeds. Every mutant but one that is the same bytes must be refused
//! with a finding that names its table, its line and, where there is one, its
//! path. `AUDIT_MUTANTS=100000` takes so many, rather than the usual number.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use idswap::audit::Options;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::models::audits::{Verdict, audit, rewritten, verification, writing};
use crate::models::oracle::Text;
use crate::models::places;
use crate::models::rule_worlds::ruled_cases;
use crate::models::spots::{Kind, Spot, spots};
use crate::models::worlds::{Case, OUT, WORLDS, token};
use crate::rewrite::properties::quick_folder;
use crate::support::folder::Folder;

/// Runs whose outputs are broken, of each world.
const RUNS: usize = 16;

/// Where a mutant is broken, as far as its finding must say so.
#[derive(Debug, Clone)]
struct Place {
    table: &'static str,
    line: u64,
    path: Option<String>,
}

/// The tables of an output, one line an entry, newlines included.
type Output = BTreeMap<&'static str, Vec<Vec<u8>>>;

/// A run's output, which is to be broken.
struct Base {
    case: Case,
    output: Output,
    /// The values that the run mapped.
    mapped: Vec<Mapped>,
}

/// A value that a run mapped.
#[derive(Debug, Clone)]
struct Mapped {
    table: &'static str,
    line: usize,
    path: String,
    /// How it was written before.
    old: String,
    name: bool,
}

/// A way to break an output; `None` where this one cannot be broken so.
type Way = fn(&Base, &mut Rng, &mut Output) -> Option<Place>;

const WAYS: &[(&str, Way)] = &[
    ("a digit changed", digit),
    ("a byte escaped", escaped),
    ("a blank added", blank),
    ("a blank removed", blank_removed),
    ("a member renamed", renamed),
    ("a string changed", text),
    ("a literal changed", literal),
    ("a number respelled", respelled),
    ("a newline added", newline),
    ("two lines joined", joined),
    ("a record dropped", dropped),
    ("a record doubled", doubled),
    ("a record added", added),
    ("a record moved to another table", moved),
    ("the `_id`s of two records exchanged", ids_exchanged),
    ("two mapped IDs exchanged", mapped_exchanged),
    ("a mapped ID put back", put_back),
    ("another target", other_target),
    ("a target escaped", target_escaped),
    ("two members exchanged", members_exchanged),
    ("a member dropped", member_dropped),
    ("a member doubled", member_doubled),
    ("a byte order mark", marked),
    ("a carriage return", carriage_return),
    ("the last newline", last_newline),
    ("cut", cut),
    ("not UTF-8", not_utf8),
    ("a bit flipped", bit),
    ("a byte replaced", byte),
    ("a byte added", byte_added),
    ("a byte removed", byte_removed),
    ("bytes removed", bytes_removed),
];

/// A case of which every line is a record with an `_id` and a number of its
/// own, so that no two of them can be exchanged without a trace.
pub fn told_apart(case: &Case) -> Case {
    let mut case = writing(case);
    let mut number = 0;
    for table in case.tables.values_mut() {
        let mut content = Vec::new();
        for line in table.content.split_inclusive(|&byte| byte == b'\n') {
            let record = line.strip_suffix(b"\n").unwrap_or(line);
            if places::is_record(record) {
                content.extend(numbered(line, number));
                number += 1;
            }
        }
        table.content = content;
    }
    case
}

fn numbered(line: &[u8], number: u64) -> Vec<u8> {
    let text = str::from_utf8(line).expect("UTF-8");
    let open = places::after_blanks(text, 0) + 1;
    let comma = if places::members(text).is_empty() { "" } else { "," };
    let (start, rest) = text.split_at(open);
    let own = format!("\"_id\":\"r{number}\",\"number\": {number}.0, \"list\":[{number} ,true]");
    format!("{start}{own}{comma}{rest}").into_bytes()
}

impl Base {
    fn new(case: &Case, folder: &Path) -> Self {
        let case = told_apart(case);
        rewritten(&case, folder);
        let written = |name: &str| fs::read(folder.join(OUT).join(case.relative(name)));
        let mut output = Output::new();
        for name in case.tables.keys().copied() {
            if case.is_ruled(name) || case.asked.all_tables {
                output.insert(name, lines(&written(name).expect("written")));
            }
        }
        let mapped = mapped(&case, folder);
        Self { case, output, mapped }
    }

    /// A path as it is after the run, and as it was before, where a run has
    /// renamed members on its way.
    fn paths_before(&self, table: &str, line: u64, path: &str) -> BTreeSet<String> {
        let number = line as usize - 1;
        let before = lines(&self.case.tables[table].content);
        let after = &self.output[table];
        let Some((before, after)) = before.get(number).zip(after.get(number)) else {
            return BTreeSet::from([path.to_owned()]);
        };
        // A run neither adds nor drops anything.
        let of = |record: &[u8]| spots(str::from_utf8(record).expect("UTF-8"));
        let both = of(before).into_iter().zip(of(after));
        let named = both.filter(|(_, after)| after.pointer == path);
        named.map(|(before, _)| before.pointer).chain([path.to_owned()]).collect()
    }

    fn path(&self, folder: &Path, table: &str) -> PathBuf {
        folder.join(OUT).join(self.case.relative(table))
    }

    fn write(&self, folder: &Path, output: &Output) {
        for (name, lines) in output {
            fs::write(self.path(folder, name), lines.concat()).expect("written");
        }
    }
}

fn lines(content: &[u8]) -> Vec<Vec<u8>> {
    content.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The values that a run mapped, by its change log.
fn mapped(case: &Case, folder: &Path) -> Vec<Mapped> {
    let log = fs::read_to_string(folder.join("changes.jsonl")).expect("a log");
    let one = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| line[name].as_str().expect("text").to_owned();
        let tables = case.tables.keys().copied();
        Mapped {
            table: tables.into_iter().find(|name| line["table"] == *name).expect("a table"),
            line: line["line"].as_u64().expect("a line") as usize - 1,
            path: text("path"),
            old: match line["oldToken"].as_str() {
                Some(token) => token.to_owned(),
                None => token(&text("old"), 0),
            },
            name: line["key"] == true,
        }
    };
    log.lines().map(one).collect()
}

/// A line of any table.
fn any_line(random: &mut Rng, output: &Output) -> Option<(&'static str, usize)> {
    let all = output.iter().flat_map(|(name, lines)| (0..lines.len()).map(|line| (*name, line)));
    random.choice(all.collect::<Vec<_>>())
}

/// A line of any table, its record, and a spot of it.
fn any_spot(
    random: &mut Rng,
    output: &Output,
    wanted: impl Fn(&Spot, &str) -> bool,
) -> Option<(&'static str, usize, Spot)> {
    let (table, line) = any_line(random, output)?;
    let record = str::from_utf8(&output[table][line]).expect("UTF-8");
    let mut spots = spots(record);
    spots.retain(|spot| wanted(spot, record));
    random.choice(spots).map(|spot| (table, line, spot))
}

fn at(table: &'static str, line: usize, path: &str) -> Option<Place> {
    Some(Place { table, line: line as u64 + 1, path: Some(path.to_owned()) })
}

fn in_line(table: &'static str, line: usize) -> Option<Place> {
    Some(Place { table, line: line as u64 + 1, path: None })
}

/// Puts something in the place of a spot.
fn splice(output: &mut Output, (table, line, spot): &(&'static str, usize, Spot), new: &str) {
    let line = &mut output.get_mut(table).expect("a table")[*line];
    line.splice(spot.span.clone(), new.bytes());
}

fn token_of(output: &Output, (table, line, spot): &(&'static str, usize, Spot)) -> String {
    String::from_utf8(output[table][*line][spot.span.clone()].to_vec()).expect("UTF-8")
}

/// Changes a spot by what stands there.
fn change(
    random: &mut Rng,
    output: &mut Output,
    kinds: &[Kind],
    new: impl Fn(&mut Rng, &str) -> Option<String>,
) -> Option<Place> {
    let spot = any_spot(random, output, |spot, _| kinds.contains(&spot.kind))?;
    let new = new(random, &token_of(output, &spot))?;
    splice(output, &spot, &new);
    at(spot.0, spot.1, &spot.2.pointer)
}

fn digit(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Number], |random, token| {
        let digits: Vec<_> =
            token.char_indices().filter(|(_, c)| ('1'..='8').contains(c)).collect();
        let (at, digit) = random.choice(digits)?;
        let next = char::from(digit as u8 + 1);
        Some(format!("{}{next}{}", &token[..at], &token[at + 1..]))
    })
}

fn escaped(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Text, Kind::Name], |random, token| {
        let inner = &token[1..token.len() - 1];
        let plain = |(_, c): &(usize, char)| !c.is_ascii_control() && *c != '\\' && *c != '"';
        // What stands after a backslash is part of an escape.
        let end = inner.find('\\').unwrap_or(inner.len());
        let (at, c) =
            random.choice(inner[..end].char_indices().filter(plain).collect::<Vec<_>>())?;
        let units: String =
            c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
        Some(format!("\"{}{units}{}\"", &inner[..at], &inner[at + c.len_utf8()..]))
    })
}

fn blank(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Object, Kind::List], |random, token| {
        let blank = random.choice([" ", "\t", "\r"])?;
        let end = token.len() - usize::from(random.bool()) * (token.len() - 1);
        Some(match end {
            1 => format!("{}{blank}{}", &token[..1], &token[1..]),
            _ => format!("{}{blank}{}", &token[..end - 1], &token[end - 1..]),
        })
    })
}

fn blank_removed(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Object, Kind::List], |_, token| {
        let end = token.len() - 1;
        let (start, inner) = (&token[..1], &token[1..end]);
        let without =
            inner.strip_prefix([' ', '\t', '\r']).or(inner.strip_suffix([' ', '\t', '\r']))?;
        Some(format!("{start}{without}{}", &token[end..]))
    })
}

fn renamed(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Name], |_, token| Some(format!("\"~{}", &token[1..])))
}

fn text(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Text], |random, token| {
        let more = random.choice(["x", " ", "\\u0000", "\\ud800", "\u{e9}"])?;
        Some(match random.bool() {
            true => format!("\"{more}{}", &token[1..]),
            false => format!("{}{more}\"", &token[..token.len() - 1]),
        })
    })
}

fn literal(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Literal, Kind::Number, Kind::Text], |random, token| {
        let new = random.choice(["true", "false", "null", "0", "\"\"", "[]", "{}"])?;
        (token != new).then(|| new.to_owned())
    })
}

fn respelled(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    change(random, output, &[Kind::Number], |random, token| {
        let (pointed, exponent) = (token.contains('.'), token.contains(['e', 'E']));
        match random.usize(..4) {
            0 if pointed && !exponent => Some(format!("{token}0")),
            1 if !exponent => Some(format!("{token}e0")),
            2 if exponent => Some(token.replace('e', "E+").replace("E++", "e+")),
            3 if !pointed && !exponent => Some(format!("{token}.0")),
            _ => token.strip_suffix(".0").map(str::to_owned),
        }
    })
}

fn newline(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    let bytes = &mut output.get_mut(table)?[line];
    let place = random.usize(..=bytes.len());
    bytes.insert(place, b'\n');
    // Before the newline or behind it, the line after it is blank.
    let end = bytes.len() - 1;
    in_line(table, line + usize::from(place >= end || bytes[..place].ends_with(b"\n")))
}

fn joined(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    let lines = output.get_mut(table)?;
    let next = lines.get(line + 1)?.clone();
    let end = lines[line].len() - 1;
    lines[line].splice(end.., next);
    lines.remove(line + 1);
    in_line(table, line)
}

fn dropped(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    output.get_mut(table)?.remove(line);
    in_line(table, line)
}

/// Ends a line, before another one comes after it.
fn end_lines(lines: &mut [Vec<u8>]) {
    if let Some(last) = lines.last_mut().filter(|last| !last.ends_with(b"\n")) {
        last.push(b'\n');
    }
}

fn doubled(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    let lines = output.get_mut(table)?;
    end_lines(lines);
    let to = random.usize(line..=lines.len());
    lines.insert(to, lines[line].clone());
    // Which of the two is the one too many nobody can tell.
    Some(Place { table, line: 0, path: None })
}

fn added(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let table = random.choice(output.keys().copied().collect::<Vec<_>>())?;
    let lines = output.get_mut(table)?;
    end_lines(lines);
    let to = random.usize(..=lines.len());
    lines.insert(to, b"{\"_id\":\"new\"}\n".to_vec());
    in_line(table, to)
}

fn moved(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    let other =
        random.choice(output.keys().copied().filter(|name| *name != table).collect::<Vec<_>>())?;
    let record = output.get_mut(table)?.remove(line);
    end_lines(output.get_mut(other)?);
    output.get_mut(other)?.push(record);
    in_line(table, line)
}

/// Exchanges what stands at two spots.
fn exchange(
    output: &mut Output,
    one: &(&'static str, usize, Spot),
    other: &(&'static str, usize, Spot),
) -> Option<Place> {
    let (a, b) = (token_of(output, one), token_of(output, other));
    // The later one first, so that the other stays where it is.
    let later_first = if one.2.span.start > other.2.span.start {
        [(one, &b), (other, &a)]
    } else {
        [(other, &a), (one, &b)]
    };
    later_first.into_iter().for_each(|(spot, new)| splice(output, spot, new));
    in_line(one.0, one.1)
}

fn ids_exchanged(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let is_id = |spot: &Spot, _: &str| spot.pointer == "/_id" && spot.kind == Kind::Text;
    let one = any_spot(random, output, is_id)?;
    let other = any_spot(random, output, is_id)?;
    (one.0 == other.0 && one.1 != other.1).then(|| exchange(output, &one, &other))?
}

/// A mapped value as it stands now.
fn any_mapped(
    base: &Base,
    random: &mut Rng,
    output: &Output,
) -> Option<(Mapped, (&'static str, usize, Spot))> {
    let mapped = random.choice(&base.mapped)?.clone();
    let record = str::from_utf8(&output[mapped.table][mapped.line]).expect("UTF-8");
    // The path of a name is that before the run.
    let mut all = spots(record);
    all.retain(|spot| !mapped.name && spot.kind == Kind::Text && spot.pointer == mapped.path);
    let one = all.len() == 1;
    let spot = all.pop().filter(|_| one)?;
    Some((mapped.clone(), (mapped.table, mapped.line, spot)))
}

fn mapped_exchanged(base: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let one = any_mapped(base, random, output)?.1;
    let others = (0..20).filter_map(|_| any_mapped(base, random, output));
    let differs = |other: &(&'static str, usize, Spot)| {
        token_of(output, other) != token_of(output, &one) && (other.0, other.1) != (one.0, one.1)
    };
    let other = others.map(|(_, spot)| spot).find(differs)?;
    exchange(output, &one, &other);
    at(one.0, one.1, &one.2.pointer)
}

fn put_back(base: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (mapped, spot) = any_mapped(base, random, output)?;
    splice(output, &spot, &mapped.old);
    at(spot.0, spot.1, &spot.2.pointer)
}

fn other_target(base: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (_, spot) = any_mapped(base, random, output)?;
    let (_, target) = random.choice(&base.case.rows)?;
    splice(output, &spot, &token(target, 0));
    at(spot.0, spot.1, &spot.2.pointer)
}

fn target_escaped(base: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (_, spot) = any_mapped(base, random, output)?;
    let shown = Text::of(&token_of(output, &spot)).shown;
    splice(output, &spot, &token(&shown, random.u64(..)));
    at(spot.0, spot.1, &spot.2.pointer)
}

/// Two members of an object, and the object.
fn two_members(
    random: &mut Rng,
    output: &Output,
) -> Option<(&'static str, usize, Spot, [std::ops::Range<usize>; 2])> {
    let (table, line, spot) = any_spot(random, output, |spot, _| spot.kind == Kind::Object)?;
    let record = str::from_utf8(&output[table][line]).expect("UTF-8");
    let members = places::members_of(record, spot.span.start);
    let spans: Vec<_> = members.iter().map(|member| member.name.start..member.value.end).collect();
    let (a, b) = (random.choice(0..spans.len())?, random.choice(0..spans.len())?);
    (a < b).then(|| (table, line, spot, [spans[a].clone(), spans[b].clone()]))
}

fn members_exchanged(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line, _, [a, b]) = two_members(random, output)?;
    let bytes = &mut output.get_mut(table)?[line];
    let (one, other) = (bytes[a.clone()].to_vec(), bytes[b.clone()].to_vec());
    bytes.splice(b, one);
    bytes.splice(a, other);
    // What differs is the order, or the values of members of one name.
    in_line(table, line)
}

fn member_dropped(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line, _, [a, b]) = two_members(random, output)?;
    let bytes = &mut output.get_mut(table)?[line];
    let comma = bytes[a.end..b.start].iter().position(|byte| *byte == b',')? + a.end;
    bytes.drain(a.start..=comma);
    in_line(table, line)
}

fn member_doubled(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line, _, [a, _]) = two_members(random, output)?;
    let bytes = &mut output.get_mut(table)?[line];
    let member = [&bytes[a.clone()], b","].concat();
    bytes.splice(a.start..a.start, member);
    in_line(table, line)
}

fn marked(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let table = random.choice(output.keys().copied().collect::<Vec<_>>())?;
    let lines = output.get_mut(table)?;
    match lines.first_mut() {
        Some(first) => drop(first.splice(..0, *b"\xef\xbb\xbf")),
        None => lines.push(b"\xef\xbb\xbf".to_vec()),
    }
    Some(Place { table, line: 0, path: None })
}

fn carriage_return(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    let bytes = &mut output.get_mut(table)?[line];
    match bytes.ends_with(b"\r\n") {
        true => drop(bytes.remove(bytes.len() - 2)),
        false => bytes.insert(bytes.len() - usize::from(bytes.ends_with(b"\n")), b'\r'),
    }
    at(table, line, "")
}

fn last_newline(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let table = random.choice(output.keys().copied().collect::<Vec<_>>())?;
    let lines = output.get_mut(table)?;
    let number = lines.len();
    let last = lines.last_mut()?;
    match last.ends_with(b"\n") {
        true => drop(last.pop()),
        false => last.push(b'\n'),
    }
    at(table, number - 1, "")
}

fn cut(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    let lines = output.get_mut(table)?;
    lines.truncate(line + 1);
    let end = lines[line].len();
    lines[line].truncate(random.usize(..end));
    in_line(table, line)
}

fn not_utf8(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    let broken: [&[u8]; 5] = [b"\xff", b"\xc3", b"\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"];
    let texts = [Kind::Text, Kind::Name];
    let (table, line, spot) = any_spot(random, output, |spot, _| texts.contains(&spot.kind))?;
    let bytes = &mut output.get_mut(table)?[line];
    let end = spot.span.end - 1;
    let from = if random.bool() { spot.span.start + 1 } else { end };
    bytes.splice(from..end, random.choice(broken)?.iter().copied());
    in_line(table, line)
}

/// Breaks any byte of an output.
fn break_byte(
    random: &mut Rng,
    output: &mut Output,
    how: impl Fn(&mut Rng, &mut Vec<u8>, usize),
) -> Option<Place> {
    let (table, line) = any_line(random, output)?;
    let bytes = &mut output.get_mut(table)?[line];
    let place = random.usize(..bytes.len());
    how(random, bytes, place);
    in_line(table, line)
}

fn bit(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    break_byte(random, output, |random, line, at| line[at] ^= 1 << random.u32(..8))
}

/// Bytes that matter to the grammar.
const BYTES: &[u8] =
    b"\"\"\\\\{}[]::,,  \t\r\n0123456789-+.eEutrfalsn/\0\x1f\x7f\x80\xbf\xc3\xed\xf0\xff";

fn byte(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    break_byte(random, output, |random, line, at| {
        line[at] = random.choice(BYTES).copied().unwrap_or(0)
    })
}

fn byte_added(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    break_byte(random, output, |random, line, at| {
        line.insert(at, random.choice(BYTES).copied().unwrap_or(0));
    })
}

fn byte_removed(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    break_byte(random, output, |_, line, at| {
        line.remove(at);
    })
}

fn bytes_removed(_: &Base, random: &mut Rng, output: &mut Output) -> Option<Place> {
    break_byte(random, output, |random, line, at| {
        let end = random.usize(at..=line.len());
        line.drain(at..end);
    })
}

/// Whether a verdict names where a mutant is broken: the line itself, or that
/// after it, where it was an end of line that was broken.
fn names(base: &Base, verdict: &Verdict, place: &Place) -> bool {
    let Place { table, line, path } = place;
    let paths = path.as_ref().map(|path| base.paths_before(table, *line, path));
    verdict.found.iter().any(|found| {
        let near = *line == 0 || found.is_about(table, *line) || found.is_about(table, line + 1);
        let there = paths.as_ref().is_none_or(|paths| {
            // A record of another key is another record.
            let whole = paths.contains("/_id") && found.path.is_empty();
            (paths.contains(&found.path) || whole) && (*line == 0 || found.is_about(table, *line))
        });
        found.table == *table && near && there
    })
}

/// What a mutant looked like.
fn shown(seed: u64, way: &str, place: &Place, base: &Base, output: &Output) -> String {
    let mut text = format!("{way}, seed {seed}, at {place:?}\n{:?}\n", base.case);
    for (name, lines) in output {
        if base.output[name] != *lines {
            for line in lines {
                text += &format!("  {name} after: {}\n", line.escape_ascii());
            }
        }
    }
    text
}

fn usual_or_asked(usual: u64) -> u64 {
    let asked = std::env::var("AUDIT_MUTANTS").ok().and_then(|count| count.parse().ok());
    asked.unwrap_or(usual)
}

fn bases(mut take: impl FnMut(&Base, &Path, &mut Rng)) {
    let mut runner = TestRunner::deterministic();
    for (number, world) in WORLDS.into_iter().enumerate() {
        for run in 0..RUNS {
            let case = ruled_cases(world).new_tree(&mut runner).expect("a case").current();
            let folder = quick_folder();
            let base = Base::new(&case, folder.path());
            take(&base, folder.path(), &mut Rng::with_seed((number * RUNS + run) as u64));
        }
    }
}

fn verified(base: &Base, folder: &Path, how: impl FnOnce(&mut Options)) -> Verdict {
    let mut options = verification(&base.case, folder, OUT);
    options.rejects = None;
    how(&mut options);
    audit(options).expect("an audit")
}

#[test]
fn no_mutant_passes() {
    let each = usual_or_asked(5000).div_ceil((RUNS * WORLDS.len()) as u64);
    let mut tried: BTreeMap<&str, u64> = BTreeMap::new();
    let mut wrong = BTreeMap::new();
    bases(|base, folder, random| {
        let whole = verified(base, folder, |_| {});
        assert!(whole.passes(), "{}\n{:?}", whole.text, base.case);
        for _ in 0..each {
            let seed = random.u64(..);
            let mut random = Rng::with_seed(seed);
            let (way, mutate) = WAYS[random.usize(..WAYS.len())];
            let mut output = base.output.clone();
            let place = mutate(base, &mut random, &mut output);
            let Some(place) = place.filter(|_| output != base.output) else { continue };
            *tried.entry(way).or_default() += 1;
            base.write(folder, &output);
            let verdict = verified(base, folder, |_| {});
            if verdict.passes() || verdict.found.is_empty() {
                panic!("a mutant passes: {}", shown(seed, way, &place, base, &output));
            }
            if !names(base, &verdict, &place) {
                let what = format!("{}{}", shown(seed, way, &place, base, &output), verdict.text);
                wrong.entry(way).or_insert((0, what)).0 += 1;
            }
        }
    });
    for (way, (times, what)) in &wrong {
        println!("{way} is not named {times} times, as in: {what}");
    }
    assert!(wrong.is_empty(), "mutants are not named: {:?}", wrong.keys());
    let (few, all) = (tried.values().min(), tried.values().sum::<u64>());
    assert!(tried.len() == WAYS.len() && few >= Some(&5) && all > 1000, "{tried:?}");
}

/// Ways that leave a mark on values, whatever the order and the bytes.
const OF_VALUES: [&str; 17] = [
    "a digit changed",
    "a member renamed",
    "a string changed",
    "a literal changed",
    "a newline added",
    "two lines joined",
    "a record dropped",
    "a record doubled",
    "a record added",
    "a record moved to another table",
    "two mapped IDs exchanged",
    "a mapped ID put back",
    "another target",
    "a member dropped",
    "a member doubled",
    "cut",
    "not UTF-8",
];

#[test]
fn no_mutant_in_another_order_passes() {
    let ways: Vec<_> = WAYS.iter().filter(|(way, _)| OF_VALUES.contains(way)).collect();
    assert_eq!(ways.len(), OF_VALUES.len());
    let each = usual_or_asked(2000).div_ceil((RUNS * WORLDS.len()) as u64);
    let mut tried = 0;
    bases(|base, folder, random| {
        let mut whole = base.output.clone();
        whole.values_mut().for_each(|lines| end_lines(lines));
        for _ in 0..each {
            let seed = random.u64(..);
            let mut random = Rng::with_seed(seed);
            let (way, mutate) = ways[random.usize(..ways.len())];
            let mut output = whole.clone();
            let place = mutate(base, &mut random, &mut output);
            output.values_mut().for_each(|lines| end_lines(lines));
            let Some(place) = place.filter(|_| output != whole) else { continue };
            output.values_mut().for_each(|lines| random.shuffle(lines));
            base.write(folder, &output);
            let verdict = verified(base, folder, |_| {});
            let told = verdict.found.iter().any(|found| found.table == place.table);
            assert!(!verdict.passes() && told, "{}", shown(seed, way, &place, base, &output));
            tried += 1;
        }
    });
    assert!(tried > 700, "{tried}");
}

/// The exit code, and the same words for any threads and blocks.
#[test]
fn the_program_refuses_mutants_with_the_same_words() {
    let mut codes = BTreeSet::new();
    bases(|base, folder, random| {
        let mut output = base.output.clone();
        let (way, mutate) = WAYS[random.usize(..WAYS.len())];
        if mutate(base, random, &mut output).is_none() || output == base.output {
            return;
        }
        base.write(folder, &output);
        let first = verified(base, folder, |_| {});
        for (threads, block_size) in [(2, 1), (5, 7), (2, 64), (5, 4096)] {
            let other = verified(base, folder, |options| {
                (options.threads, options.block_size) = (Some(threads), block_size);
            });
            assert_eq!(other.text, first.text, "{way}: {:?}", base.case);
        }
        codes.insert(refused_by_the_program(base, folder));
    });
    assert_eq!(codes, BTreeSet::from([Some(1)]));
}

fn refused_by_the_program(base: &Base, root: &Path) -> Option<i32> {
    let folder = Folder::new();
    let at = |name: &str| root.join(name).display().to_string();
    let (export, out, map, rules) = (at("export"), at("out"), at("ids.csv"), at("rules.toml"));
    let mut args = vec!["verify", &*export, &*out, "--map", &*map, "--rules", &*rules];
    args.extend(base.case.chains.then_some("--allow-chains"));
    let ran = folder.idswap(&args);
    assert!(!ran.stdout.is_empty() && ran.stderr.contains("NOT verified"), "{}", ran.stderr);
    ran.code
}
