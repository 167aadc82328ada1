//! Undoing a run's own output gives its input, whatever the data; undoing a
//! later export agrees with a slow model.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use idswap::Stage;
use idswap::rewrite;
use idswap::undo::{Options, Request, UndoSummary};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::models::places::is_record;
use crate::models::rule_worlds::ruled_cases;
use crate::models::worlds::{Asked, Case, EXPORT, OUT, WORLDS, cases};
use crate::rewrite::properties::{BLOCK_SIZES, THREADS, holds_for, options, quick_folder};
use crate::support::folder::{Folder, tree};

/// Undoes what is in `from` and returns what that gave; `how` picks threads
/// and block size.
fn undo(folder: &Path, from: &str, to: &str, how: usize) -> UndoSummary {
    let mut options =
        Options::new(folder.join(from), folder.join("changes.jsonl"), folder.join(to));
    let rejects = folder.join(format!("{OUT}.rejects"));
    options.rejects = rejects.exists().then_some(rejects);
    options.drifted = Some(folder.join(format!("{to}.drifted")));
    (options.threads, options.block_size) = (Some(THREADS[how % 3]), BLOCK_SIZES[how % 7]);
    let request = Request::new(options).expect("a request");
    request.run(&Stage::default(), &()).expect("undone")
}

/// A table's lines as its run had them: without its mark, and without those
/// set aside.
fn records(content: &[u8]) -> Vec<Vec<u8>> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let lines = content.split_inclusive(|&byte| byte == b'\n');
    let valid = |line: &&[u8]| is_record(line.strip_suffix(b"\n").unwrap_or(line));
    lines.filter(valid).map(<[u8]>::to_vec).collect()
}

/// Whether a name stands twice in some object of a record.
fn repeats_a_name(record: &str) -> bool {
    let mut objects: Vec<BTreeSet<String>> = Vec::new();
    let mut rest = record;
    let mut twice = false;
    while let Some(at) = rest.find(['{', '}', '"']) {
        let string = &rest[at..];
        rest = &string[1..];
        match string.as_bytes()[0] {
            b'{' => objects.push(BTreeSet::new()),
            b'}' => drop(objects.pop()),
            _ => {
                let mut escaped = false;
                let end = rest.find(|c| {
                    c == '"' && !escaped || {
                        escaped = c == '\\' && !escaped;
                        false
                    }
                });
                let end = end.expect("a closing quote");
                let raw = &string[..end + 2];
                rest = &rest[end + 1..];
                if rest.trim_start_matches([' ', '\t', '\r']).starts_with(':') {
                    let name = serde_json::from_str(raw).unwrap_or(raw.to_owned());
                    twice |= !objects.last_mut().expect("an object").insert(name);
                }
            }
        }
    }
    twice
}

/// Runs a case, and undoes what it wrote.
fn gives_the_input_again(case: &Case) {
    let asked = Asked { reject: true, all_tables: case.asked.all_tables, ..Asked::default() };
    let case = Case { asked, ..case.clone() };
    let folder = quick_folder();
    let at = |path: &str| folder.path().join(path);
    case.write(folder.path());
    let run = rewrite::Request::new(options(&case, folder.path(), EXPORT, OUT)).expect("a run");
    run.run(&Stage::default(), &()).expect("a report");
    let logged = fs::read_to_string(at("changes.jsonl")).expect("a log").lines().count() as u64;
    let how = case.tables.values().map(|table| table.content.len()).sum::<usize>();
    let undone = undo(folder.path(), OUT, "back", how);
    let sum = undone.sum();
    assert_eq!(sum.restored + sum.already + sum.drifted, logged, "the counts balance");
    assert_eq!(sum.already, 0);
    let drifted = fs::read_to_string(at("back.drifted")).expect("a list");
    assert_eq!(drifted.lines().count() as u64, sum.drifted);
    let (out, back) = (tree(&at(OUT)), tree(&at("back")));
    assert!(out.keys().eq(back.keys()), "{out:?} {back:?}");
    for (name, table) in &case.tables {
        let Some(back) = back.get(&case.relative(name)) else { continue };
        if !case.is_ruled(name) {
            assert_eq!(*back, table.content);
            continue;
        }
        let (before, back) = (records(&table.content), records(back));
        assert_eq!(before.len(), back.len());
        for (number, (before, back)) in (1..).zip(before.iter().zip(&back)) {
            let listed = format!("{{\"table\":\"{name}\",\"line\":{number},");
            let is_listed = drifted.lines().any(|line| line.starts_with(&listed));
            // Which of two values of one name was mapped is not in the log.
            let text = String::from_utf8_lossy(before);
            assert!(
                before == back && !is_listed || is_listed && repeats_a_name(&text),
                "{name}:{number}: {} is not {}",
                back.escape_ascii(),
                before.escape_ascii()
            );
        }
    }
    if !case.chains && sum.drifted == 0 {
        let again = undo(folder.path(), "back", "again", how + 1).sum();
        assert_eq!((again.restored, again.already, again.drifted), (0, logged, 0));
        assert_eq!(tree(&at("back")), tree(&at("again")));
    }
}

