//! What `report merge` refuses, by name: shards that are missing, doubled or of
//! another run, and reports that no run leaves.

use std::path::Path;

use idswap::report::{Merge, Report};
use serde_json::{Value, json};

use super::open_ticket;
use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

const RULES: &str = "version = 1\n[[field]]\ntable = \"tickets\"\npath = \"requester_id\"\n";

/// Arguments of a shard besides its number.
const USUAL: &str = "rewrite t.jsonl --table tickets --map ids.csv --rules rules.toml";

fn shard(folder: &Folder, shard: &str, name: &str, args: &str) -> Ran {
    let report = format!("--out {name}.jsonl --report {name}.json --shard {shard} --force");
    run(folder, &format!("{args} {report}"))
}

/// Three shards of one run.
fn three() -> Folder {
    let other = MAP.replace(BOB, "user_2CarolCarolCarolCarolCarol0");
    let folder = Folder::with(&[
        ("ids.csv", MAP),
        ("again/ids.csv", MAP),
        ("other.csv", &other),
        ("rules.toml", RULES),
        ("again/rules.toml", RULES),
        ("other.toml", &RULES.replace("requester_id", "assigned_to")),
        ("t.jsonl", &[A, C, B].map(ticket).concat()),
        ("u.jsonl", &[A, C, B].map(ticket).concat()),
    ]);
    for number in 1..=3 {
        let ran = shard(&folder, &format!("{number}/3"), &number.to_string(), USUAL);
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    }
    folder
}

