//! What a run writes is verified, over random exports, rules and maps, in the
//! order of the export and in any other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fastrand::Rng;
use idswap::audit::Options;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::audit::verify::hold_counts;
use crate::models::audits::{Verdict, audit, rewritten, verification, writing};
use crate::models::places;
use crate::models::rule_worlds::ruled_cases;
use crate::models::worlds::{Case, EXPORT, MAP, OUT, RULES, WORLDS, World, cases};
use crate::rewrite::properties::{holds_for, quick_folder};
use crate::support::folder::Folder;

/// With the built-in rules, and with others.
fn all_cases(world: World) -> impl Strategy<Value = Case> {
    prop_oneof![cases(world), ruled_cases(world)].prop_map(|case| writing(&case))
}

fn verified(options: Options) -> Verdict {
    audit(options).expect("an audit")
}

/// Where a table of the output stands.
fn written(case: &Case, folder: &Path, table: &str) -> std::path::PathBuf {
    folder.join(OUT).join(case.relative(table))
}

/// The tables of a case that its run writes.
fn emitted(case: &Case) -> impl Iterator<Item = &'static str> {
    let all = case.asked.all_tables;
    case.tables.keys().copied().filter(move |name| all || case.is_ruled(name))
}

/// Holds the counts of an audit against the run's own report.
fn check_counts(verdict: &Verdict, report: &str, added: &BTreeMap<&str, u64>) {
    let report: Value = serde_json::from_str(report).expect("JSON");
    for table in &verdict.tables {
        let (tally, name) = (&table.tally, table.name.as_str());
        let added = added.get(name).copied().unwrap_or(0);
        assert_eq!((tally.unexpected, tally.edited, tally.removed), (0, 0, 0), "{name}");
        assert_eq!((tally.added, tally.records + added), (added, tally.after + tally.rejected));
        let of = &report["tables"][name];
        if of.is_null() {
            let copied = report["copied"].as_array().expect("copied");
            assert!(copied.iter().any(|copied| copied == name), "{name} is in no report");
            assert_eq!((tally.mapped, tally.rejected), (0, 0), "{name}");
            assert_eq!(tally.unchanged, tally.records, "{name}");
            continue;
        }
        let count = |name: &str| of[name].as_u64().expect("a count");
        assert_eq!(tally.records, count("total"), "{name}");
        assert_eq!(tally.mapped, count("updated"), "{name}");
        assert_eq!(tally.unchanged, count("skipped"), "{name}");
        assert_eq!(tally.rejected, count("rejected"), "{name}");
    }
}

#[test]
fn verifies_what_a_run_writes() {
    for world in WORLDS {
        holds_for(world, &all_cases(world), 150, |case| {
            let folder = quick_folder();
            let report = rewritten(case, folder.path());
            let verdict = verified(verification(case, folder.path(), OUT));
            assert!(verdict.passes(), "{verdict:#?}");
            assert_eq!(verdict.tables.len(), emitted(case).count());
            check_counts(&verdict, &report.to_json(), &BTreeMap::new());
        });
    }
}

/// Every sound record begins with an `_id` of its own.
fn with_keys(case: &Case) -> Case {
    let mut case = case.clone();
    let mut number = 0;
    for table in case.tables.values_mut() {
        let mark = if table.content.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut content = table.content[..mark].to_vec();
        for line in table.content[mark..].split_inclusive(|&byte| byte == b'\n') {
            match places::is_record(line.strip_suffix(b"\n").unwrap_or(line)) {
                true => content.extend(with_key(line, number)),
                false => content.extend_from_slice(line),
            }
            number += 1;
        }
        // In any other order the last line is another one.
        if !content.is_empty() && !content.ends_with(b"\n") {
            content.push(b'\n');
        }
        table.content = content;
    }
    case
}

fn with_key(record: &[u8], number: u64) -> Vec<u8> {
    let text = str::from_utf8(record).expect("UTF-8");
    let open = places::after_blanks(text, 0) + 1;
    let comma = if places::members(text).is_empty() { "" } else { "," };
    format!("{}\"_id\":\"r{number}\"{comma}{}", &text[..open], &text[open..]).into_bytes()
}

