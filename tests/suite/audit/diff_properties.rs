//! `idswap diff` finds just what the slow oracle finds: over random exports,
//! what a run writes, and what was changed in it at random.

use std::collections::BTreeMap;
use std::fs;

use fastrand::Rng;
use idswap::audit::Options;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::audit::verify_mutants::told_apart;
use crate::models::audits::{Line, Verdict, audit, rewritten, verification};
use crate::models::diff_oracle::{Difference, changing, differences};
use crate::models::places;
use crate::models::rule_worlds::ruled_cases;
use crate::models::spots::{Kind, spots};
use crate::models::worlds::{Case, OUT, WORLDS};
use crate::rewrite::properties::quick_folder;
use crate::support::folder::Folder;

/// Edits a record in one of many ways; keeps it a record.
fn edit(random: &mut Rng, record: &mut String) {
    let spot = random.choice(spots(record)).expect("a spot");
    let token = record[spot.span.clone()].to_owned();
    let new = match spot.kind {
        Kind::Name => name(random, &token),
        Kind::Text if random.usize(..3) > 0 => text(random, &token),
        Kind::Number if random.usize(..3) > 0 => number(random, &token),
        Kind::Text | Kind::Number | Kind::Literal => {
            random.choice(VALUES).expect("a value").to_string()
        }
        Kind::List | Kind::Object => container(random, &token, spot.kind == Kind::Object),
    };
    // The record itself stays an object.
    if !(spot.pointer.is_empty() && spot.kind == Kind::Object && !new.starts_with('{')) {
        record.replace_range(spot.span, &new);
    }
}

const VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "-0",
    "0.0",
    "1e1",
    "10.0",
    "[]",
    "{}",
    "[1,2]",
    "\"\"",
    "\"\\ud800\"",
    "{\"a\":{\"b\":[1]}}",
    "123456789012345678901234567890",
    "1e-400",
];

fn name(random: &mut Rng, token: &str) -> String {
    match random.usize(..3) {
        0 => format!("\"\\u007e{}", &token[1..]),
        1 => random.choice(["\"new\"", "\"n/~\"", "\"\"", "\"\\udc00\""]).expect("one").to_owned(),
        _ => escape(token),
    }
}

fn text(random: &mut Rng, token: &str) -> String {
    match random.usize(..3) {
        0 => format!("{}x\"", &token[..token.len() - 1]),
        1 => escape(token),
        _ if !token.contains('\\') => token.to_uppercase(),
        _ => "\"\"".to_owned(),
    }
}

/// The same string, its first character escaped where it is not already.
fn escape(token: &str) -> String {
    match token[1..].chars().next() {
        Some(first) if first.is_ascii_alphanumeric() => {
            format!("\"\\u{:04X}{}", u32::from(first), &token[2..])
        }
        _ => token.to_owned(),
    }
}

fn number(random: &mut Rng, token: &str) -> String {
    let exponent = token.contains(['e', 'E']);
    match random.usize(..5) {
        0 if token.contains('.') && !exponent => format!("{token}00"),
        1 if !exponent => format!("{token}E+0"),
        2 if exponent => token.replace('E', "e"),
        3 => token.strip_prefix('-').map_or_else(|| format!("-{token}"), str::to_owned),
        _ => token.replace('1', "7"),
    }
}

/// Changes blanks, order or number of what is in a container.
fn container(random: &mut Rng, token: &str, object: bool) -> String {
    let (open, close) = (&token[..1], &token[token.len() - 1..]);
    let inner = &token[1..token.len() - 1];
    let mut pieces: Vec<&str> = match object {
        true => places::members_of(token, 0)
            .iter()
            .map(|member| &token[member.name.start..member.value.end])
            .collect(),
        false => places::elements_of(token, 0)
            .iter()
            .map(|&at| &token[places::value(token, at)])
            .collect(),
    };
    match random.usize(..6) {
        0 => return format!("{open} {inner}{close}"),
        1 => return format!("{open}{inner}\t{close}"),
        2 => random.shuffle(&mut pieces),
        3 if !pieces.is_empty() => drop(pieces.remove(random.usize(..pieces.len()))),
        4 => {
            pieces.insert(random.usize(..=pieces.len()), if object { "\"more\": 1" } else { "[7]" })
        }
        _ if object => pieces.extend(pieces.first().copied()),
        _ => pieces.reverse(),
    }
    format!("{open}{}{close}", pieces.join(","))
}

