//! The reports of shards and the merged one, as the program leaves them.

use serde_json::{Value, json};

use super::open_ticket;
use crate::report::written::schema;
use crate::support::folder::Folder;
use crate::support::standard::*;

/// Something of everything: a mark, an open ID, a null, an odd value, a line
/// that is no record.
pub fn content() -> String {
    let odd = "{\"requester_id\":null,\"assigned_to\":\"\"}\r\n";
    [
        "\u{feff}",
        &ticket(A),
        &ticket(C),
        odd,
        "[]\n",
        &ticket(B),
        odd,
        &ticket(C),
        ticket(A).trim_end(),
    ]
    .concat()
}

const ALL: &str = "--map ids.csv --on-invalid reject";

/// A run over the whole and one over each of so many shards.
pub fn both(content: &str, of: usize, args: &str) -> Folder {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", content)]);
    let run_as = |name: &str, shard: &str| {
        let files = format!("--out {name} --report {name}.json --changes {name}.changes");
        let ran = run(&folder, &format!("rewrite tickets.jsonl {args} {files} {shard}"));
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    };
    run_as("whole", "");
    (1..=of).for_each(|number| run_as(&format!("{number}"), &format!("--shard {number}/{of}")));
    let names: Vec<_> = (1..=of).rev().map(|number| format!("{number}.json")).collect();
    let ran = run(&folder, &format!("report merge {}", names.join(" ")));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    folder.write("merged.json", ran.stdout);
    let join = |ending: &str| {
        let parts = (1..=of).map(|number| folder.read(&format!("{number}{ending}")));
        parts.collect::<Vec<_>>().concat()
    };
    folder.write("joined.jsonl", join(""));
    folder.write("joined.changes", join(".changes"));
    folder
}

fn read(folder: &Folder, name: &str) -> Value {
    json(&folder.text(name))
}

fn table(report: &Value) -> &Value {
    &report["tables"]["tickets"]
}

#[test]
fn the_merged_report_is_that_of_one_run() {
    for of in [1, 3, 20] {
        let folder = both(&content(), of, ALL);
        assert!(folder.read("joined.jsonl") == folder.read("whole"), "{of}");
        let (whole, mut merged) = (read(&folder, "whole.json"), read(&folder, "merged.json"));
        let parts = merged["tables"]["tickets"].as_object_mut().expect("counts").remove("parts");
        let of_part = |number: usize| {
            let report = read(&folder, &format!("{number}.json"));
            assert_eq!(report["shard"], format!("{number}/{of}"));
            assert_eq!(table(&report)["output"]["path"], number.to_string());
            json!({"input": table(&report)["input"], "output": table(&report)["output"]})
        };
        assert_eq!(parts, Some((1..=of).map(of_part).collect()));
        let mut whole = whole;
        whole["map"].as_object_mut().expect("a map").remove("unused");
        let counts = whole["tables"]["tickets"].as_object_mut().expect("counts");
        counts.remove("input");
        counts.remove("output");
        assert_eq!(merged, whole);
    }
}

/// All entries of the map are used: but for the files, the reports are alike,
/// in the order of their members, too.
#[test]
fn the_merged_report_is_written_as_others_are() {
    let folder = both(&content(), 3, ALL);
    let lines = |name: &str| -> Vec<String> {
        let text = folder.text(name);
        assert!(text.ends_with("}\n"));
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        let from =
            lines.iter().position(|line| line.contains("\"input\"") || line.contains("\"parts\""));
        let until = lines.iter().position(|line| line.contains("\"summary\""));
        lines.drain(from.expect("files")..until.expect("a summary"));
        lines.retain(|line| !line.contains("\"unused\""));
        // What was the last member has no comma.
        lines.iter().map(|line| line.trim_end_matches(',').to_owned()).collect()
    };
    assert_eq!(lines("merged.json"), lines("whole.json"));
}

/// Reports of shards, of shards that refused their data, and merged ones.
#[test]
fn reports_of_shards_obey_the_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("a valid schema");
    let open: String = (0..1500).map(open_ticket).collect();
    for (content, args) in [
        (content(), ALL),
        (content(), "--map ids.csv --on-invalid reject --strict"),
        (content(), "--map ids.csv --on-invalid reject --dry-run --digest none"),
        (content(), "--map ids.csv --on-invalid reject --digest sha256"),
        (open, ALL),
        (String::new(), ALL),
    ] {
        let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", &content)]);
        let mut names = vec!["merged.json".to_owned()];
        for number in 1..=2 {
            let args = format!("rewrite tickets.jsonl {args} --shard {number}/2 --out {number}");
            let ran = run(&folder, &format!("{args} --report {number}.json"));
            assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
            names.push(format!("{number}.json"));
        }
        folder.write("merged.json", run(&folder, "report merge 2.json 1.json").stdout);
        if content.contains("[]") {
            let refused = "rewrite tickets.jsonl --map ids.csv --shard 1/1 --out out";
            assert_eq!(run(&folder, refused).code, Some(3));
            names.push("out.report.json".to_owned());
        }
        for name in names {
            let report = read(&folder, &name);
            let faults: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{args}: {name}: {faults:?}");
        }
    }
}

/// What reports of shards and merged ones are drawn and printed as, and which
/// words must be there.
#[test]
fn reports_of_shards_can_be_shown_and_drawn() {
    let folder = both(&content(), 3, ALL);
    let digest = table(&read(&folder, "2.json"))["output"]["digest"].clone();
    for name in ["2.json", "merged.json"] {
        for (command, words) in [
            ("show", &["tickets", "requester_id"][..]),
            ("show --format csv", &["tickets,requester_id,"]),
            ("html", &["tickets", "requester_id", digest.as_str().expect("a digest")]),
        ] {
            let ran = run(&folder, &format!("report {command} {name}"));
            assert_eq!(ran.code, Some(0), "{command} {name}: {}", ran.stderr);
            let shown = String::from_utf8(ran.stdout).expect("UTF-8");
            words.iter().for_each(|word| assert!(shown.contains(word), "{command} {name}: {word}"));
        }
    }
    let shown = |name: &str| run(&folder, &format!("report show --format csv {name}")).stdout;
    assert_eq!(shown("merged.json"), shown("whole.json"));
}
