//! Puts together what shards left, and holds it against what one run left.

use std::collections::BTreeMap;
use std::path::Path;

use idswap::error::Error;
use idswap::report::{Merge, Report};
use serde_json::Value;

use super::trial::{Left, OUT, Trial};

/// What all shards left is what one run left, as the contract says: outputs and
/// side files by their bytes, but for lines, which a shard does not know.
pub fn check(trial: &Trial, whole: &Left, shards: &[Left]) {
    shards.iter().enumerate().for_each(|(at, left)| check_part(trial, left, (at, shards.len())));
    if whole.report.get("error").is_some() {
        return check_error(trial, whole, shards);
    }
    check_exits(trial, whole, shards);
    // A shard does not know that another one refuses its data.
    if whole.exit < 3 {
        check_files(trial, whole, shards);
    }
    check_lists(whole, shards);
    let merged = merge(shards).unwrap_or_else(|error| panic!("{error}"));
    check_merged(trial, whole, shards, merged);
}

/// What a strict run minds of its map and its records as a whole, no shard
/// knows; the merged report does.
fn check_exits(trial: &Trial, whole: &Left, shards: &[Left]) {
    let exit = shards.iter().map(|left| left.exit).max().expect("a shard");
    let known = if trial.is_strict() { exit.max(1) } else { exit };
    assert!(known == whole.exit || trial.is_strict() && exit == whole.exit, "{exit}");
}

fn check_files(trial: &Trial, whole: &Left, shards: &[Left]) {
    let join = |name: &str| shards.iter().map(|left| left.bytes(name)).collect::<Vec<_>>().concat();
    for name in [OUT, &format!("out.rejects/{}.jsonl", trial.table())] {
        assert_eq!(show(&join(name)), show(whole.bytes(name)), "{name}");
    }
    for name in ["changes.jsonl", "out.rejects/reasons.jsonl", "patches/left-out.jsonl"] {
        let joined: Vec<_> = shards.iter().flat_map(|left| left.lines(name)).collect();
        let expected: Vec<_> = whole.lines(name).into_iter().map(without_line).collect();
        assert_eq!(joined, expected, "{name}");
    }
    let name = format!("patches/{}.patches.jsonl", trial.table());
    let joined: Vec<_> = shards.iter().flat_map(|left| patches(left, &name)).collect();
    assert_eq!(joined, patches(whole, &name), "patches");
    let names = |left: &Left| left.files.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
    let written = whole.files.contains_key(OUT);
    for left in shards {
        assert_eq!(left.files.contains_key(OUT), written, "{}", names(left));
        assert!(left.files.contains_key("changes.jsonl"), "{}", names(left));
    }
}

fn show(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// A line of a log without the number of its record's line.
fn without_line(line: &str) -> String {
    let (before, rest) = line.split_once(",\"line\":").expect("a line");
    let (_, after) = rest.split_once(',').expect("an offset");
    assert!(after.starts_with("\"offset\":"), "{line}");
    format!("{before},{after}")
}

/// The entries of all batches, which are cut anew in each shard.
fn patches<'l>(left: &'l Left, name: &str) -> Vec<&'l str> {
    let batches = left.lines(name).into_iter();
    let entries = batches.flat_map(|batch| {
        let batch = batch.strip_prefix("{\"updates\":[").and_then(|all| all.strip_suffix("]}"));
        batch.expect("a batch").split(",{\"_id\":")
    });
    entries.map(|entry| entry.strip_prefix("{\"_id\":").unwrap_or(entry)).collect()
}

/// What the list of the unmapped says of an ID.
#[derive(Debug, PartialEq, Eq)]
struct Open {
    count: u64,
    /// Its table and field, where it first stands.
    first: String,
}

fn check_lists(whole: &Left, shards: &[Left]) {
    let mut joined: BTreeMap<String, Open> = BTreeMap::new();
    for (id, count, first, line) in shards.iter().flat_map(unmapped) {
        assert_eq!(line, "", "a shard knows no line");
        joined.entry(id).or_insert(Open { count: 0, first }).count += count;
    }
    let listed = |(id, count, first, line): (_, _, _, String)| {
        assert!(line.parse::<u64>().is_ok(), "{line}");
        (id, Open { count, first })
    };
    let expected: BTreeMap<_, _> = unmapped(whole).into_iter().map(listed).collect();
    assert_eq!(joined, expected, "unmapped");
}

fn unmapped(left: &Left) -> Vec<(String, u64, String, String)> {
    let mut rows = csv::Reader::from_reader(left.bytes("open.csv"));
    let header = ["source_id", "target_id", "count", "table", "field", "line"];
    assert_eq!(rows.headers().expect("a header"), &header[..]);
    let row = |row: csv::Result<csv::StringRecord>| {
        let row = row.expect("a row");
        let count = row[2].parse().expect("a count");
        (row[0].to_owned(), count, format!("{}.{}", &row[3], &row[4]), row[5].to_owned())
    };
    rows.records().map(row).collect()
}

/// Reads and merges the reports of shards, the last ones first and the others
/// after them.
pub fn merge(shards: &[Left]) -> Result<Value, Error> {
    let mut merge = Merge::default();
    let (first, last) = shards.split_at(shards.len() * 2 / 3);
    for left in last.iter().rev().chain(first) {
        let path = format!("{}.json", left.report["shard"]);
        let path = Path::new(&path);
        merge.add(path, Report::parse(left.bytes("report.json"), path)?)?;
    }
    Ok(serde_json::to_value(merge.finish()?).expect("JSON"))
}