/// What was changed in an output, by table.
type Tables = BTreeMap<&'static str, [Vec<u8>; 2]>;

/// Lines that are no records, and have no key.
const BROKEN: &[&str] = &["{", "[1]", "", "{}}"];

fn edited(case: &Case, random: &mut Rng, folder: &std::path::Path) -> Tables {
    rewritten(case, folder);
    let mut tables = Tables::new();
    for (name, table) in &case.tables {
        let path = folder.join(OUT).join(case.relative(name));
        let Ok(after) = fs::read(&path) else {
            tables.insert(name, [table.content.clone(), Vec::new()]);
            continue;
        };
        let mut sides = [&table.content, &after].map(|content| lines(content));
        for line in &mut sides[1] {
            for _ in 0..random.choice([0, 0, 1, 1, 2, 4]).expect("one") {
                edit(random, line);
            }
        }
        let after = &mut sides[1];
        match random.usize(..5) {
            0 if !after.is_empty() => drop(after.remove(random.usize(..after.len()))),
            1 => after.insert(random.usize(..=after.len()), "{\"_id\":\"one more\"}".to_owned()),
            2 => random.shuffle(after),
            _ => {}
        }
        for side in &mut sides {
            let broken = random.choice(BROKEN).filter(|_| random.usize(..6) == 0);
            let at = random.usize(..=side.len());
            side.splice(at..at, broken.map(|line| (*line).to_owned()));
        }
        tables.insert(
            name,
            sides.map(|lines| {
                lines.iter().flat_map(|line| [line, "\n"].concat().into_bytes()).collect()
            }),
        );
    }
    tables
}

fn lines(content: &[u8]) -> Vec<String> {
    str::from_utf8(content).expect("UTF-8").split_terminator('\n').map(str::to_owned).collect()
}

/// How `idswap diff` asks for it.
fn difference(case: &Case, folder: &std::path::Path, mapped: bool) -> Options {
    let mut options = verification(case, folder, OUT);
    (options.plan, options.rejects) = (None, None);
    if !mapped {
        options.map = None;
    }
    options
}

fn found(verdict: &Verdict, table: &str) -> Vec<(String, Option<String>, String, bool)> {
    let of = verdict.found.iter().filter(|found| found.table == table);
    let mut found: Vec<_> = of
        .map(|found| (found.class.clone(), found.id.clone(), found.path.clone(), found.key))
        .collect();
    found.sort();
    found
}

fn owned(differences: Vec<Difference>) -> Vec<(String, Option<String>, String, bool)> {
    differences
        .into_iter()
        .map(|(class, id, path, key)| (class.to_owned(), id, path, key))
        .collect()
}

/// What one list has more of than another one.
fn without<D: PartialEq + Clone>(list: &[D], other: &[D]) -> Vec<D> {
    let mut rest = other.to_vec();
    let mut more = list.to_vec();
    more.retain(|one| match rest.iter().position(|other| other == one) {
        Some(at) => {
            rest.remove(at);
            false
        }
        None => true,
    });
    more
}

/// Random exports and what was changed in them.
fn pairs(times: usize, mut take: impl FnMut(&Case, &std::path::Path, &Tables, u64)) {
    let mut runner = TestRunner::deterministic();
    for seed in 0..times as u64 {
        let world = WORLDS[seed as usize % WORLDS.len()];
        let case = ruled_cases(world).new_tree(&mut runner).expect("a case").current();
        let case = told_apart(&case);
        let folder = quick_folder();
        let tables = edited(&case, &mut Rng::with_seed(seed), folder.path());
        for (name, [before, after]) in &tables {
            let path = case.relative(name);
            fs::write(folder.path().join("export").join(&path), before).expect("written");
            let out = folder.path().join(OUT).join(&path);
            if out.exists() {
                fs::write(out, after).expect("written");
            }
        }
        take(&case, folder.path(), &tables, seed);
    }
}

