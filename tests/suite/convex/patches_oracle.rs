//! Random exports give the patches that a slow reading of what a run read and
//! wrote gives, whatever the threads, the block size and the batch.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use idswap::Stage;
use idswap::error::Error;
use idswap::report::{Report, Warning};
use idswap::rewrite::{Options, Request};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::models::oracle::Text;
use crate::models::places::{is_record, members};
use crate::models::rule_worlds::ruled_cases;
use crate::models::ruled::{Rule, Step};
use crate::models::worlds::{Asked, Case, EXPORT, OUT, WORLDS, cases};
use crate::rewrite::properties::{BLOCK_SIZES, THREADS, holds_for, options, quick_folder};
use crate::support::folder::tree;

const BATCHES: [usize; 4] = [1, 2, 3, 100];
const PATCHES: &str = "patches";

/// What is left of a case: the files of batches, the list of records left out
/// without its messages, and the warnings of them without theirs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Patched {
    files: BTreeMap<String, String>,
    left_out: Vec<Value>,
    warned: Vec<(String, u64, u64)>,
}

/// Why a record has no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    NoId,
    NewId,
    Renamed,
    Null,
}

/// A record that the run changed.
struct Updated<'t> {
    line: u64,
    offset: u64,
    before: &'t str,
    after: &'t str,
}

/// The records of a table that a run changed: those whose bytes differ.
fn updated<'t>(before: &'t [u8], after: &'t [u8]) -> Vec<Updated<'t>> {
    let text = |line: &'t [u8]| str::from_utf8(line).expect("UTF-8");
    let plain = |line: &'t [u8]| line.strip_suffix(b"\n").unwrap_or(line);
    let mut after = after.split_inclusive(|byte| *byte == b'\n').map(plain);
    let records = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before);
    let mut offset = (before.len() - records.len()) as u64;
    let mut found = Vec::new();
    for (line, raw) in (1..).zip(records.split_inclusive(|byte| *byte == b'\n')) {
        let record = plain(raw);
        if is_record(record) {
            let (before, after) = (text(record), text(after.next().expect("a record")));
            found.extend((before != after).then_some(Updated { line, offset, before, after }));
        }
        offset += raw.len() as u64;
    }
    assert!(after.next().is_none(), "no record comes from nowhere");
    found
}

/// The token of the last member that is called `_id`.
fn id(record: &str) -> Option<&str> {
    let named = |name: &Text| !name.lone_surrogate && name.shown == "_id";
    let last = members(record).into_iter().rfind(|m| named(&Text::of(&record[m.name.clone()])))?;
    Some(&record[last.value])
}

fn entry(rules: &[&Rule], updated: &Updated<'_>) -> Result<String, Why> {
    let Updated { before, after, .. } = *updated;
    let names = |record: &str| -> Vec<String> {
        members(record).into_iter().map(|member| record[member.name].to_owned()).collect()
    };
    if id(before) != id(after) {
        return Err(Why::NewId);
    }
    if names(before) != names(after) {
        return Err(Why::Renamed);
    }
    let id = id(after).filter(|id| id.starts_with('"')).ok_or(Why::NoId)?;
    let mut carried: Vec<(String, String)> = Vec::new();
    for member in members(after) {
        let name = Text::of(&after[member.name.clone()]);
        let declares = |rule: &&&Rule| match rule.steps.first() {
            Some(Step::Name(head)) => *head == name.shown,
            Some(Step::All) => true,
            None => false,
        };
        let rules: Vec<_> = rules.iter().filter(declares).collect();
        if name.lone_surrogate || name.shown == "_id" || rules.is_empty() {
            continue;
        }
        carried.retain(|(shown, _)| *shown != name.shown);
        let tokens = format!(",{}:{}", &after[member.name], &after[member.value]);
        let needed = rules.iter().any(|rule| !rule.optional);
        let tokens = match tokens.ends_with(":null") {
            true if needed => "refused".to_owned(),
            true => String::new(),
            false => tokens,
        };
        carried.push((name.shown, tokens));
    }
    match carried.iter().any(|(_, tokens)| tokens == "refused") {
        true => Err(Why::Null),
        false => {
            let tokens: String = carried.into_iter().map(|(_, tokens)| tokens).collect();
            Ok(format!("{{\"_id\":{id}{tokens}}}"))
        }
    }
}