/// What is refused, and the words that the first line has.
fn refused(folder: &Folder, reports: &str, says: &[&str]) {
    let ran = run(folder, &format!("report merge {reports}"));
    assert_eq!((ran.code, ran.stdout.len()), (Some(3), 0), "{says:?}: {}", ran.stderr);
    let first = ran.stderr.lines().next().unwrap_or_default();
    assert!(first.starts_with("idswap: "), "{says:?}: {}", ran.stderr);
    says.iter().for_each(|word| assert!(first.contains(word), "{word}: {}", ran.stderr));
    assert_eq!(ran.stderr.lines().count(), 2, "one line of advice: {}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
}

#[test]
fn missing_and_doubled_shards_are_named() {
    let folder = three();
    folder.write("copy.json", folder.read("2.json"));
    for (reports, says) in [
        ("1.json 2.json", &["3/3", "missing"][..]),
        ("3.json 2.json", &["1/3", "missing"]),
        ("2.json", &["1/3, 3/3", "missing"]),
        ("1.json 2.json 2.json 3.json", &["2.json", "2/3"]),
        ("2.json 3.json copy.json 1.json", &["copy.json", "2/3"]),
        ("2.json copy.json", &["copy.json", "2/3"]),
    ] {
        refused(&folder, reports, says);
    }
    assert_eq!(run(&folder, "report merge 2.json 3.json 1.json").code, Some(0));
    assert_eq!(run(&folder, "report merge").code, Some(2));
    assert_eq!(run(&folder, "report merge 1.json 2.json 3.json 4.json").code, Some(4));
}

/// Up to ten are named.
#[test]
fn many_missing_shards_are_counted() {
    let folder = three();
    for (number, of, says) in [
        (1, 11, "2/11, 3/11, 4/11, 5/11, 6/11, 7/11, 8/11, 9/11, 10/11, 11/11"),
        (2, 12, "1/12, 3/12, 4/12, 5/12, 6/12, 7/12, 8/12, 9/12, 10/12, 11/12 and 1 more"),
        (1, 1000, "10/1000, 11/1000 and 989 more"),
        (u64::MAX, u64::MAX, "10/18446744073709551615 and 18446744073709551604 more"),
    ] {
        let ran = shard(&folder, &format!("{number}/{of}"), "one", USUAL);
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
        refused(&folder, "one.json", &[says, "missing"]);
    }
}

/// The second of three shards, run in another way, and what shows it.
#[rustfmt::skip]
const FOREIGN: &[(&str, &str)] = &[
    ("rewrite t.jsonl --table tickets --map other.csv --rules rules.toml --shard 2/3", "map"),
    ("rewrite t.jsonl --table tickets --map ids.csv --map ids.csv --rules rules.toml --shard 2/3", "map"),
    ("rewrite t.jsonl --table tickets --map ids.csv --rules other.toml --shard 2/3", "rules"),
    ("rewrite t.jsonl --table tickets --map ids.csv --shard 2/3", "rules"),
    ("rewrite u.jsonl --table tickets --map ids.csv --rules rules.toml --shard 2/3", "file"),
    ("rewrite t.jsonl --table tickets --map ids.csv --rules rules.toml --shard 2/4", "number of shards"),
    ("rewrite t.jsonl --table tickets --map ids.csv --rules rules.toml --shard 2/3 --dry-run", "dry run"),
];

#[test]
fn shards_of_other_runs_are_named() {
    let folder = three();
    for (args, says) in FOREIGN {
        let ran = run(&folder, &format!("{args} --out o.jsonl --report o.json --force"));
        assert!(matches!(ran.code, Some(0 | 1)), "{args}: {}", ran.stderr);
        let number = if args.contains("2/4") { "2/4" } else { "2/3" };
        refused(&folder, "1.json o.json 3.json", &["o.json", number, "1.json", says]);
        let first = if args.contains("2/4") { "1/3" } else { "3/3" };
        let name = if first == "1/3" { "1.json" } else { "3.json" };
        refused(&folder, &format!("o.json {name}"), &[name, first, "o.json", says]);
    }
    let rules = RULES.replace("\"tickets\"", "\"t\"");
    folder.write("both.toml", format!("{RULES}{}", rules.replace("version = 1\n", "")));
    for (number, table) in [(1, "tickets"), (2, "t"), (3, "tickets")] {
        let args = format!("rewrite t.jsonl --table {table} --map ids.csv --rules both.toml");
        shard(&folder, &format!("{number}/3"), &number.to_string(), &args);
    }
    refused(&folder, "1.json 2.json 3.json", &["2.json", "2/3", "table"]);
}

/// Each machine may have its own copy of map and rules.
#[test]
fn the_same_map_and_rules_may_stand_elsewhere() {
    let folder = three();
    let merged = run(&folder, "report merge 1.json 2.json 3.json").stdout;
    let elsewhere = "rewrite t.jsonl --table tickets --map again/ids.csv --rules again/rules.toml";
    shard(&folder, "2/3", "2", elsewhere);
    let ran = run(&folder, "report merge 1.json 2.json 3.json");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout, merged);
}

#[test]
fn reports_of_no_shard_are_named() {
    let folder = three();
    run(&folder, &format!("{USUAL} --out whole.jsonl --report whole.json"));
    let merged = run(&folder, "report merge 1.json 2.json 3.json");
    folder.write("merged.json", &merged.stdout);
    refused(&folder, "whole.json", &["whole.json"]);
    refused(&folder, "1.json whole.json 3.json", &["whole.json"]);
    refused(&folder, "merged.json", &["merged.json"]);
    refused(&folder, "merged.json 1.json 2.json 3.json", &["merged.json"]);
    folder.write("t.jsonl", ["{}\n{\n", &ticket(A)].concat());
    for number in 1..=3 {
        shard(&folder, &format!("{number}/3"), &number.to_string(), USUAL);
    }
    assert!(json(&folder.text("1.json"))["error"].is_object());
    refused(&folder, "2.json 3.json 1.json", &["1.json", "1/3", "t.jsonl:+3:2"]);
}

