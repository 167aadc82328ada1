//! Single records: what lines of the log make of them, case by case.

use serde_json::json;

use crate::support::folder::Folder;

/// A line of the log: path, old and new value; `key` marks a member name.
type Line = (&'static str, &'static str, &'static str);

/// What lines of the log make of a record: record, lines, what it becomes, and
/// how the summary explains what is left alone.
const CASES: &[(&str, &[Line], &str, &[&str])] = &[
    // Values.
    (r#"{"a":"X"}"#, &[("/a", "A", "X")], r#"{"a":"A"}"#, &[]),
    (r#" {"n":1.0,"a" :"X" } "#, &[("/a", "A", "X")], r#" {"n":1.0,"a" :"A" } "#, &[]),
    (r#"{"a":"\u0058"}"#, &[("/a", "A", "X")], r#"{"a":"A"}"#, &[]),
    (r#"{"a":"A"}"#, &[("/a", "A", "X")], r#"{"a":"A"}"#, &[]),
    (r#"{"a":"B"}"#, &[("/a", "A", "X")], r#"{"a":"B"}"#, &[r#"/a: is "B" (was A, then X)"#]),
    (r#"{"a":"x"}"#, &[("/a", "A", "X")], r#"{"a":"x"}"#, &[r#"/a: is "x""#]),
    (r#"{"a":null}"#, &[("/a", "A", "X")], r#"{"a":null}"#, &["/a: is null"]),
    (r#"{"a":["X"]}"#, &[("/a", "A", "X")], r#"{"a":["X"]}"#, &[r#"/a: is ["X"]"#]),
    (r#"{"a":"X\ud800"}"#, &[("/a", "A", "X")], r#"{"a":"X\ud800"}"#, &[r#"is "X\ud800""#]),
    (r#"{"b":"X"}"#, &[("/a", "A", "X")], r#"{"b":"X"}"#, &["/a: it is gone"]),
    // Old values as they were written.
    (r#"{"a":"X"}"#, &[("/a", r#""\u0041" A"#, "X")], r#"{"a":"\u0041"}"#, &[]),
    (
        r#"{"a":"X"}"#,
        &[("/a", "q\"\\\u{1}\u{e9}/", "X")],
        "{\"a\":\"q\\\"\\\\\\u0001\u{e9}/\"}",
        &[],
    ),
    // Places.
    (r#"{"a":{"b":["Y","X"]}}"#, &[("/a/b/1", "A", "X")], r#"{"a":{"b":["Y","A"]}}"#, &[]),
    (
        r#"{"a":{"b":["X"]}}"#,
        &[("/a/b/1", "A", "X")],
        r#"{"a":{"b":["X"]}}"#,
        &["/a/b/1: it is gone"],
    ),
    (r#"{"a":"X"}"#, &[("/a/b", "A", "X")], r#"{"a":"X"}"#, &["/a/b: it is gone"]),
    (r#"{"a~/":{"":"X"}}"#, &[("/a~0~1/", "A", "X")], r#"{"a~/":{"":"A"}}"#, &[]),
    (r#"{"\u0061":"X"}"#, &[("/a", "A", "X")], r#"{"\u0061":"A"}"#, &[]),
    // Several sources of one target, and chains.
    (r#"{"a":"X","b":"X"}"#, &[("/a", "A", "X"), ("/b", "B", "X")], r#"{"a":"A","b":"B"}"#, &[]),
    (r#"{"a":"B","b":"C"}"#, &[("/a", "A", "B"), ("/b", "B", "C")], r#"{"a":"A","b":"B"}"#, &[]),
    // Repeated names: as many as were mapped, else by value, else left alone.
    (r#"{"a":"X","a":"X"}"#, &[("/a", "A", "X"), ("/a", "B", "X")], r#"{"a":"A","a":"B"}"#, &[]),
    (r#"{"a":"Z","a":"X"}"#, &[("/a", "A", "X")], r#"{"a":"Z","a":"A"}"#, &[]),
    (r#"{"a":"X","a":"X"}"#, &[("/a", "A", "X")], r#"{"a":"X","a":"X"}"#, &["names are repeated"]),
    (r#"{"a":"Z","a":"A"}"#, &[("/a", "A", "X")], r#"{"a":"Z","a":"A"}"#, &[]),
    (
        r#"{"a":"X"}"#,
        &[("/a", "A", "X"), ("/a", "B", "X")],
        r#"{"a":"X"}"#,
        &["repeated", "repeated"],
    ),
    // Member names, and what is within.
    (r#"{"v":{"X":1}}"#, &[("#/v/A", "A", "X")], r#"{"v":{"A":1}}"#, &[]),
    (r#"{"v":{"X":"X"}}"#, &[("#/v/A", "A", "X"), ("/v/A", "B", "X")], r#"{"v":{"A":"B"}}"#, &[]),
    (r#"{"v":{"A":"X"}}"#, &[("#/v/A", "A", "X"), ("/v/A", "B", "X")], r#"{"v":{"A":"B"}}"#, &[]),
    (
        r#"{"v":{"Z":"X"}}"#,
        &[("#/v/A", "A", "X"), ("/v/A", "B", "X")],
        r#"{"v":{"Z":"X"}}"#,
        &["/v/A (member name): it is gone", "/v/A: it is gone"],
    ),
    (
        r#"{"v":{"X":1,"A":2}}"#,
        &[("#/v/A", "A", "X")],
        r#"{"v":{"X":1,"A":2}}"#,
        &["come up twice"],
    ),
    (
        r#"{"v":{"X":1,"X":2}}"#,
        &[("#/v/A", "A", "X"), ("#/v/A", "A", "X")],
        r#"{"v":{"X":1,"X":2}}"#,
        &["come up twice", "come up twice"],
    ),
    (
        r#"{"X":{"Y":{"Z":1}}}"#,
        &[("#/A", "A", "X"), ("#/A/B", "B", "Y"), ("#/A/B/C", "C", "Z")],
        r#"{"A":{"B":{"C":1}}}"#,
        &[],
    ),
    (
        r#"{"v":{"X":1},"v":{"X":2}}"#,
        &[("#/v/A", "A", "X"), ("#/v/B", "B", "X")],
        r#"{"v":{"X":1},"v":{"X":2}}"#,
        &["repeated", "repeated"],
    ),
];

/// The line as a run writes it. An old value in quotes is its token, with what
/// that says after a blank.
fn log_line((path, old, new): &Line) -> String {
    let (token, old) = match old.starts_with("\"\\") {
        true => old.split_once(' ').map(|(token, old)| (Some(token), old)).expect("a token"),
        false => (None, *old),
    };
    let path = path.strip_prefix('#').map_or((*path, false), |path| (path, true));
    let mut line =
        json!({"table": "t", "line": 1, "offset": 0, "path": path.0, "old": old, "new": new});
    if let Some(token) = token {
        line["oldToken"] = token.into();
    }
    if path.1 {
        line["key"] = true.into();
    }
    format!("{line}\n")
}

#[test]
fn records_become_what_the_log_says() {
    for (record, lines, becomes, drifted) in CASES {
        let log: String = lines.iter().map(log_line).collect();
        let folder = Folder::with(&[("t.jsonl", *record), ("log", &log)]);
        let args = ["undo", "t.jsonl", "--changes", "log", "--out", "out", "--drifted", "list"];
        let ran = folder.idswap(&args);
        let case = format!("{record} {lines:?}: {}", ran.stderr);
        assert_eq!(folder.text("out"), *becomes, "{case}");
        assert_eq!(ran.code, Some(i32::from(!drifted.is_empty())), "{case}");
        let shown: Vec<_> = ran.stderr.lines().filter(|line| line.contains("(was ")).collect();
        assert_eq!(shown.len(), drifted.len(), "{case}");
        for (shown, drifted) in shown.iter().zip(*drifted) {
            assert!(shown.starts_with("  t:1 ") && shown.contains(drifted), "{drifted}: {case}");
        }
        let list = folder.text("list");
        assert_eq!(list.lines().count(), drifted.len(), "{case}");
        for line in list.lines() {
            assert!(line.starts_with("{\"table\":\"t\",\"line\":1,\"path\":"), "{case}");
            assert_eq!(!line.contains(",\"found\":"), ran.stderr.contains("is gone"), "{case}");
        }
    }
}

/// Lines that no run wrote: what is wrong with each, and at which column.
const FAULTS: &[(&str, &str)] = &[
    ("", "2:1: the line is blank"),
    ("{", "2:2: the line ends before its record does"),
    ("1", "2:1: the record does not begin with {"),
    (r#"{"line":1,"path":"/a","old":"A","new":"X"}"#, "2:1: no \"table\" in this line"),
    (r#"{"table":"t","path":"/a","old":"A","new":"X"}"#, "2:1: no \"line\" in this line"),
    (r#"{"table":"t","line":1,"old":"A","new":"X"}"#, "2:1: no \"path\" in this line"),
    (r#"{"table":"t","line":1,"path":"/a","new":"X"}"#, "2:1: no \"old\" in this line"),
    (r#"{"table":"t","line":1,"path":"/a","old":"A"}"#, "2:1: no \"new\" in this line"),
    (r#"{"table":1,"line":1,"path":"/a","old":"A","new":"X"}"#, "2:10: \"table\" is not a string"),
    (
        r#"{"table":"t","line":-1,"path":"/a","old":"A","new":"X"}"#,
        "2:21: \"line\" is not a whole number",
    ),
    (
        r#"{"table":"t","line":1,"_id":[],"path":"/a","old":"A","new":"X"}"#,
        "2:29: \"_id\" is not a string, a number, true, false or null",
    ),
    (
        r#"{"table":"t","line":1,"path":"a","old":"A","new":"X"}"#,
        "2:30: \"path\" is not a JSON Pointer",
    ),
    (
        r#"{"table":"t","line":1,"path":"/~2","old":"A","new":"X"}"#,
        "2:30: \"path\" is not a JSON Pointer",
    ),
    (r#"{"table":"t","line":1,"path":"/a","old":null,"new":"X"}"#, "2:41: \"old\" is not a string"),
    (
        r#"{"table":"t","line":1,"path":"/a","old":"\ud800","new":"X"}"#,
        "2:41: \"old\" is not a string",
    ),
    (
        r#"{"table":"t","line":1,"path":"/a","old":"A","new":"X","key":1}"#,
        "2:61: \"key\" is not true or false",
    ),
    (
        r#"{"table":"t","line":1,"path":"/a","old":"A","new":"X","oldToken":"\"B\""}"#,
        "2:66: \"oldToken\" is no spelling",
    ),
    (
        r#"{"table":"t","line":1,"path":"/a","old":"A","new":"X","oldToken":"\"A\",\"b\":1"}"#,
        "2:66: \"oldToken\" is no spelling",
    ),
    (
        r#"{"table":"t","line":1,"_id":"a","path":"/_id","old":"a","new":"a"}"#,
        "2:63: \"old\" and \"new\" are the same",
    ),
    (
        r#"{"table":"t","line":1,"path":"/Y","old":"A","new":"X","key":true}"#,
        "2:30: \"path\" does not end with \"old\"",
    ),
    (r#"{"table":"t","line":0,"path":"/a","old":"A","new":"X"}"#, "2:1: a record out of order"),
    (r#"{"table":"t","offset":1,"path":"/a","old":"A","new":"X"}"#, "3:1: a record out of order"),
];

#[test]
fn a_log_that_no_run_wrote_is_refused() {
    let good = log_line(&("/a", "A", "X"));
    for (line, message) in FAULTS {
        let log = format!("{good}{line}\n{good}");
        let folder = Folder::with(&[("t.jsonl", "{\"a\":\"X\"}\n"), ("log", &log)]);
        let before = folder.tree();
        let args = ["undo", "t.jsonl", "--changes", "log", "--out", "out", "--drifted", "list"];
        let ran = folder.idswap(&args);
        assert_eq!(ran.code, Some(3), "{line}: {}", ran.stderr);
        let said = format!("idswap: log:{message}");
        assert!(ran.stderr.starts_with(&said), "{line}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 2, "{line}: {}", ran.stderr);
        assert_eq!(folder.tree(), before, "{line}");
    }
}