#[test]
fn undoing_a_run_gives_its_input() {
    for world in WORLDS {
        holds_for(world, &cases(world), 100, gives_the_input_again);
    }
}

#[test]
fn undoing_a_run_by_any_rules_gives_its_input() {
    for world in WORLDS {
        holds_for(world, &ruled_cases(world), 150, gives_the_input_again);
    }
}

const MAP: &str = "old,new\nu0,x0\nu1,x1\nu2,x0\nu3,x1\n";
const RULES: &str = "version = 1\nfield = [\n\
    { table = \"t\", path = \"user\", optional = true },\n\
    { table = \"t\", path = \"list[*].by\", optional = true },\n\
    { table = \"t\", path = \"votes\", match = \"keys\", optional = true },\n\
    { table = \"t\", path = \"votes.*.by\", optional = true },\n]\n";

fn user() -> impl Strategy<Value = String> {
    select(&["u0", "u1", "u2", "u3", "x0", "nobody"][..]).prop_map(str::to_owned)
}

/// The members of a record but its `_id`.
fn content() -> impl Strategy<Value = Value> {
    let by = || user().prop_map(|user| json!({"by": user}));
    let votes = prop::collection::btree_map(user(), by(), 0..3);
    (user(), vec(by(), 0..3), votes)
        .prop_map(|(user, list, votes)| json!({"user": user, "list": list, "votes": votes}))
}