/// The scalar `_id` of what stood before, as a change log has it.
fn listed(table: &str, updated: &Updated<'_>) -> Value {
    let mut line = json!({"table": table, "line": updated.line, "offset": updated.offset});
    if let Some(id) = id(updated.before).filter(|id| !id.starts_with(['{', '['])) {
        // Not every token has a value of serde_json: 1e999 has none.
        line["_id"] = id.into();
    }
    line
}

/// Goes through all records that a run of `case` into `folder` changed.
fn each(case: &Case, folder: &Path, mut take: impl FnMut(&str, Updated<'_>, Result<String, Why>)) {
    for (table, content) in &case.tables {
        let rules: Vec<_> = case.rules.of(table).collect();
        if rules.is_empty() {
            continue;
        }
        let after = fs::read(folder.join(OUT).join(case.relative(table))).expect("an output");
        for updated in updated(&content.content, &after) {
            let entry = entry(&rules, &updated);
            take(table, updated, entry);
        }
    }
}

fn expect(case: &Case, folder: &Path, batch: usize) -> Patched {
    let mut expected = Patched::default();
    let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    each(case, folder, |table, updated, entry| match entry {
        Ok(entry) => entries.entry(format!("{table}.patches.jsonl")).or_default().push(entry),
        Err(_) => {
            expected.left_out.push(listed(table, &updated));
            match expected.warned.last_mut().filter(|(name, ..)| name == table) {
                Some((_, count, _)) => *count += 1,
                None => expected.warned.push((table.to_owned(), 1, updated.offset)),
            }
        }
    });
    let line = |entries: &[String]| format!("{{\"updates\":[{}]}}\n", entries.join(","));
    expected.files = entries
        .into_iter()
        .map(|(name, all)| (name, all.chunks(batch).map(line).collect()))
        .collect();
    expected
}

/// What stands in the folder of patches, and what the report says of it.
fn patched(folder: &Path, report: &Report) -> Patched {
    let texts = tree(&folder.join(PATCHES));
    let text = |(name, bytes)| (name, String::from_utf8(bytes).expect("UTF-8"));
    let mut files: BTreeMap<_, _> = texts.into_iter().map(text).collect();
    let list = files.remove("left-out.jsonl");
    assert_ne!(list.as_deref(), Some(""), "a list of nothing is not written");
    let warned = |warning: &Warning| {
        let place = (warning.table.clone()?, warning.count, warning.offset?);
        (warning.code == "patchLeftOut").then_some(place)
    };
    Patched {
        files,
        left_out: list.iter().flat_map(|list| list.lines()).map(without_message).collect(),
        warned: report.warnings.iter().filter_map(warned).collect(),
    }
}

/// A line of the list, its `_id` as the token that it is.
fn without_message(line: &str) -> Value {
    let member = |name: &str| {
        let all = members(line);
        let found = all.into_iter().find(|m| line[m.name.clone()] == format!("\"{name}\""));
        found.map(|member| &line[member.value])
    };
    let read = |name| -> Value { serde_json::from_str(member(name).expect(name)).expect("JSON") };
    assert!(read("message").as_str().expect("a message").len() > 10);
    let mut left = json!({"table": read("table"), "line": read("line"), "offset": read("offset")});
    if let Some(id) = member("_id") {
        left["_id"] = id.into();
    }
    left
}

/// The same case, certain to be written, with an `_id` in most records.
fn keyed(mut case: Case) -> Case {
    case.asked = Asked { reject: true, refuse_unmapped: false, dry_run: false, ..case.asked };
    for table in case.tables.values_mut() {
        let lines = table.content.split_inclusive(|byte| *byte == b'\n').enumerate();
        table.content = lines.flat_map(|(number, line)| with_id(number, line)).collect();
    }
    case
}

fn with_id(number: usize, line: &[u8]) -> Vec<u8> {
    let record = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if (number + line.len()).is_multiple_of(8) || !is_record(record.trim_ascii_end()) {
        return line.to_vec();
    }
    let open = line.iter().position(|byte| *byte == b'{').expect("a record") + 1;
    let comma = if line[open..].trim_ascii_start().starts_with(b"}") { "" } else { "," };
    let id = format!("\"_id\":\"k{number}\"{comma}");
    [&line[..open], id.as_bytes(), &line[open..]].concat()
}

fn run(case: &Case, folder: &Path, more: impl FnOnce(&mut Options)) -> Result<Report, Error> {
    let mut options = options(case, folder, EXPORT, OUT);
    options.patches = Some(folder.join(PATCHES));
    options.force = true;
    more(&mut options);
    Request::new(options).and_then(|request| request.run(&Stage::default(), &()))
}

fn agrees(case: &Case, combinations: impl Iterator<Item = (usize, usize, usize)>) {
    let folder = quick_folder();
    case.write(folder.path());
    for (threads, block_size, batch) in combinations {
        let report = run(case, folder.path(), |options| {
            options.threads = Some(threads);
            options.block_size = block_size;
            options.patch_batch = batch;
        });
        let patched = patched(folder.path(), &report.expect("a run"));
        let expected = expect(case, folder.path(), batch);
        assert_eq!(patched, expected, "{threads} threads, blocks of {block_size}, batch {batch}");
    }
}

/// Every number of threads with every size of blocks, and every batch.
fn all() -> impl Iterator<Item = (usize, usize, usize)> {
    let pairs = BLOCK_SIZES.into_iter().flat_map(|size| THREADS.map(|threads| (threads, size)));
    pairs.zip(BATCHES.into_iter().cycle()).map(|((threads, size), batch)| (threads, size, batch))
}

#[test]
fn patches_agree_with_the_oracle() {
    for world in WORLDS {
        holds_for(world, &cases(world).prop_map(keyed), 6, |case| agrees(case, all()));
        holds_for(world, &ruled_cases(world).prop_map(keyed), 6, |case| agrees(case, all()));
    }
}

/// Many more cases, each of one combination.
#[test]
fn patches_of_many_cases_agree_with_the_oracle() {
    let one = |case: &Case| {
        let size = case.tables.values().map(|table| table.content.len()).sum::<usize>();
        agrees(case, all().skip(size % 21).take(1));
    };
    for world in WORLDS {
        holds_for(world, &cases(world).prop_map(keyed), 100, one);
        holds_for(world, &ruled_cases(world).prop_map(keyed), 150, one);
    }
}

/// A dry run writes the same patches, and nothing else.
#[test]
fn a_dry_run_patches_like_a_real_one() {
    for world in WORLDS {
        holds_for(world, &ruled_cases(world).prop_map(keyed), 10, |case| {
            let folder = quick_folder();
            case.write(folder.path());
            run(case, folder.path(), |_| ()).expect("a run");
            let real = tree(&folder.path().join(PATCHES));
            fs::remove_dir_all(folder.path().join(OUT)).expect("removed");
            run(case, folder.path(), |options| options.dry_run = true).expect("a dry run");
            assert!(tree(&folder.path().join(PATCHES)) == real);
            assert!(!folder.path().join(OUT).exists());
        });
    }
}

/// The cases are worth trying.
#[test]
fn random_cases_meet_every_reason() {
    let mut runner = TestRunner::deterministic();
    let mut met: BTreeMap<Option<Why>, u32> = BTreeMap::new();
    for world in WORLDS {
        for _ in 0..60 {
            let case = keyed(ruled_cases(world).new_tree(&mut runner).expect("a case").current());
            let folder = quick_folder();
            case.write(folder.path());
            run(&case, folder.path(), |_| ()).expect("a run");
            each(&case, folder.path(), |_, _, entry| {
                *met.entry(entry.err()).or_default() += 1;
            });
        }
    }
    for why in [None, Some(Why::NoId), Some(Why::NewId), Some(Why::Renamed), Some(Why::Null)] {
        let times = met.get(&why).copied().unwrap_or(0);
        assert!(times >= 6, "{why:?} is met {times} times: {met:?}");
    }
}
