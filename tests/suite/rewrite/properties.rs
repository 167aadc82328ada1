//! Over random hostile exports, every run agrees with the oracle, whatever its
//! threads and block size.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use idswap::Stage;
use idswap::error::Class;
use idswap::report::Report;
use idswap::rewrite::{OnInvalid, OnUnmapped, Options, Request};
use idswap::rules;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::Value;
use tempfile::TempDir;

use crate::models::oracle::{self, Expected, TIME, expect};
use crate::models::worlds::{Asked, Case, EXPORT, MAP, OUT, RULES, WORLDS, World, cases};
use crate::support::folder::{Folder, tree};

pub const THREADS: [usize; 3] = [1, 2, 5];
pub const BLOCK_SIZES: [usize; 7] = [1, 2, 3, 7, 64, 4096, 1 << 20];

/// What a run left.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    pub exit: i32,
    /// The message of what ended it, without advice.
    pub error: Option<String>,
    /// Its files, by relative path.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// A folder in memory where there is one: every run makes its files durable.
pub fn quick_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a temporary folder")
}

/// The root of paths in `folder`, as [`expect`] takes it.
pub fn root(folder: &TempDir) -> String {
    format!("{}/", folder.path().display())
}

pub fn options(case: &Case, folder: &Path, export: &str, out: &str) -> Options {
    let mut options = Options::new(folder.join(export), folder.join(MAP));
    if case.rules.from_file {
        options.plan = rules::read(&folder.join(RULES)).expect("rules");
        options.rules = Some(folder.join(RULES));
    }
    options.out = Some(folder.join(out));
    options.unmapped = Some(folder.join("open.csv"));
    options.changes = Some(folder.join("changes.jsonl"));
    options.report = case.asked.dry_run.then(|| folder.join(format!("{out}.report.json")));
    options.map.chains = case.chains;
    options.dry_run = case.asked.dry_run;
    options.strict = case.asked.strict;
    options.all_tables = case.asked.all_tables;
    options.on_invalid = if case.asked.reject { OnInvalid::Reject } else { OnInvalid::Fail };
    options.on_unmapped =
        if case.asked.refuse_unmapped { OnUnmapped::Fail } else { OnUnmapped::Keep };
    options.timestamp = TIME.to_owned();
    options
}

/// Runs a case in `folder`, in which [`Case::write`] has written it, and
/// clears away what it leaves.
pub fn run(case: &Case, folder: &Path, threads: usize, block_size: usize) -> Left {
    let options =
        Options { threads: Some(threads), block_size, ..options(case, folder, EXPORT, OUT) };
    let done = Request::new(options).and_then(|request| request.run(&Stage::default(), &()));
    let files = take_files(folder);
    match done {
        Ok(report) => {
            let written = &files[&format!("{OUT}.report.json")];
            assert_eq!(String::from_utf8_lossy(written), report.to_json());
            Left { exit: i32::from(report.attention), error: None, files }
        }
        Err(error) => {
            let exit = match error.class() {
                Class::Usage => 2,
                Class::Data => 3,
                Class::Io => 4,
            };
            Left { exit, error: Some(error.to_string()), files }
        }
    }
}

/// Takes everything but the inputs out of `folder`.
fn take_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(folder);
    files
        .retain(|path, _| path != MAP && path != RULES && !path.starts_with(&format!("{EXPORT}/")));
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("an entry").path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(EXPORT | MAP | RULES) => {}
            _ if path.is_dir() => fs::remove_dir_all(path).expect("removed"),
            _ => fs::remove_file(path).expect("removed"),
        }
    }
    files
}