/// What happens to a record between a run and a later export.
#[derive(Debug, Clone)]
enum Later {
    Nothing,
    Gone,
    /// Its user is put back by hand.
    Back,
    /// A member is set to a value.
    Set(&'static str, Value),
    /// A member is gone.
    Unset(&'static str),
    /// An element comes first.
    Listed,
    /// A name of `votes` is added, or replaces another one.
    Vote(String),
    VoteGone,
}

fn later() -> impl Strategy<Value = Later> {
    let value = prop_oneof![
        3 => user().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!(["x0"])),
    ];
    prop_oneof![
        4 => Just(Later::Nothing),
        1 => Just(Later::Gone),
        2 => Just(Later::Back),
        3 => value.prop_map(|value| Later::Set("user", value)),
        1 => Just(Later::Set("other", json!("x1"))),
        1 => select(&["user", "list", "votes"][..]).prop_map(Later::Unset),
        1 => Just(Later::Listed),
        2 => user().prop_map(Later::Vote),
        1 => Just(Later::VoteGone),
    ]
}

impl Later {
    fn happens_to(&self, record: &mut Map<String, Value>, before: &Value) {
        match self {
            Self::Nothing | Self::Gone => {}
            Self::Back => drop(record.insert("user".to_owned(), before["user"].clone())),
            Self::Set(name, value) => drop(record.insert((*name).to_owned(), value.clone())),
            Self::Unset(name) => drop(record.remove(*name)),
            Self::Listed => {
                if let Some(list) = record.get_mut("list").and_then(Value::as_array_mut) {
                    list.insert(0, json!({"by": "x0"}));
                }
            }
            Self::Vote(user) => {
                let votes = record.get_mut("votes").and_then(Value::as_object_mut);
                // It may be there: then nothing happens.
                votes.map(|votes| votes.entry(user.clone()).or_insert(json!(1)));
            }
            Self::VoteGone => {
                let votes = record.get_mut("votes").and_then(Value::as_object_mut);
                let first = votes.as_ref().and_then(|votes| votes.keys().next().cloned());
                votes.zip(first).map(|(votes, first)| votes.remove(&first));
            }
        }
    }
}

/// What the model counts: restored, already, drifted.
type Counts = [u64; 3];

/// Takes back one line of the log, as slowly as can be. `names` are the names
/// that members of `votes` have now, by those from before.
fn take_back(line: &Value, record: &mut Value, names: &BTreeMap<String, String>) -> usize {
    let [path, old, new] = ["path", "old", "new"].map(|name| line[name].as_str().expect("text"));
    let mut parts: Vec<&str> = path.split('/').skip(1).collect();
    if parts[0] == "votes" && parts.len() == 3 {
        parts[1] = names.get(parts[1]).map_or(parts[1], String::as_str);
    }
    let value = parts.iter().try_fold(record, |value, part| match value {
        Value::Object(members) => members.get_mut(*part),
        Value::Array(items) => items.get_mut(part.parse::<usize>().expect("an index")),
        _ => None,
    });
    match value {
        Some(value) if value == new => {
            *value = old.into();
            0
        }
        Some(value) if value == old => 1,
        _ => 2,
    }
}

/// The same for a member name of `votes`.
fn take_name_back(line: &Value, record: &mut Value, names: &mut BTreeMap<String, String>) -> usize {
    let [old, new] = ["old", "new"].map(|name| line[name].as_str().expect("text"));
    let Some(votes) = record.get_mut("votes").and_then(Value::as_object_mut) else { return 2 };
    match (votes.contains_key(new), votes.contains_key(old)) {
        (true, false) => {
            let value = votes.remove(new).expect("a vote");
            votes.insert(old.to_owned(), value);
            0
        }
        (false, true) => 1,
        (there, _) => {
            if there {
                // Values within it are still found by the new name.
                names.insert(old.to_owned(), new.to_owned());
            }
            2
        }
    }
}

fn model(log: &[Value], records: &mut [Value]) -> Counts {
    let mut counts = [0; 3];
    let mut joined = BTreeSet::new();
    for record in records {
        let mut names = BTreeMap::new();
        let mut of_record: Vec<_> =
            log.iter().enumerate().filter(|(_, line)| line["_id"] == record["_id"]).collect();
        // Names first: values are named as before the run.
        of_record.sort_by_key(|(_, line)| line["key"] != true);
        for (number, line) in of_record {
            joined.insert(number);
            let fate = match line["key"] == true {
                true => take_name_back(line, record, &mut names),
                false => take_back(line, record, &names),
            };
            counts[fate] += 1;
        }
    }
    counts[2] += (log.len() - joined.len()) as u64;
    counts
}

fn jsonl(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

fn read_jsonl(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn agrees_with_the_model(contents: Vec<(Value, Later)>, order: &[usize], how: usize) -> Counts {
    let folder = quick_folder();
    let at = |path: &str| folder.path().join(path);
    let records: Vec<_> = (0..)
        .zip(&contents)
        .map(|(number, (content, _))| {
            let mut record = content.clone();
            record["_id"] = format!("k{number}").into();
            record
        })
        .collect();
    fs::create_dir(at("export")).expect("made");
    fs::write(at("export/t.jsonl"), jsonl(&records)).expect("written");
    fs::write(at("ids.csv"), MAP).expect("written");
    fs::write(at("rules.toml"), RULES).expect("written");
    let mut options = rewrite::Options::new(at("export"), at("ids.csv"));
    options.plan = idswap::rules::read(&at("rules.toml")).expect("rules");
    (options.out, options.changes) = (Some(at("out")), Some(at("changes.jsonl")));
    let run = rewrite::Request::new(options).expect("a run");
    run.run(&Stage::default(), &()).expect("a report");
    let out = read_jsonl(&fs::read_to_string(at("out/t.jsonl")).expect("read"));
    let mut later: Vec<Value> = order
        .iter()
        .map(|number| (out[*number].clone(), &contents[*number]))
        .filter(|(_, (_, later))| !matches!(later, Later::Gone))
        .map(|(mut record, (before, later))| {
            later.happens_to(record.as_object_mut().expect("an object"), before);
            record
        })
        .collect();
    later.insert(later.len() / 2, json!({"_id": "new", "user": "x0", "list": []}));
    fs::create_dir(at("later")).expect("made");
    fs::write(at("later/t.jsonl"), jsonl(&later)).expect("written");
    let log = read_jsonl(&fs::read_to_string(at("changes.jsonl")).expect("read"));
    let counts = model(&log, &mut later);
    let sum = undo(folder.path(), "later", "back", how).sum();
    assert_eq!([sum.restored, sum.already, sum.drifted], counts);
    // A table that the log does not name goes along unread.
    assert_eq!(sum.records, if log.is_empty() { 0 } else { later.len() as u64 });
    let back = read_jsonl(&fs::read_to_string(at("back/t.jsonl")).expect("read"));
    assert_eq!(back, later);
    let drifted = read_jsonl(&fs::read_to_string(at("back.drifted")).expect("read"));
    assert_eq!(drifted.len() as u64, sum.drifted);
    let lines: Vec<_> = drifted.iter().map(|line| line["line"].as_u64()).collect();
    assert!(lines.is_sorted_by_key(|line| line.unwrap_or(u64::MAX)), "{lines:?}");
    counts
}

#[test]
fn undoing_a_later_export_agrees_with_the_model() {
    let records = vec((content(), later()), 1..12).prop_flat_map(|all| {
        let order: Vec<usize> = (0..all.len()).collect();
        (Just(all), Just(order).prop_shuffle(), any::<usize>())
    });
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 300;
    }
    let met = std::cell::RefCell::new([0; 3]);
    TestRunner::new(config)
        .run(&records, |(contents, order, how)| {
            let counts = agrees_with_the_model(contents, &order, how);
            met.borrow_mut().iter_mut().zip(counts).for_each(|(sum, more)| *sum += more);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let met = met.into_inner();
    assert!(met.iter().all(|times| *times >= 20), "the cases are worth trying: {met:?}");
}

/// Every combination of threads and block size gives the very same.
#[test]
fn threads_and_blocks_do_not_show() {
    let record = |n: usize| {
        let id = ["\"a\"", "\"b\"", "7", "null"][n % 4];
        let id = if n.is_multiple_of(5) { String::new() } else { format!("\"_id\":{id},") };
        format!("{{{id}\"requester_id\":\"u{}\",\"assigned_to\":\"u{}\"}}\n", n % 3, n % 4)
    };
    let export: String = (0..200).map(record).collect();
    let map = "old,new\nu0,x0\nu1,x1\nu2,x0\n";
    let folder = Folder::with(&[("ids.csv", map), ("export/tickets.jsonl", &export)]);
    let args = "rewrite export --map ids.csv --out out --changes changes.jsonl";
    assert_eq!(folder.idswap(&args.split(' ').collect::<Vec<_>>()).code, Some(1));
    let mut edited: Vec<String> = folder
        .text("out/tickets.jsonl")
        .lines()
        .map(|line| line.replace("u3", "e3") + "\n")
        .collect();
    edited.rotate_left(37);
    edited[11] = edited[11].replace("x0", "edited");
    folder.write("later/tickets.jsonl", edited.concat());
    for (from, is_own) in [("out", true), ("later", false)] {
        let mut first = None;
        for threads in ["1", "2", "5"] {
            for block_size in BLOCK_SIZES {
                let size = block_size.to_string();
                let args = ["undo", from, "--changes", "changes.jsonl", "--out", "back", "--force"];
                let more = ["--drifted", "drifted", "--threads", threads, "--block-size", &size];
                let ran = folder.idswap(&[&args[..], &more].concat());
                let left = (ran, folder.read("back/tickets.jsonl"), folder.read("drifted"));
                assert_eq!(left.0.code, Some(i32::from(!is_own)), "{}", left.0.stderr);
                let first = first.get_or_insert_with(|| left.clone());
                assert!(*first == left, "{from} {more:?}: {} {}", first.0.stderr, left.0.stderr);
            }
        }
        if is_own {
            assert_eq!(folder.text("back/tickets.jsonl"), export);
        }
    }
}
