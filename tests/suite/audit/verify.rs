//! `idswap verify`: what it accepts, what it refuses, and how it says so.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::rewrite::fixtures::{THREADS, fixtures};
use crate::support::folder::{Folder, Ran, tree};
use crate::support::standard::*;

/// The options of a run that say what the map and the rules are.
const SHARED: [&str; 5] = ["--map", "--from", "--to", "--rules", "--table"];

/// The arguments of the audit of a run with these arguments.
fn audit_of(args: &str) -> Vec<String> {
    let args: Vec<_> = args.lines().map(str::to_owned).collect();
    let mut words = vec!["verify".to_owned(), args[1].clone(), "out".to_owned()];
    for pair in args.windows(2).filter(|pair| SHARED.contains(&pair[0].as_str())) {
        words.extend_from_slice(pair);
    }
    words.extend(args.iter().filter(|word| *word == "--allow-chains").cloned());
    let rejects = args.iter().any(|word| word == "reject");
    words.extend(
        rejects.then(|| ["--rejects", "out.rejects"].map(str::to_owned)).into_iter().flatten(),
    );
    words
}

/// What a fixture's run writes is verified, whatever the threads and blocks.
#[test]
fn every_fixture_that_writes_is_verified() {
    let mut written = 0;
    for fixture in fixtures() {
        let folder = Folder::new();
        let mine = |path: &str| path.starts_with("expected/") || path == "args";
        let inputs = tree(&fixture).into_iter().filter(|(path, _)| !mine(path));
        inputs.for_each(|(path, content)| folder.write(&path, content));
        let args = fs::read_to_string(fixture.join("args")).expect("args");
        folder.idswap(&args.lines().collect::<Vec<_>>());
        if !folder.path("out").exists() {
            continue;
        }
        written += 1;
        let report = report(&folder);
        let mut first: Option<(Ran, String)> = None;
        for threads in THREADS {
            for block_size in ["1", "7", "64", "4096", "262144"] {
                let mut words = audit_of(&args);
                let more =
                    ["--report", "verdict.json", "--threads", threads, "--block-size", block_size];
                words.extend(more.map(str::to_owned));
                let ran = folder.idswap(&words.iter().map(String::as_str).collect::<Vec<_>>());
                let name = fixture.display();
                assert_eq!(ran.code, Some(0), "{name}: {}", ran.stderr);
                assert_eq!(ran.stdout, b"", "{name}");
                let left = (ran, folder.text("verdict.json"));
                assert_eq!(first.get_or_insert_with(|| left.clone()), &left, "{name} {words:?}");
            }
        }
        check_verdict(&json(&first.expect("a run").1), &report);
    }
    assert!(written >= 15, "{written} fixtures write");
}

/// Holds a verdict against the report of the run.
fn check_verdict(verdict: &Value, report: &Value) {
    assert_eq!(verdict["command"], "verify");
    assert_eq!(verdict["schemaVersion"], 1);
    assert_eq!(verdict["timestamp"], "2023-11-14T22:13:20Z");
    assert_eq!(verdict["ok"], true);
    for name in report["tables"].as_object().expect("tables").keys() {
        let table = &verdict["tables"][name];
        let zero =
            json!({"unexpected": 0, "edited": 0, "added": 0, "removed": 0, "reordered": false});
        for (field, value) in zero.as_object().expect("fields") {
            assert_eq!(table[field], *value, "{name}: {field}");
        }
    }
    hold_counts(verdict, report);
}

/// Holds the counts of a verdict against those of the run's report.
pub fn hold_counts(verdict: &Value, report: &Value) {
    for (name, of) in report["tables"].as_object().expect("tables") {
        for (here, there) in [
            ("records", "total"),
            ("mapped", "updated"),
            ("unchanged", "skipped"),
            ("rejected", "rejected"),
        ] {
            assert_eq!(verdict["tables"][name][here], of[there], "{name}: {here}");
        }
    }
}

const RULE_FILE: &str = r#"version = 1
[[field]]
table = "t"
path = "by"
optional = true
[[field]]
table = "t"
path = "votes"
match = "keys"
optional = true
[[field]]
table = "t"
path = "sender"
optional = true
when = { path = "type", equals = "user" }
"#;

/// A map of letters: capitals are source IDs.
const LETTERS: &str = "source_id,target_id\nA,a\nB,b\nG,g\nH,g\nK,K\n";