/// Holds what a run left against what it must leave.
pub fn check(left: &Left, expected: &Expected) {
    assert_eq!(left.exit, expected.exit, "the exit code, of {:?}", left.error);
    match (&left.error, &expected.error) {
        (Some(error), Some(start)) => {
            assert!(error.starts_with(start), "{error:?} starts with {start:?}")
        }
        (error, expected) => assert_eq!(error, expected),
    }
    let mut files = left.files.clone();
    let report = files.remove(&format!("{OUT}.report.json")).expect("a report");
    check_report(&report, expected);
    let unmapped = files.remove("open.csv");
    assert_eq!(unmapped.map(|csv| unmapped_rows(&csv)), expected.unmapped);
    let reasons = files.remove(&format!("{OUT}.rejects/reasons.jsonl"));
    assert_eq!(reasons.map(|lines| without_messages(&lines)).unwrap_or_default(), expected.reasons);
    let texts = |files: &BTreeMap<String, Vec<u8>>| {
        files
            .iter()
            .map(|(path, bytes)| (path.clone(), bytes.escape_ascii().to_string()))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(texts(&files), texts(&expected.files));
}

/// Compares reports but for the wording of messages, which has tests of its
/// own.
fn check_report(report: &[u8], expected: &Expected) {
    let read = Report::parse(report, Path::new("report")).expect("a report");
    assert!(
        read.tables.is_none() || read.inconsistencies().is_empty(),
        "{:?}",
        read.inconsistencies()
    );
    let mut report: Value = serde_json::from_slice(report).expect("JSON");
    let fields = report.as_object_mut().expect("an object");
    fields.remove("tool").expect("a tool");
    let warnings = fields["warnings"].take();
    let warnings = warnings.as_array().expect("warnings");
    let mut wanted = expected.report.clone();
    if let Some(error) = fields.get_mut("error") {
        assert!(taken_message(error).len() > 5);
        // The contract is silent on what else a refused run reports.
        for field in ["warnings", "copied"] {
            fields.remove(field);
        }
        for map in [&mut report["map"], &mut wanted["map"]] {
            map["unused"].take();
        }
    } else {
        fields.insert("warnings".to_owned(), bare(warnings).into());
    }
    assert_eq!(report, wanted);
    check_samples(warnings, expected);
}

fn bare(warnings: &[Value]) -> Vec<Value> {
    let mut bare = warnings.to_vec();
    bare.iter_mut().for_each(|warning| assert!(taken_message(warning).len() > 5));
    oracle::sorted(bare)
}

fn taken_message(from: &mut Value) -> String {
    let message = from.as_object_mut().and_then(|fields| fields.remove("message"));
    message.and_then(|message| message.as_str().map(str::to_owned)).expect("a message")
}

/// Values that were unrecognized show in the warning, cut to 100 characters.
fn check_samples(warnings: &[Value], expected: &Expected) {
    for (table, field, samples) in &expected.samples {
        let found = warnings.iter().find(|warning| {
            warning["code"] == "unrecognized"
                && warning["table"] == *table
                && warning["field"] == field.as_str()
        });
        let message = found.map_or("", |warning| warning["message"].as_str().expect("a message"));
        assert!(!message.contains(char::is_control), "{message:?}");
        let plain = |text: &&String| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_|,".contains(&byte))
        };
        for sample in samples.iter().filter(plain) {
            let shown = &sample[..sample.len().min(100)];
            assert!(message.contains(&format!("\"{shown}")), "{message:?} shows {shown:?}");
            assert!(sample.len() <= 100 || !message.contains(&sample[..101]), "{message:?}");
        }
    }
}

fn unmapped_rows(csv: &[u8]) -> Vec<[String; 6]> {
    let mut rows = csv::Reader::from_reader(csv);
    let header = rows.headers().expect("a header");
    assert_eq!(header, vec!["source_id", "target_id", "count", "table", "field", "line"]);
    let row = |row: csv::Result<csv::StringRecord>| {
        let row = row.expect("a row");
        std::array::from_fn(|column| row[column].to_owned())
    };
    rows.records().map(row).collect()
}

fn without_messages(lines: &[u8]) -> Vec<Value> {
    let text = str::from_utf8(lines).expect("UTF-8");
    let line = |line| {
        let mut reason: Value = serde_json::from_str(line).expect("JSON");
        assert!(taken_message(&mut reason).len() > 5);
        reason
    };
    text.lines().map(line).collect()
}

/// Tries `property` on random cases of a world: `usually` many, or as many as
/// `PROPTEST_CASES` says.
fn holds(world: World, usually: u32, property: impl Fn(&Case)) {
    holds_for(world, &cases(world), usually, property);
}

/// The same of other cases.
pub fn holds_for<C: Debug>(
    world: World,
    cases: &impl Strategy<Value = C>,
    usually: u32,
    property: impl Fn(&C),
) {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = usually;
    }
    let held = TestRunner::new(config).run(cases, |case| {
        property(&case);
        Ok(())
    });
    match held {
        Ok(()) => {}
        Err(TestError::Fail(why, case)) => panic!("{world:?}: {why}\n{case:?}"),
        Err(TestError::Abort(why)) => panic!("{world:?}: {why}"),
    }
}