/// A change to the report of the second shard, and what is said.
type Edit = (&'static str, fn(&mut Value), &'static [&'static str]);

#[rustfmt::skip]
const EDITS: &[Edit] = &[
    ("another version", |r| r["tool"]["version"] = "9.9.9".into(), &["9.9.9", "version"]),
    ("a later number", |r| r["shard"] = "4/3".into(), &["4/3"]),
    ("no number", |r| r["shard"] = "0/3".into(), &["0/3"]),
    ("no shard", |r| r["shard"] = "\u{1b}[31m".into(), &["[31m"]),
    ("another shard", |r| r["shard"] = "1/3".into(), &["1/3"]),
    ("records", |r| add(r, "/tables/tickets/total"), &["2/3"]),
    ("updated", |r| add(r, "/tables/tickets/updated"), &["2/3"]),
    ("skipped", |r| add(r, "/tables/tickets/skipped"), &["2/3"]),
    ("rejected", |r| add(r, "/tables/tickets/rejected"), &["2/3"]),
    ("summary", |r| add(r, "/summary/totalRecords"), &["2/3"]),
    ("mapped", |r| add(r, "/tables/tickets/fields/requester_id/mapped"), &["2/3"]),
    ("values", |r| add(r, "/tables/tickets/fields/requester_id/values"), &["2/3"]),
    ("records of a field", |r| add(r, "/tables/tickets/fields/requester_id/records"), &["2/3"]),
    ("unmapped", |r| add(r, "/tables/tickets/unmappedTotal"), &["2/3"]),
    ("an unmapped ID is gone", |r| drop(r["tables"]["tickets"]["unmapped"].as_array_mut().expect("a list").pop()), &["2/3"]),
    ("a field is gone", |r| r["tables"]["tickets"]["fields"] = json!({}), &["2/3"]),
    ("the input is gone", |r| drop(r["tables"]["tickets"].as_object_mut().expect("counts").remove("input")), &["2/3"]),
    ("the file's size is gone", |r| drop(r["tables"]["tickets"]["input"].as_object_mut().expect("a file").remove("fileBytes")), &["2/3"]),
    ("another size", |r| add(r, "/tables/tickets/input/fileBytes"), &["2/3", "file"]),
    ("it begins later", |r| add(r, "/tables/tickets/input/offset"), &["2/3"]),
    ("it ends later", |r| add(r, "/tables/tickets/input/bytes"), &["3/3"]),
    ("no table", |r| r["tables"] = json!({}), &["2/3"]),
    ("two tables", |r| r["tables"]["other"] = r["tables"]["tickets"].clone(), &["2/3"]),
    ("no map", |r| r["map"]["files"] = json!([]), &["2/3"]),
    ("other entries", |r| add(r, "/map/entries"), &["2/3", "map"]),
    ("other forms", |r| r["ids"]["source"] = "any".into(), &["2/3"]),
];

fn add(report: &mut Value, pointer: &str) {
    let number = report.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} in {EDITED}"));
    *number = (number.as_u64().expect(pointer) + 1).into();
}

const EDITED: &str = "2.json";

#[test]
fn edited_reports_are_named() {
    let folder = three();
    let report = json(&folder.text(EDITED));
    assert_eq!(report["tables"]["tickets"]["unmappedTotal"], 1);
    for (case, edit, says) in EDITS {
        println!("{case}");
        let mut edited = report.clone();
        edit(&mut edited);
        folder.write(EDITED, edited.to_string());
        refused(&folder, "1.json 2.json 3.json", says);
    }
}

/// A shard lists all of its unmapped IDs; a list cut to what a run lists is none.
#[test]
fn a_cut_list_of_unmapped_ids_is_refused() {
    let folder = three();
    folder.write("t.jsonl", (0..1500).map(open_ticket).collect::<String>());
    shard(&folder, "1/1", "1", USUAL);
    assert_eq!(run(&folder, "report merge 1.json").code, Some(0));
    let mut report = json(&folder.text("1.json"));
    let listed = report["tables"]["tickets"]["unmapped"].as_array_mut().expect("a list");
    assert_eq!(listed.len(), 1500);
    listed.truncate(1000);
    folder.write("1.json", report.to_string());
    refused(&folder, "1.json", &["1.json", "1/1", "unmapped"]);
}

/// Every number of a report, by its pointer.
fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(n, item)| numbers(item, &format!("{at}/{n}"), found));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, item)| numbers(item, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

/// Whatever number stands in one of the reports, or in all: there is no panic,
/// and no count that is too large is believed.
#[test]
fn no_number_is_too_large() {
    let folder = three();
    let odd = "{\"requester_id\":\"x\",\"requester_id\":null,\"requester_id\":7,\"t\":\"\\ud800\"}\n[]\n{}\n";
    folder.write("t.jsonl", [odd, &ticket(A), &ticket(C)].concat().repeat(3));
    let args = format!("{USUAL} --on-invalid reject --patches patches --patch-batch 1000");
    for number in 1..=3 {
        let ran = shard(&folder, &format!("{number}/3"), &number.to_string(), &args);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    }
    let reports = [1, 2, 3].map(|n| {
        let mut report = json(&folder.text(&format!("{n}.json")));
        let warnings = report["warnings"].as_array_mut().expect("warnings");
        warnings.extend(
            ["patchBatch", "patchNumbers"]
                .map(|code| json!({"code": code, "message": "", "count": 1, "table": "tickets"})),
        );
        report
    });
    let mut pointers = Vec::new();
    numbers(&reports[1], "", &mut pointers);
    pointers.retain(|pointer| pointer != "/schemaVersion");
    assert!(pointers.len() > 45, "{pointers:?}");
    let counts = |pointer: &str| pointer.contains("/fields/") || pointer.contains("total");
    for pointer in &pointers {
        for number in [u64::MAX, u64::MAX - 1, 1 << 63] {
            for edited in [&[1][..], &[0, 1, 2]] {
                let mut reports = reports.clone();
                for at in edited {
                    let place = reports[*at].pointer_mut(pointer);
                    place.into_iter().for_each(|place| *place = number.into());
                }
                let merged = merge(&reports);
                assert!(!counts(pointer) || merged.is_err(), "{pointer}: {number}");
            }
        }
    }
    assert!(merge(&reports).is_ok());
}

fn merge(reports: &[Value]) -> Result<Report, idswap::error::Error> {
    let mut merge = Merge::default();
    for report in reports {
        let path = Path::new("x.json");
        merge.add(path, Report::parse(report.to_string().as_bytes(), path)?)?;
    }
    let merged = merge.finish()?;
    // What is merged can be read again and drawn.
    let text = merged.to_json();
    assert_eq!(Report::parse(text.as_bytes(), Path::new("m.json"))?.to_json(), text);
    Ok(merged)
}

/// A file of 47 bytes as each of three shards meets it, and what is said of them
/// together: its records begin elsewhere for some of them.
#[rustfmt::skip]
const CHANGED: &[([&str; 3], &str)] = &[
    ([EARLY, EARLY, EARLY], ""),
    ([EARLY, LATE, LATE], "shard 2/3 begins at byte 25"),
    ([LATE, EARLY, EARLY], "shard 2/3 begins at byte 22"),
    ([EARLY, LONG, EARLY], "the shards end at byte 44"),
    ([EARLY, EARLY, LONG], "shard 3/3 begins at byte 44"),
];
const EARLY: &str = "{\"requester_id\":null}\n{}\n{\"requester_id\":null}\n";
const LATE: &str = "{}\n{\"requester_id\":null}\n{\"requester_id\":null}\n";
const LONG: &str = "{\"requester_id\":null}\n{\"requester_id\":null}\n{}\n";

#[test]
fn a_file_that_changed_between_the_shards_is_refused() {
    for (contents, says) in CHANGED {
        let folder = three();
        for (number, content) in (1..).zip(contents) {
            folder.write("t.jsonl", content);
            shard(&folder, &format!("{number}/3"), &number.to_string(), USUAL);
        }
        if says.is_empty() {
            assert_eq!(run(&folder, "report merge 1.json 3.json 2.json").code, Some(0));
        } else {
            refused(&folder, "1.json 3.json 2.json", &[says]);
        }
    }
}