/// Puts new records into a table and shuffles it.
fn shuffle(content: &[u8], new: Vec<Vec<u8>>, random: &mut Rng) -> Vec<u8> {
    let lines = content.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec);
    let mut lines: Vec<_> = lines.chain(new).collect();
    random.shuffle(&mut lines);
    lines.concat()
}

#[test]
fn verifies_it_in_any_order_and_with_new_records() {
    for world in WORLDS {
        let cases = (all_cases(world), any::<u64>());
        holds_for_seeded(world, &cases, 100, |case, seed| {
            let folder = quick_folder();
            let case = with_keys(case);
            let report = rewritten(&case, folder.path());
            let (mut random, mut added) = (Rng::with_seed(seed), BTreeMap::new());
            for name in emitted(&case).filter(|name| case.is_ruled(name)) {
                let path = written(&case, folder.path(), name);
                let more = random.u64(..3);
                let new = (0..more).map(|n| format!("{{\"_id\":\"new{n}\"}}\n").into_bytes());
                let content = fs::read(&path).expect("read");
                fs::write(&path, shuffle(&content, new.collect(), &mut random)).expect("written");
                added.insert(name, more);
            }
            let verdict = verified(verification(&case, folder.path(), OUT));
            let only_new = verdict.found.iter().all(|found| found.class == "added");
            assert!(only_new, "{}", verdict.text);
            assert_eq!(verdict.found.len() as u64, added.values().sum::<u64>());
            assert!(verdict.tables.iter().all(|table| table.tally.open() == 0));
            check_counts(&verdict, &report.to_json(), &added);
        });
    }
}

fn holds_for_seeded(
    world: World,
    cases: &(impl Strategy<Value = Case>, impl Strategy<Value = u64>),
    usually: u32,
    property: impl Fn(&Case, u64),
) {
    // The seed stands for the order, and is part of the case.
    let mut runner = TestRunner::deterministic();
    for _ in 0..usually {
        let case = cases.0.new_tree(&mut runner).expect("a case").current();
        let seed = cases.1.new_tree(&mut runner).expect("a seed").current();
        println!("{world:?}, seed {seed}: {case:?}");
        property(&case, seed);
    }
}

/// Words, report and exit code of the program, for any threads and blocks.
#[test]
fn the_program_verifies_it_with_the_same_words() {
    for world in WORLDS {
        holds_for(world, &all_cases(world), 4, |case| {
            let folder = Folder::new();
            let report = rewritten(case, &folder.path(""));
            let mut args = vec!["verify", EXPORT, OUT, "--map", MAP];
            args.extend(["--rejects", "out.rejects", "--report", "verdict.json"]);
            let asked = [
                (case.chains, &["--allow-chains"][..]),
                (case.rules.from_file, &["--rules", RULES]),
            ];
            asked.iter().filter(|(wanted, _)| *wanted).for_each(|(_, words)| args.extend(*words));
            let mut first = None;
            for (threads, block_size) in COMBINATIONS {
                let more =
                    [&args[..], &["--threads", threads, "--block-size", block_size]].concat();
                let ran = folder.idswap(&more);
                assert_eq!((ran.code, &*ran.stdout), (Some(0), &b""[..]), "{}", ran.stderr);
                let left = (ran, folder.text("verdict.json"));
                assert_eq!(first.get_or_insert_with(|| left.clone()), &left, "{more:?}");
            }
            let verdict: Value = serde_json::from_str(&first.expect("a run").1).expect("JSON");
            let report: Value = serde_json::from_str(&report.to_json()).expect("JSON");
            assert_eq!(verdict["ok"], true);
            hold_counts(&verdict, &report);
        });
    }
}

/// Threads and block sizes.
pub const COMBINATIONS: [(&str, &str); 6] =
    [("1", "262144"), ("2", "1"), ("5", "7"), ("2", "64"), ("1", "1"), ("5", "4096")];