/// Every combination of threads and block size leaves what the oracle says,
/// and all of them the very same.
pub fn agrees(case: &Case) {
    let folder = quick_folder();
    case.write(folder.path());
    let expected = expect(case, &root(&folder));
    let first = run(case, folder.path(), THREADS[0], BLOCK_SIZES[0]);
    check(&first, &expected);
    for threads in THREADS {
        for block_size in BLOCK_SIZES {
            let left = run(case, folder.path(), threads, block_size);
            assert!(
                left == first,
                "{threads} threads, blocks of {block_size}: {left:#?}\nbefore: {first:#?}"
            );
        }
    }
}

#[test]
fn uuid_to_clerk_agrees_with_the_oracle() {
    holds(World::UuidToClerk, 24, agrees);
}

#[test]
fn clerk_to_clerk_agrees_with_the_oracle() {
    holds(World::ClerkToClerk, 24, agrees);
}

#[test]
fn uuid_to_uuid_agrees_with_the_oracle() {
    holds(World::UuidToUuid, 24, agrees);
}

#[test]
fn auth0_to_uuid_agrees_with_the_oracle() {
    holds(World::Auth0ToUuid, 24, agrees);
}

#[test]
fn clerk_to_uuid_agrees_with_the_oracle() {
    holds(World::ClerkToUuid, 24, agrees);
}

/// Many more cases, each of one combination.
#[test]
fn one_run_of_each_of_many_cases_agrees_with_the_oracle() {
    for world in WORLDS {
        holds(world, 400, |case| {
            let folder = quick_folder();
            case.write(folder.path());
            let size = case.rows.len()
                + case.tables.values().map(|table| table.content.len()).sum::<usize>();
            let (threads, block_size) = (THREADS[size % 3], BLOCK_SIZES[3 + size % 4]);
            check(&run(case, folder.path(), threads, block_size), &expect(case, &root(&folder)));
        });
    }
}

/// Nothing in an output is left to map, unless the map has chains.
#[test]
fn a_run_over_its_own_output_changes_nothing() {
    for world in WORLDS {
        holds(world, 60, |case| {
            if !case.chains {
                changes_nothing_twice(case);
            }
        });
    }
}

pub fn changes_nothing_twice(case: &Case) {
    let folder = quick_folder();
    let asked = Asked { reject: true, ..Asked::default() };
    let case = Case { asked, ..case.clone() };
    case.write(folder.path());
    let first = options(&case, folder.path(), EXPORT, OUT);
    Request::new(first)
        .and_then(|request| request.run(&Stage::default(), &()))
        .expect("a first run");
    let again = Options { force: true, ..options(&case, folder.path(), OUT, "again") };
    let report = Request::new(again)
        .and_then(|request| request.run(&Stage::default(), &()))
        .expect("a second run");
    assert_eq!(report.summary.expect("a summary").total_updated, 0);
    assert!(tree(&folder.path().join(OUT)) == tree(&folder.path().join("again")));
}

/// The list of the unmapped, as it is written, is a further map that decides
/// nothing.
#[test]
fn the_list_of_the_unmapped_is_a_map() {
    for world in WORLDS {
        holds(world, 60, |case| {
            let asked = Asked { reject: true, ..Asked::default() };
            decides_nothing(&Case { asked, ..case.clone() });
        });
    }
}

fn decides_nothing(case: &Case) {
    let folder = quick_folder();
    case.write(folder.path());
    let first = options(case, folder.path(), EXPORT, OUT);
    let open = folder.path().join("open.csv");
    Request::new(first)
        .and_then(|request| request.run(&Stage::default(), &()))
        .expect("a first run");
    let listed = fs::read(&open).expect("a list");
    let mut again = options(case, folder.path(), EXPORT, "again");
    again.force = true;
    again.map.paths.push(open.clone());
    again.unmapped = Some(folder.path().join("still.csv"));
    Request::new(again)
        .and_then(|request| request.run(&Stage::default(), &()))
        .expect("a second run");
    assert!(fs::read(folder.path().join("still.csv")).expect("a list") == listed);
    assert!(tree(&folder.path().join(OUT)) == tree(&folder.path().join("again")));
}