/// Lines before, lines after, with `; ` between them, options, the exit code,
/// and what standard output says: parts of it in order, one a line.
type Pair = (&'static str, &'static str, &'static str, i32, &'static [&'static str]);

fn verify(before: &str, after: &str, options: &str) -> (Ran, Value, String) {
    let folder = Folder::with(&[("ids.csv", LETTERS), ("rules.toml", RULE_FILE)]);
    folder.write("before/t.jsonl", lines(before));
    folder.write("after/t.jsonl", lines(after));
    let args = "verify before after --map ids.csv --rules rules.toml --report verdict.json";
    let ran = run(&folder, &format!("{args} {options}"));
    let told = String::from_utf8(ran.stdout.clone()).expect("UTF-8");
    let verdict = json(&folder.text("verdict.json"));
    assert_eq!(verdict["ok"] == true, ran.code == Some(0), "{verdict}");
    (ran, verdict, told)
}

/// `; ` becomes a newline, and a last one is added unless a `~` ends them.
fn lines(short: &str) -> String {
    match short.strip_suffix('~') {
        Some(short) => short.replace("; ", "\n"),
        None if short.is_empty() => String::new(),
        None => short.replace("; ", "\n") + "\n",
    }
}

#[rustfmt::skip]
const PAIRS: &[Pair] = &[
    // As the map says, in its order and in another.
    (r#"{"by":"A"}"#, r#"{"by":"a"}"#, "", 0, &[]),
    (r#"{"_id":1,"by":"A"}; {"_id":2}"#, r#"{"_id":2}; {"_id":1,"by":"a"}"#, "", 0, &[]),
    (r#"{"_id":1,"n":1.0}; {"_id":2}"#, r#"{"_id":2}; { "n":1.00,"_id":1}"#, "", 0, &[]),
    (r#"{"_id":1,"n":1.0}; {"_id":2}"#, r#"{"_id":2}; {"_id":1,"n":1}"#, "", 1, &[r#"t:1 1 /n: changed 1.0 -> 1"#]),
    (r#"{"_id":1,"x":"A"}; {"_id":2}"#, r#"{"_id":2}; {"_id":1,"x":"a"}"#, "", 1, &[r#"t:1 1 /x: changed "A" -> "a""#]),
    (r#"{"_id":1,"by":"A"}; {"_id":2}"#, r#"{"_id":2}; {"_id":1,"by":"\u0061"}"#, "", 0, &[]),
    (r#"{"_id":1,"by":"A"}; {"_id":2}"#, r#"{"_id":2}; {"_id":1,"by":"\u0041"}"#, "", 1, &[r#"t:1 1 /by: "A" was left, and should be "a""#]),
    (r#"{"_id":1,"votes":{"A":1,"B":2}}; {"_id":2}"#, r#"{"_id":2}; {"_id":1,"votes":{"b":2,"a":1}}"#, "", 0, &[]),
    (r#"{"_id":1,"votes":{"A":1,"B":2}}; {"_id":2}"#, r#"{"_id":2}; {"_id":1,"votes":{"b":1,"a":2}}"#, "", 1, &["t:1 1 /votes/A: changed 1 -> 2", "t:1 1 /votes/B: changed 2 -> 1"]),
    // Not as it says.
    (r#"{"by":"A"}"#, r#"{"by":"A"}"#, "", 1, &[r#"t:1 /by: "A" was left, and should be "a""#]),
    (r#"{"by":"A"}"#, r#"{"by":"b"}"#, "", 1, &[r#"t:1 /by: "A" became "b", and should be "a""#]),
    (r#"{"by":"A"}"#, r#"{"by":null}"#, "", 1, &[r#"t:1 /by: "A" became null, and should be "a""#]),
    (r#"{"by":"A"}"#, r#"{"by":{"x":"a"}}"#, "", 1, &[r#"t:1 /by: "A" became {"x":"a"}, and should be "a""#]),
    (r#"{"by":"A"}"#, r#"{}"#, "", 1, &[r#"t:1 /by: removed "A""#]),
    (r#"{"by":"K"}"#, r#"{"by":"k"}"#, "", 1, &[r#"t:1 /by: changed "K" -> "k""#]),
    (r#"{"by":"Q"}"#, r#"{"by":"a"}"#, "", 1, &[r#"t:1 /by: changed "Q" -> "a""#]),
    (r#"{"by":"a"}"#, r#"{"by":"A"}"#, "", 1, &[r#"t:1 /by: changed "a" -> "A""#]),
    (r#"{"by":["A"]}"#, r#"{"by":["a"]}"#, "", 1, &[r#"t:1 /by/0: changed "A" -> "a""#]),
    (r#"{"x":"A"}"#, r#"{"x":"a"}"#, "", 1, &[r#"t:1 /x: changed "A" -> "a""#]),
    (r#"{"votes":{"A":1}}"#, r#"{"votes":{"A":1}}"#, "", 1, &[r#"t:1 /votes/A: member name "A" was left, and should be "a""#]),
    (r#"{"votes":{"A":1,"a":2}}"#, r#"{"votes":{"a":1,"a":2}}"#, "", 1, &[r#"t:1 /votes/A: member name changed "A" -> "a""#]),
    (r#"{"votes":{"G":1,"H":2}}"#, r#"{"votes":{"G":1,"H":2}}"#, "", 0, &[]),
    (r#"{"sender":"A","type":"user"}"#, r#"{"sender":"A","type":"user"}"#, "", 1, &["t:1 /sender: "]),
    (r#"{"sender":"A","type":"bot"}"#, r#"{"sender":"a","type":"bot"}"#, "", 1, &["t:1 /sender: changed"]),
    (r#"{"sender":"A","type":"bot","type":"user"}"#, r#"{"sender":"a","type":"bot","type":"user"}"#, "", 0, &[]),
    // Bytes count where the order is the same.
    (r#"{"a":1}"#, r#"{"a": 1}"#, "", 1, &["t:1: formatting"]),
    (r#"{"a":1}~"#, r#"{"a":1}"#, "", 1, &["t:1: formatting"]),
    (r#"{"a":1}"#, r#"{"a":1}~"#, "", 1, &["t:1: formatting"]),
    (r#"{"a":{"b":[1,2]}}"#, r#"{"a":{"b":[1, 2]}}"#, "", 1, &["t:1 /a/b: formatting"]),
    (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, "", 1, &["t:1: formatting"]),
    (r#"{"a":"\u0041"}"#, r#"{"a":"A"}"#, "", 1, &[r#"t:1 /a: formatting "\u0041" -> "A""#]),
    (r#"{"a":"\ud800"}"#, r#"{"a":"\uD800"}"#, "", 1, &["t:1 /a: formatting"]),
    // A re-export: new records, edits, and what they may not be.
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2}"#, "", 1, &[r#"t:+2 2: added {"_id":2}"#]),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2}"#, "--allow-added", 0, &[]),
    (r#"{"_id":1}"#, r#"{"_id":0}; {"_id":1}"#, "--allow-added", 0, &[]),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2,"by":"A"}"#, "--allow-added", 1, &[r#"t:+2 2 /by: "A" was left, and should be "a""#]),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2,"votes":{"A":1}}"#, "--allow-added", 1, &[r#"t:+2 2 /votes/A: member name "A" was left"#]),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2,"votes":{"A":1,"a":1},"x":"A"}"#, "--allow-added", 0, &[]),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2,"sender":"A","type":"user"}"#, "--allow-added", 1, &["t:+2 2 /sender: "]),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2,"sender":"A","type":"bot"}"#, "--allow-added", 0, &[]),
    (r#"{"_id":1}; {"_id":2}"#, r#"{"_id":1}"#, "--allow-added --allow-edited", 1, &["t:2 2: removed"]),
    (r#"{"_id":1}; {"_id":2}"#, r#"{"_id":2}"#, "--allow-added --allow-edited", 1, &["t:1 1: removed"]),
    (r#"{"_id":1,"x":1}"#, r#"{"_id":1,"x":2}"#, "", 1, &["t:1 1 /x: changed 1 -> 2"]),
    (r#"{"_id":1,"x":1}"#, r#"{"_id":1,"x":2}"#, "--allow-edited", 0, &[]),
    (r#"{"_id":1,"x":1,"by":"A"}"#, r#"{"_id":1,"y":2,"by":"a"}"#, "--allow-edited", 0, &[]),
    (r#"{"_id":1,"x":1,"by":"A"}"#, r#"{"_id":1,"x":2,"by":"A"}"#, "--allow-edited", 1, &["/x: changed", "/by: \"A\" was left"]),
    (r#"{"_id":1,"by":"A"}"#, r#"{"_id":1,"by":"b"}"#, "--allow-edited", 1, &["/by: "]),
    (r#"{"_id":1,"by":"A"}"#, r#"{"_id":1}"#, "--allow-edited", 1, &["/by: removed"]),
    (r#"{"_id":1}"#, r#"{"_id":1,"by":"b"}"#, "--allow-edited", 1, &["/by: added"]),
    (r#"{"_id":1,"votes":{"A":1}}"#, r#"{"_id":1,"votes":{"a":2}}"#, "--allow-edited", 0, &[]),
    (r#"{"_id":1,"votes":{"A":1}}"#, r#"{"_id":1,"votes":{"a":1,"c":1}}"#, "--allow-edited", 1, &["/votes/c: added"]),
    (r#"{"_id":1,"votes":{"A":1}}"#, r#"{"_id":1,"votes":[]}"#, "--allow-edited", 1, &["/votes: changed"]),
    // Lines that are no record.
    ("{", "{", "", 1, &["t:1: no record before: column 2", "t:+1: no record after: column 2"]),
    ("{}", "{", "", 1, &["t:+1: no record after: column 2"]),
    ("{", "{}", "", 1, &["t:1: no record before: column 2"]),
    ("{}", "{}; ", "", 1, &["t:+2: no record after: column 1, a blank line"]),
    ("{}", "{}; ", "--allow-added", 1, &["t:+2: no record after: column 1, a blank line"]),
    ("{}", "{}{}", "", 1, &["t:+1: no record after: column 3, something after the record"]),
    ("{}", "\u{feff}{}", "", 1, &["t: begins with a byte order mark after"]),
    ("\u{feff}{}", "{}", "", 0, &[]),
    ("\u{feff}{}", "\u{feff}{}", "", 1, &["t: begins with a byte order mark after"]),
    // What no later edit explains.
    (r#"{"_id":1,"x":"A"}"#, r#"{"_id":1,"x":"a"}"#, "--allow-edited", 1, &["t:1 1 /x: changed \"A\" -> \"a\" as the map says, where the rules"]),
    (r#"{"_id":1,"x":{"A":1}}"#, r#"{"_id":1,"x":{"a":1}}"#, "--allow-edited", 1, &["t:1 1 /x/A: member name changed \"A\" -> \"a\" as the map says"]),
    (r#"{"_id":1,"n":1}"#, r#"{"_id":1,"n":1.0}"#, "--allow-edited", 1, &["t:1 1 /n: changed 1 -> 1.0, the same number"]),
    (r#"{"_id":1,"n":1}"#, r#"{"_id":1,"n":2.0}"#, "--allow-edited", 0, &[]),
    (r#"{"_id":1,"x":"A"}"#, r#"{"_id":1,"x":"b"}"#, "--allow-edited", 0, &[]),
    // Records of one key, and of none.
    (r#"{"_id":1}; {"_id":1}"#, r#"{"_id":1}"#, "", 1, &["t:2 1: removed"]),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":1}"#, "", 1, &["t:+2 1: added"]),
    (r#"{"_id":1,"x":1}; {"_id":2}; {"_id":1,"x":2}"#, r#"{"_id":2}; {"_id":1,"x":2}; {"_id":1,"x":1}"#, "", 0, &[]),
    (r#"{}; {}"#, r#"{}"#, "", 1, &["t:2: removed"]),
    (r#"{"_id":null,"x":1}; {"_id":2}"#, r#"{"_id":2}; {"_id":null,"x":1}"#, "", 0, &[]),
    (r#"{"_id":{"a":1}}; {"_id":[]}"#, r#"{"_id":[]}; {"_id":{"a":1}}"#, "", 0, &[]),
];

#[test]
fn tells_right_from_wrong() {
    let mut wrong = Vec::new();
    for (before, after, options, code, words) in PAIRS {
        let (ran, verdict, told) = verify(before, after, options);
        let told_lines: Vec<_> = told.lines().collect();
        let said = told_lines.len() == words.len()
            && told_lines.iter().zip(*words).all(|(line, words)| line.contains(words));
        if ran.code != Some(*code) || !said {
            wrong.push(format!(
                "{before}  became  {after}  {options}: {:?}\n{told}{verdict}",
                ran.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Counts of the report: before, after, options, and members of the verdict's
/// table.
#[rustfmt::skip]
const COUNTS: &[(&str, &str, &str, &str)] = &[
    (r#"{"_id":1,"by":"A"}; {"_id":2,"by":"B"}; {"_id":3}"#, r#"{"_id":3}; {"_id":1,"by":"a"}; {"_id":2,"by":"b"}; {"_id":4}"#, "--allow-added",
        r#"{"records":3,"mapped":2,"unchanged":1,"unexpected":0,"edited":0,"added":1,"removed":0,"rejected":0,"reordered":true,"leftovers":[]}"#),
    (r#"{"_id":1,"x":1}; {"_id":2,"x":1}"#, r#"{"_id":1,"x":2}; {"_id":2,"x":1}"#, "--allow-edited",
        r#"{"records":2,"mapped":0,"unchanged":1,"unexpected":1,"edited":1,"added":0,"removed":0,"rejected":0,"reordered":false,"leftovers":[]}"#),
    (r#"{"_id":1,"x":1,"by":"A"}"#, r#"{"_id":1,"x":2,"by":"b"}"#, "--allow-edited",
        r#"{"records":1,"mapped":0,"unchanged":0,"unexpected":1,"edited":0,"added":0,"removed":0,"rejected":0,"reordered":false,"leftovers":[]}"#),
    // Leftovers at other places are notes.
    (r#"{"_id":1,"x":"A","y":["A",{"z":"B"}],"A":1}; {"_id":2,"x":"G"}"#, r#"{"_id":1,"x":"A","y":["A",{"z":"B"}],"A":1}; {"_id":2,"x":"G"}"#, "",
        r#"{"records":2,"mapped":0,"unchanged":2,"unexpected":0,"edited":0,"added":0,"removed":0,"rejected":0,"reordered":false,
        "leftovers":[{"path":"$.*","count":1},{"path":"x","count":2},{"path":"y[*]","count":1},{"path":"y[*].z","count":1}]}"#),
    (r#"{"_id":1,"by":null}; {"_id":2,"by":"A"}; {"_id":3}"#, r#"{"_id":1,"by":"A"}; {"_id":2,"by":"B"}; {"_id":3,"votes":{"A":1}}"#, "",
        r#"{"records":3,"mapped":0,"unchanged":0,"unexpected":3,"edited":0,"added":0,"removed":0,"rejected":0,"reordered":false,
        "leftovers":[{"path":"by","count":2,"declared":2},{"path":"votes.*","count":1,"declared":1}]}"#),
    // A new line that is no record is none of those before.
    (r#"{"by":"A"}"#, r#"{"by":"a"}; ["#, "--allow-added",
        r#"{"records":1,"mapped":1,"unchanged":0,"unexpected":0,"edited":0,"added":1,"removed":0,"rejected":0,"reordered":false,"leftovers":[]}"#),
    (r#"{"_id":1,"x":"Q"}"#, r#"{"_id":1,"x":"A"}"#, "--allow-edited",
        r#"{"records":1,"mapped":0,"unchanged":0,"unexpected":1,"edited":1,"added":0,"removed":0,"rejected":0,"reordered":false,"leftovers":[{"path":"x","count":1}]}"#),
    (r#"{"_id":1,"x":"Q"}"#, r#"{"_id":1,"x":["A",{"A":"A"}],"y":"A"}"#, "--allow-edited",
        r#"{"records":1,"mapped":0,"unchanged":0,"unexpected":1,"edited":1,"added":0,"removed":0,"rejected":0,"reordered":false,
        "leftovers":[{"path":"x[*]","count":1},{"path":"x[*].*","count":2},{"path":"y","count":1}]}"#),
    (r#"{"_id":1}"#, r#"{"_id":1}; {"_id":2,"by":"A","x":"A"}"#, "--allow-added",
        r#"{"records":1,"mapped":0,"unchanged":1,"unexpected":0,"edited":0,"added":1,"removed":0,"rejected":0,"reordered":false,
        "leftovers":[{"path":"by","count":1,"declared":1},{"path":"x","count":1}]}"#),
    (r#"{"_id":1,"by":"A","votes":{"A":1,"a":2}}"#, r#"{"_id":1,"by":"A","votes":{"A":1,"a":2}}"#, "",
        r#"{"records":1,"mapped":0,"unchanged":0,"unexpected":1,"edited":0,"added":0,"removed":0,"rejected":0,"reordered":false,
        "leftovers":[{"path":"by","count":1,"declared":1},{"path":"votes.*","count":1}]}"#),
    // What is gone is not left over.
    (r#"{"_id":1,"x":{"y":"A"},"z":"A"}"#, r#"{"_id":1,"x":1}"#, "--allow-edited",
        r#"{"records":1,"mapped":0,"unchanged":0,"unexpected":1,"edited":1,"added":0,"removed":0,"rejected":0,"reordered":false,"leftovers":[]}"#),
];

#[test]
fn the_verdict_counts_records_and_leftovers() {
    for (before, after, options, wanted) in COUNTS {
        let verdict = verify(before, after, options).1;
        assert_eq!(verdict["tables"]["t"], json(wanted), "{before} became {after}");
    }
}

/// A record whose field is declared only since it was edited.
#[test]
fn a_source_id_that_an_edit_made_declared_is_no_note() {
    let before = r#"{"_id":1,"sender":"A","type":"bot"}"#;
    let after = before.replace("bot", "user");
    assert_eq!(verify(before, &after, "--allow-edited").0.code, Some(1));
}

/// Bytes that are the halves of an escaped pair for a careless reader.
#[test]
fn bytes_that_are_not_utf8_are_no_record() {
    let folder = Folder::with(&[("ids.csv", LETTERS), ("rules.toml", RULE_FILE)]);
    let other = b"{\"_id\":2}\n";
    folder.write("before/t.jsonl", [&b"{\"_id\":1,\"x\":\"\\ud800\"}\n"[..], other].concat());
    let broken = b"{\"_id\":1,\"x\":\"\xed\xa0\x80\"}\n";
    for after in [[&broken[..], other].concat(), [other, &broken[..]].concat()] {
        folder.write("after/t.jsonl", after);
        for command in ["verify", "diff"] {
            let rules = if command == "verify" { "--rules rules.toml" } else { "" };
            let ran = run(&folder, &format!("{command} before after --map ids.csv {rules}"));
            let told = String::from_utf8(ran.stdout).expect("UTF-8");
            assert_eq!(ran.code, Some(1), "{command} {}", ran.stderr);
            assert!(told.contains("no record after: column 15, not UTF-8"), "{told}");
        }
    }
}

/// Targets that are sources of other rows, where the key itself is mapped.
#[test]
fn keys_are_followed_through_chains() {
    let rules = "version = 1\nfield = [{ table = \"t\", path = \"_id\" }]\n";
    for (map, before, after, code) in [
        ("A,B\nB,C\n", "A; B; x", "B; C; x", 0),
        ("A,B\nB,C\n", "A; B; x", "x; C; B", 0),
        ("A,B\nB,C\n", "A; B; x", "x; B; C", 0),
        ("A,B\nB,C\n", "A; B; x", "x; C; C", 1),
        ("A,B\nB,A\n", "A; B; x", "x; A; B", 0),
        ("A,B\nB,A\n", "A; x", "x; A", 1),
    ] {
        let table = |keys: &str| {
            let lines = keys.split("; ").map(|key| format!("{{\"_id\":\"{key}\",\"by\":0}}\n"));
            lines.collect::<String>()
        };
        let folder = Folder::with(&[("rules.toml", rules)]);
        folder.write("ids.csv", format!("source_id,target_id\n{map}"));
        folder.write("before/t.jsonl", table(before));
        folder.write("after/t.jsonl", table(after));
        let args = "verify before after --map ids.csv --rules rules.toml --allow-chains";
        let ran = run(&folder, args);
        assert_eq!(ran.code, Some(code), "{map}{before} became {after}: {ran:?}");
    }
}

/// Files that are named wrongly, or twice.
#[test]
fn paths_of_verify_are_checked() {
    for (args, code, said) in [
        ("--rejects nowhere", 0, "warning: nowhere is not a folder: no line was set aside"),
        ("--rejects aside --report aside/t.jsonl", 2, "--report"),
        ("--report before/t.jsonl", 2, "--report"),
        ("--report after/t.jsonl", 2, "--report"),
        ("--report rules.toml", 2, "--report"),
    ] {
        let folder = Folder::with(&[
            ("ids.csv", LETTERS),
            ("rules.toml", RULE_FILE),
            ("before/t.jsonl", "{}\n"),
            ("after/t.jsonl", "{}\n"),
            ("aside/t.jsonl", ""),
        ]);
        let whole = tree(&folder.path("."));
        let args = format!("verify before after --map ids.csv --rules rules.toml {args}");
        let ran = run(&folder, &args);
        assert!(ran.code == Some(code) && ran.stderr.contains(said), "{args}: {ran:?}");
        assert_eq!(tree(&folder.path(".")), whole, "{args}");
    }
}

#[test]
fn a_verdict_on_standard_output_stands_there_alone() {
    let folder = Folder::with(&[("ids.csv", LETTERS), ("rules.toml", RULE_FILE)]);
    folder.write("before/t.jsonl", "{\"by\":\"A\"}\n");
    folder.write("after/t.jsonl", "{\"by\":\"b\"}\n");
    let args = "verify before after --map ids.csv --rules rules.toml --report -";
    let ran = run(&folder, args);
    let verdict: Value = serde_json::from_slice(&ran.stdout).expect("JSON and nothing else");
    assert_eq!(verdict["ok"], false);
    assert!(ran.stderr.contains("t:1 /by: \"A\" became \"b\""), "{}", ran.stderr);
}

/// Lines before and after, those set aside, the exit code and what is said.
#[rustfmt::skip]
const REJECTS: &[(&str, &str, &str, i32, &[&str])] = &[
    ("{}; [1]; {}", "{}; {}", "[1]", 0, &[]),
    ("[1]; {}", "{}", "[1]", 0, &[]),
    ("{}; [1]", "{}", "[1]", 0, &[]),
    ("{}; [1]~", "{}", "[1]~", 0, &[]),
    ("{}; [1]~", "{}", "[1]", 1, &["t:2: no record before", "t: set aside by the run, and is not in the export before: [1]"]),
    ("[1]; [2]; {}; [3]", "{}", "[1]; [2]; [3]", 0, &[]),
    ("[1]; [1]", "", "[1]; [1]", 0, &[]),
    ("[1]", "", "[1]", 0, &[]),
    // A byte order mark is a byte of its line.
    ("{}; \u{feff}{}", "{}", "\u{feff}{}", 0, &[]),
    ("\u{feff}[1]; {}", "{}", "[1]", 0, &[]),
    // A record among them, a line from elsewhere, one that is missing, another order.
    ("{}; {\"a\":1}", "{}", "{\"a\":1}", 1, &["t:2: set aside by the run, and is a sound record"]),
    ("{}; [1]", "{}", "[1]; [2]", 1, &["is not in the export before: [2]"]),
    ("{}; [1]; [2]", "{}", "[1]", 1, &["t:3: no record before"]),
    ("{}; [1]; [2]", "{}", "[2]", 1, &["t:2: no record before"]),
    ("{}; [1]; [2]", "{}", "[2]; [1]", 1, &["t:2: no record before", "is not in the export before: [1]"]),
    ("{}; [1]; [1]", "{}", "[1]", 1, &["t:3: no record before"]),
    // In another order.
    ("{\"_id\":1}; [1]; [2]; {\"_id\":2}; [3]; {\"_id\":3}", "{\"_id\":3}; {\"_id\":2}; {\"_id\":1}", "[1]; [2]; [3]", 0, &[]),
    ("[0]; {\"_id\":1}; [1]; {\"_id\":2}; [3]; {\"_id\":3}", "{\"_id\":3}; {\"_id\":2,\"x\":1}", "[0]; [1]; [3]", 1, &["t:2 1: removed", "t:4 2 /x: added 1"]),
    ("{}; [1]", "{}", "", 1, &["t:2: no record before"]),
    ("{}; [1]", "{}; [1]", "[1]", 1, &["t:+2: no record after"]),
    // The end of the last record counts, whatever was set aside behind it.
    ("{}; [1]", "{}~", "[1]", 1, &["t:1: formatting"]),
];

#[test]
fn lines_that_were_set_aside_may_be_missing() {
    let mut wrong = Vec::new();
    for (before, after, aside, code, words) in REJECTS {
        let folder = Folder::with(&[("ids.csv", LETTERS), ("rules.toml", RULE_FILE)]);
        folder.write("before/t.jsonl", lines(before));
        folder.write("after/t.jsonl", lines(after));
        folder.write("aside/t.jsonl", lines(aside));
        let args = "verify before after --map ids.csv --rules rules.toml --rejects aside";
        for more in ["", " --block-size 1", " --block-size 5 --threads 3"] {
            let ran = run(&folder, &format!("{args}{more}"));
            let told = String::from_utf8(ran.stdout).expect("UTF-8");
            let said = told.lines().count() == words.len()
                && words.iter().zip(told.lines()).all(|(words, line)| line.contains(words));
            if ran.code != Some(*code) || !said {
                wrong.push(format!(
                    "{before} became {after}, set aside {aside}{more}: {:?}\n{told}",
                    ran.code
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A line is a record for the audit just where serde_json takes it for one.
#[test]
fn the_audit_reads_json_as_serde_json_does() {
    let folder = Folder::with(&[("ids.csv", LETTERS), ("rules.toml", RULE_FILE)]);
    let mut random = fastrand::Rng::with_seed(7);
    let mut table = Vec::new();
    for _ in 0..40_000 {
        let mut line = random.choice(SEEDS).expect("one").as_bytes().to_vec();
        for _ in 0..random.usize(..3) {
            let at = random.usize(..line.len());
            let byte = *random.choice(BYTES).expect("one");
            match random.usize(..4) {
                0 => line[at] = byte,
                1 => line.insert(at, byte),
                2 if line.len() > 1 => drop(line.remove(at)),
                _ => line.truncate(at.max(1)),
            }
        }
        table.extend(line);
        table.push(b'\n');
    }
    let (mut valid, mut invalid) = (0, Vec::new());
    for (number, line) in (1_u64..).zip(table.split_inclusive(|&byte| byte == b'\n')) {
        match crate::models::places::is_record(line.strip_suffix(b"\n").unwrap_or(line)) {
            true => valid += 1,
            false => invalid.push(number),
        }
    }
    assert!(valid > 8000 && invalid.len() > 8000, "{valid} valid, {} invalid", invalid.len());
    folder.write("before/t.jsonl", &table);
    let args = "verify before before --map ids.csv --rules rules.toml --limit 1000000";
    let ran = run(&folder, args);
    let told = String::from_utf8(ran.stdout).expect("UTF-8");
    let numbers = told.lines().filter_map(|line| {
        let number = line.strip_prefix("t:")?.split_once(": no record before: ")?.0;
        number.parse::<u64>().ok()
    });
    assert!(numbers.eq(invalid), "other lines are no records");
}

const SEEDS: &[&str] = &[
    r#"{"a":1,"b":-0.5e+7,"c":[true,false,null],"d":{"e":"f"}}"#,
    r#" { "x" : [ ] , "y" : { } , "z" : "" } "#,
    r#"{"s":"\u00e9\ud83d\ude00\ud800\"\\\/\b\f\n\r\t","é":"€😀"}"#,
    r#"{"n":[0,-0,10,0.0,1E5,1e-5,123456789012345678901234567890]}"#,
    r#"{"deep":[[[[[[{"a":[[]]}]]]]]]}"#,
    "{}",
];

const BYTES: &[u8] =
    b"\"\"\\\\{}[]::,,  \t\r0123456789-+.eEutrfalsn/\0\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";

/// The audit is of use only as long as it shares no code with what it judges.
#[test]
fn the_audit_imports_neither_scanner_nor_rewriting() {
    let sources = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/jobs/audit"));
    assert!(sources.len() > 10, "{:?}", sources.keys());
    for (path, source) in sources {
        let source = String::from_utf8(source).expect("UTF-8");
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code: String = code.collect::<Vec<_>>().join(" ");
        // Imports in braces, too: `use crate::{json, rules}`.
        let code: String = code.split_whitespace().collect::<Vec<_>>().join("");
        for forbidden in ["json", "rewrite", "scan"] {
            for form in
                ["crate::X::", "crate::X;", "crate::{X::", "crate::{X,", "idswap::X", "jobs::X::"]
            {
                let form = form.replace('X', forbidden);
                assert!(!code.contains(&form), "{path} has {form}");
            }
            let braces = code.split("usecrate::{").skip(1).filter_map(|rest| rest.split_once("};"));
            let named = |list: &str| {
                list.split([',', '{', '}'])
                    .any(|name| name == forbidden || name.starts_with(&format!("{forbidden}::")))
            };
            assert!(!braces.map(|(list, _)| list).any(named), "{path} imports {forbidden}");
        }
    }
}

/// Tables that one side lacks, and such as no rule names.
#[test]
fn tables_are_compared_where_they_are_ruled_or_stand_after() {
    let a = "{\"by\":\"A\"}\n";
    for (before, after, code, words) in [
        // Tables without rules may be left out, not changed.
        (&[("t", a), ("u", "{}\n")][..], &[("t", "{\"by\":\"a\"}\n")][..], 0, ""),
        (&[("t", ""), ("u", "{}\n")], &[("t", ""), ("u", "{}\n")], 0, ""),
        (
            &[("t", ""), ("u", a)],
            &[("t", ""), ("u", "{\"by\":\"a\"}\n")],
            1,
            "u:1 /by: changed \"A\" -> \"a\" as the map says, where the rules",
        ),
        // An import in place of all tables would tell an empty one from none.
        (&[("t", ""), ("u", "{}\n")], &[("u", "{}\n")], 1, ""),
        (&[("t", ""), ("u", "[\n")], &[("t", ""), ("u", "[\n")], 0, ""),
        (&[("t", ""), ("u", "[\n")], &[("t", ""), ("u", "[]\n")], 1, "u:1: no record before"),
        (&[("t", ""), ("u", "\u{feff}{}\n")], &[("t", ""), ("u", "\u{feff}{}\n")], 0, ""),
        (
            &[("t", ""), ("u", "\u{feff}{}\n")],
            &[("t", ""), ("u", "{}\n")],
            1,
            "u: begins with a byte order mark before only",
        ),
        (
            &[("t", ""), ("u", "{}\n")],
            &[("t", ""), ("u", "\u{feff}{}\n")],
            1,
            "u: begins with a byte order mark after",
        ),
        (&[("t", a)], &[("u", a)], 1, "t:1: removed"),
        (&[("t", "")], &[("t", ""), ("u", "{}\n")], 1, "u:+1: added"),
    ] {
        let folder = Folder::with(&[("ids.csv", LETTERS), ("rules.toml", RULE_FILE)]);
        before
            .iter()
            .for_each(|(name, content)| folder.write(&format!("before/{name}.jsonl"), content));
        after
            .iter()
            .for_each(|(name, content)| folder.write(&format!("after/{name}.jsonl"), content));
        let ran = run(&folder, "verify before after --map ids.csv --rules rules.toml");
        let told = String::from_utf8(ran.stdout).expect("UTF-8");
        assert_eq!(ran.code, Some(code), "{before:?} became {after:?}: {told}{}", ran.stderr);
        assert!(told.starts_with(words) && told.is_empty() == words.is_empty(), "{told}");
    }
}