fn check_merged(trial: &Trial, whole: &Left, shards: &[Left], mut merged: Value) {
    for (name, table) in merged["tables"].as_object_mut().expect("tables") {
        let parts = table.as_object_mut().expect("counts").remove("parts").expect("parts");
        let parts = parts.as_array().expect("a list");
        assert_eq!(parts.len(), shards.len());
        for (part, left) in parts.iter().zip(shards) {
            let table = &left.report["tables"][name];
            assert_eq!(part["input"], table["input"]);
            assert_eq!(part.get("output"), table.get("output"));
        }
    }
    assert_eq!(merged, as_merged(trial, &whole.report));
}

/// The report of a single run without what the merged report of its shards
/// cannot say.
fn as_merged(trial: &Trial, whole: &Value) -> Value {
    let mut report = whole.clone();
    let map = report["map"].as_object_mut().expect("a map");
    assert!(map.remove("unused").is_some_and(|unused| unused.is_u64()));
    for table in report["tables"].as_object_mut().expect("tables").values_mut() {
        let table = table.as_object_mut().expect("counts");
        table.remove("output");
        assert!(table.remove("input").is_some());
    }
    let warnings = report["warnings"].as_array_mut().expect("warnings");
    let many = warnings.len();
    warnings.retain(|warning| warning["code"] != "unusedRows");
    // They can be all that a strict run minds.
    if trial.is_strict() && warnings.is_empty() && many > 0 {
        report["attention"] = (whole["summary"]["totalUnmapped"] != 0).into();
    }
    report
}

/// What a shard says of itself: which part it is, and what it read, to the byte.
fn check_part(trial: &Trial, left: &Left, (at, of): (usize, usize)) {
    let report = &left.report;
    assert_eq!(report["shard"], format!("{}/{of}", at + 1));
    assert!(report["map"].get("unused").is_none());
    assert!(!report.to_string().contains("\"unusedRows\""));
    let size = trial.content.len();
    let Some(table) = report["tables"].as_object().and_then(|tables| tables.values().next()) else {
        return;
    };
    let input = &table["input"];
    assert_eq!((&input["path"], &input["fileBytes"]), (&trial.path().into(), &size.into()));
    let number = |name: &str| input[name].as_u64().expect("a number") as usize;
    let bytes = &trial.content[number("offset")..][..number("bytes")];
    assert_eq!(bytes, owned(&trial.content, size * at / of..size * (at + 1) / of));
    check_digest(&input["digest"], bytes);
    assert_eq!(input["digest"].is_null(), report["map"]["files"][0]["digest"].is_null());
    let output = table.get("output");
    assert_eq!(output.is_some(), left.files.contains_key(OUT));
    if let Some(output) = output {
        let bytes = left.bytes(OUT);
        assert_eq!(output["bytes"], bytes.len());
        check_digest(&output["digest"], bytes);
    }
}

/// The records whose first byte lies in a range.
fn owned(content: &[u8], range: std::ops::Range<usize>) -> &[u8] {
    let from = |at: usize| {
        let begins = |at: &usize| *at == 0 || content[at - 1] == b'\n';
        (at..content.len()).find(begins).unwrap_or(content.len())
    };
    if range.is_empty() { &[] } else { &content[from(range.start)..from(range.end)] }
}

/// There are digests of all files or of none.
fn check_digest(digest: &Value, bytes: &[u8]) {
    match digest.as_str() {
        Some(digest) if digest.starts_with("blake3:") => {
            assert_eq!(digest, format!("blake3:{}", blake3::hash(bytes).to_hex()));
        }
        Some(digest) => {
            use sha2::Digest as _;
            let hash = sha2::Sha256::digest(bytes);
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest, format!("sha256:{hex}"));
        }
        None => {}
    }
}

/// The first shard that ends at an invalid line names the line at which one
/// run ends, by its offset.
fn check_error(trial: &Trial, whole: &Left, shards: &[Left]) {
    let first = shards.iter().find(|left| left.report.get("error").is_some()).expect("an error");
    assert_eq!((first.exit, whole.exit), (3, 3));
    let [expected, found] = [whole, first].map(|left| left.report["error"].clone());
    let offset = found["offset"].as_u64().expect("an offset") as usize;
    let line = trial.content[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!(found.get("line").is_none() && expected.get("offset").is_none());
    assert_eq!(expected["line"], line);
    for member in ["file", "column", "message"] {
        assert_eq!(found[member], expected[member], "{member}");
    }
    let message = |left: &Left| left.error.clone().expect("a message");
    let place = format!("{}:+{offset}:", trial.path());
    assert_eq!(
        message(first),
        message(whole).replacen(&format!("{}:{line}:", trial.path()), &place, 1)
    );
    for left in shards {
        let kept = left.files.contains_key(OUT);
        assert_eq!(kept, left.report.get("error").is_none() && left.exit < 3 && !trial.is_dry());
    }
    let error = merge(shards).expect_err("no report of all");
    assert!(error.to_string().contains("refused its data"), "{error}");
}