/// What only the program itself shows: its exit code and its words.
#[test]
fn the_program_exits_as_the_oracle_says() {
    for world in WORLDS {
        holds(world, 6, |case| {
            let folder = Folder::new();
            case.write(&folder.path(""));
            let expected = expect(case, "");
            let [first, others @ ..] =
                [("1", "1"), ("2", "7"), ("5", "4096")].map(|(threads, block_size)| {
                    run_program(case, &folder, &["--threads", threads, "--block-size", block_size])
                });
            check(&first.0, &expected);
            others.iter().for_each(|other| assert_eq!(*other, first));
        });
    }
}

/// Runs the program as [`run`] does the library; returns its words, too.
fn run_program(case: &Case, folder: &Folder, more: &[&str]) -> (Left, String) {
    let Asked { reject, refuse_unmapped, strict, all_tables, dry_run } = case.asked;
    let mut args = vec!["rewrite", EXPORT, "--map", MAP, "--out", OUT];
    args.extend(["--unmapped", "open.csv", "--changes", "changes.jsonl"]);
    for (wanted, words) in [
        (reject, &["--on-invalid", "reject"][..]),
        (refuse_unmapped, &["--on-unmapped", "fail"]),
        (strict, &["--strict"]),
        (all_tables, &["--all-tables"]),
        (dry_run, &["--dry-run", "--report", "out.report.json"]),
        (case.chains, &["--allow-chains"]),
        (case.rules.from_file, &["--rules", RULES]),
    ] {
        args.extend(words.iter().filter(|_| wanted));
    }
    args.extend(more);
    let ran = folder.idswap(&args);
    assert_eq!(ran.stdout, b"");
    let exit = ran.code.expect("an exit code");
    let first = ran.stderr.lines().next().expect("words");
    let error = first.strip_prefix("idswap: ").filter(|_| exit > 1).map(str::to_owned);
    (Left { exit, error, files: take_files(&folder.path("")) }, ran.stderr)
}

/// The report lists a thousand IDs, the list of the unmapped all of them.
#[test]
fn lists_at_most_a_thousand_unmapped_ids() {
    let record = |n| format!("{{\"requester_id\":\"{n:08x}-0000-4000-8000-000000000000\"}}\n");
    let content = (0..1500).rev().map(record).collect::<String>().into_bytes();
    agrees(&Case::of_tickets(content));
}

/// The cases are worth trying: each world meets every fate, warning and exit
/// code that it can.
#[test]
fn random_cases_meet_everything() {
    for world in WORLDS {
        let mut runner = TestRunner::deterministic();
        let mut met: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..400 {
            let case = cases(world).new_tree(&mut runner).expect("a case").current();
            for what in meets(&expect(&case, "")) {
                *met.entry(what).or_insert(0) += 1;
            }
        }
        // Sources of the same form, or of any, come before targets.
        let native = matches!(world, World::UuidToClerk | World::ClerkToUuid);
        for what in EVERYTHING.iter().filter(|what| native || **what != "native") {
            let times = met.get(*what).copied().unwrap_or(0);
            assert!(times >= 10, "{world:?} meets {what} {times} times");
        }
    }
}

pub const EVERYTHING: [&str; 24] = [
    "exit 0",
    "exit 1",
    "exit 3",
    "mapped",
    "kept",
    "already",
    "unmapped",
    "native",
    "unrecognized",
    "null",
    "wrongType",
    "absent",
    "duplicateRows",
    "manyToOne",
    "oddTargets",
    "unusedRows",
    "byteOrderMark",
    "rejected",
    "loneSurrogate",
    "repeatedField",
    "missingTable",
    "noRecords",
    "nothingMapped",
    "records",
];

/// What a run meets, by the names of the report.
pub fn meets(expected: &Expected) -> BTreeSet<String> {
    let mut met = BTreeSet::from([format!("exit {}", expected.exit)]);
    let tables = expected.report["tables"].as_object().into_iter().flatten();
    for (_, field) in tables.flat_map(|(_, table)| table["fields"].as_object().expect("fields")) {
        let counts = field.as_object().expect("counts").iter();
        met.extend(counts.filter(|(_, count)| **count != 0).map(|(what, _)| what.clone()));
    }
    let warnings = expected.report["warnings"].as_array().into_iter().flatten();
    met.extend(warnings.map(|warning| warning["code"].as_str().expect("a code").to_owned()));
    met
}