#[test]
fn diff_agrees_with_the_oracle() {
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    pairs(1200, |case, folder, tables, seed| {
        for mapped in [true, false] {
            let mut options = difference(case, folder, mapped);
            options.block_size = [1, 7, 64, 4096][seed as usize % 4];
            options.threads = Some([1, 2, 3][seed as usize % 3]);
            let verdict = audit(options).expect("an audit");
            let map = if mapped { changing(&case.rows) } else { Default::default() };
            for (name, [before, after]) in tables {
                let wanted = owned(differences(before, after, &map));
                let found = found(&verdict, name);
                let (more, less) = (without(&found, &wanted), without(&wanted, &found));
                let text = |side: &[u8]| side.escape_ascii().to_string().replace("\\n", "\n");
                assert!(
                    found == wanted,
                    "seed {seed}, {name}, mapped {mapped}:\n{}\nbecame\n{}\n{}\nfound: {more:?}\nnot found: {less:?}",
                    text(before),
                    text(after),
                    case.csv(),
                );
                for (class, ..) in found {
                    *classes.entry(class).or_default() += 1;
                }
            }
        }
    });
    for class in ["mapped", "changed", "formatting", "added", "removed", "noRecord"] {
        assert!(classes.get(class) >= Some(&100), "{classes:?}");
    }
}

/// What the program prints is the same, and holds values as they are written.
#[test]
fn jsonl_holds_values_as_they_are_written() {
    let mut printed = 0;
    pairs(60, |case, folder, tables, seed| {
        let verdict = audit(difference(case, folder, true)).expect("an audit");
        let at = |name: &str| folder.join(name).display().to_string();
        let (export, out, map) = (at("export"), at(OUT), at("ids.csv"));
        let mut args = vec!["diff", &*export, &*out, "--map", &*map, "--format", "jsonl"];
        args.extend(case.chains.then_some("--allow-chains"));
        let ran = Folder::new().idswap(&args);
        assert_eq!(ran.code, Some(i32::from(!verdict.found.is_empty())), "{}", ran.stderr);
        let told = String::from_utf8(ran.stdout).expect("UTF-8");
        assert_eq!(told.lines().count(), verdict.found.len());
        for (text, found) in told.lines().zip(&verdict.found) {
            let line: Line<'_> = serde_json::from_str(text).expect(text);
            assert_eq!(
                (&line.class, &line.table, &line.path),
                (&found.class, &found.table, &found.path)
            );
            assert_eq!(line.key, found.key, "{text}");
            assert_eq!(line.id.map(|id| id.get().to_owned()), found.id, "{text}");
            assert_eq!(line.before_line.map(|line| line as u64), found.before, "{text}");
            assert_eq!(line.after_line.map(|line| line as u64), found.after, "{text}");
            assert_eq!(line.message.is_some(), line.class == "noRecord", "{text}");
            let [before, after] = &tables[&*line.table];
            let values =
                [(before, line.before_line, line.before), (after, line.after_line, line.after)];
            for (table, number, value) in values {
                let (Some(number), Some(value)) = (number, value) else { continue };
                let record = &lines(table)[number - 1];
                printed += 1;
                assert!(is_written(record, &line, value.get()), "seed {seed}: {text} of {record}");
            }
        }
    });
    assert!(printed > 300, "{printed}");
}

/// Whether a record, or what is no record, has a value as it was printed.
fn is_written(record: &str, line: &Line<'_>, value: &str) -> bool {
    if line.class == "noRecord" {
        return record == value || serde_json::to_string(record).expect("a string") == value;
    }
    let is_it = |spot: &crate::models::spots::Spot| {
        record[spot.span.clone()] == *value && (spot.kind == Kind::Name) == line.key
    };
    spots(record).iter().any(is_it)
}
