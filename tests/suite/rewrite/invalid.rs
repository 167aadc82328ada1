//! Lines that are no record: where the fault shows, and what a run leaves.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::support::folder::{Folder, Ran};

const MAP: &str = "source_id,target_id\n\
    a11ce000-0000-4000-8000-000000000001,user_2AliceAliceAliceAliceAlice0\n";
const OLD: &str = "a11ce000-0000-4000-8000-000000000001";
const NEW: &str = "user_2AliceAliceAliceAliceAlice0";

/// The records around a bad line; `secret` must not turn up in any message.
const BEFORE: &str = "{\"_id\":\"t1\",\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\",\"n\":1.0}\n\
    {\"requester_id\" : \"a11ce000-0000-4000-8000-000000000001\",\"title\":\"secret\"}\r\n";
const AFTER: &str = "{\"_id\":\"t4\",\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\",\"n\":-0}\n\
    {\"_id\":\"t5\",\"requester_id\":\"user_2AliceAliceAliceAliceAlice0\"}";

const SIZES: [&[&str]; 3] = [&[], &["--block-size", "1"], &["--block-size", "7"]];

/// What it is, the line, and the column of the first byte with which it can
/// no longer become a record: counted by hand, `{"a":` being five bytes.
#[rustfmt::skip]
const BAD: &[(&str, &[u8], u64)] = &[
    // Cut: one past the end.
    ("cut after {", b"{", 2),
    ("cut in a name", br#"{"sec"#, 6),
    ("cut after a name", br#"{"a""#, 5),
    ("cut after a colon", br#"{"a":"#, 6),
    ("cut in a string", br#"{"a":"sec"#, 10),
    ("cut after a string", br#"{"a":"b""#, 9),
    ("cut after a number", br#"{"a":1"#, 7),
    ("cut after a minus", br#"{"a":-"#, 7),
    ("cut after a point", br#"{"a":1."#, 8),
    ("cut after an e", br#"{"a":1e"#, 8),
    ("cut after an exponent's sign", br#"{"a":1e+"#, 9),
    ("cut in true", br#"{"a":tru"#, 9),
    ("cut in false", br#"{"a":fals"#, 10),
    ("cut in null", br#"{"a":n"#, 7),
    ("cut in an escape", br#"{"a":"\"#, 8),
    ("cut after \\u", br#"{"a":"\u"#, 9),
    ("cut in the digits of \\u", br#"{"a":"\u00e"#, 12),
    ("cut in the second half of a pair", br#"{"a":"\ud83d\ud"#, 16),
    ("cut after a comma", br#"{"a":1,"#, 8),
    ("cut after [", br#"{"a":["#, 7),
    ("cut after an element", br#"{"a":[1"#, 8),
    ("cut after a comma in an array", br#"{"a":[1,"#, 9),
    ("cut after an inner object", br#"{"a":{}"#, 8),
    ("cut deep inside", br#"{"a":[[[[{"b":"#, 15),
    ("cut before blanks", b"{\"a\":1 \t", 9),
    ("cut after a number, CRLF", b"{\"a\":1\r", 8),
    // Blank lines: cut, too.
    ("nothing", b"", 1),
    ("spaces", b"   ", 4),
    ("a tab and a space", b"\t ", 3),
    ("CRLF alone", b"\r", 2),
    // No object.
    ("an array", b"[]", 1),
    ("a record in an array", br#"[{"a":1}]"#, 1),
    ("a string", br#""secret""#, 1),
    ("a number", b"42", 1),
    ("null", b"null", 1),
    ("true", b"true", 1),
    ("a bare word", b"secret", 1),
    ("an array after blanks", b"  []", 3),
    ("a lone }", b"}", 1),
    ("a comma first", br#",{"a":1}"#, 1),
    ("NUL alone", b"\0", 1),
    ("a byte order mark inside the file", b"\xef\xbb\xbf{\"a\":1}", 1),
    // More after the record.
    ("two records", br#"{"a":1}{"a":1}"#, 8),
    ("two records, a space between", br#"{"a":1} {"a":1}"#, 9),
    ("one } too many", br#"{"a":1}}"#, 8),
    ("a comma after it", br#"{"a":1},"#, 8),
    ("a word after it", br#"{"a":1} secret"#, 9),
    ("a comment after it", br#"{"a":1} // secret"#, 9),
    ("NUL after it", b"{\"a\":1}\0", 8),
    // Members.
    ("a comma before }", br#"{"a":1,}"#, 8),
    ("a comma and a space before }", br#"{"a":1, }"#, 9),
    ("a comma alone", br#"{,}"#, 2),
    ("two commas", br#"{"a":1,,"b":2}"#, 8),
    ("a bare name", br#"{a:1}"#, 2),
    ("a name and a number as JavaScript prints them", br#"{a: 25n}"#, 2),
    ("a bigint", br#"{"a": 25n}"#, 9),
    ("a name in single quotes", br#"{'a':1}"#, 2),
    ("a number for a name", br#"{1:2}"#, 2),
    ("null for a name", br#"{null:1}"#, 2),
    ("an object for a name", br#"{{}:1}"#, 2),
    ("a comment inside", br#"{/* secret */"a":1}"#, 2),
    ("a colon missing", br#"{"a" 1}"#, 6),
    ("a name alone", br#"{"a"}"#, 5),
    ("a comma for a colon", br#"{"a",1}"#, 5),
    ("= for a colon", br#"{"a"=1}"#, 5),
    ("two colons", br#"{"a"::1}"#, 6),
    ("a value missing", br#"{"a":}"#, 6),
    ("a value missing before a comma", br#"{"a":,"b":1}"#, 6),
    ("a comma missing", br#"{"a":1 "b":2}"#, 8),
    ("a semicolon for a comma", br#"{"a":1;"b":2}"#, 7),
    ("a quote that ends the string early", br#"{"a":"x"y"}"#, 9),
    ("a thousands separator", br#"{"a":1,000}"#, 8),
    // Brackets.
    ("a comma before ]", br#"{"a":[1,]}"#, 9),
    ("a comma after [", br#"{"a":[,1]}"#, 7),
    ("two commas in an array", br#"{"a":[1,,2]}"#, 9),
    ("a comma missing in an array", br#"{"a":[1 2]}"#, 9),
    ("a colon in an array", br#"{"a":["b":1]}"#, 10),
    ("] for }", br#"{"a":1]"#, 7),
    ("} for ]", br#"{"a":[1}"#, 8),
    ("] for an inner }", br#"{"a":{"b":1]}"#, 12),
    ("one ] too many", br#"{"a":[1]]}"#, 9),
    // Words.
    ("a bare word for a value", br#"{"a":secret}"#, 6),
    ("a value in single quotes", br#"{"a":'secret'}"#, 6),
    ("undefined", br#"{"a":undefined}"#, 6),
    ("NaN", br#"{"a":NaN}"#, 6),
    ("nan, an n as in null", br#"{"a":nan}"#, 7),
    ("Infinity", br#"{"a":Infinity}"#, 6),
    ("-Infinity", br#"{"a":-Infinity}"#, 7),
    ("-NaN", br#"{"a":-NaN}"#, 7),
    ("True", br#"{"a":True}"#, 6),
    ("nul", br#"{"a":nul}"#, 9),
    ("nulll", br#"{"a":nulll}"#, 10),
    ("truth", br#"{"a":truth}"#, 9),
    ("true1", br#"{"a":true1}"#, 10),
    // Numbers.
    ("a leading zero", br#"{"a":01}"#, 7),
    ("a leading zero after a minus", br#"{"a":-01}"#, 8),
    ("two zeros", br#"{"a":00}"#, 7),
    ("+1", br#"{"a":+1}"#, 6),
    (".5", br#"{"a":.5}"#, 6),
    ("-.5", br#"{"a":-.5}"#, 7),
    ("1.", br#"{"a":1.}"#, 8),
    ("1.e5", br#"{"a":1.e5}"#, 8),
    ("1e", br#"{"a":1e}"#, 8),
    ("1e+", br#"{"a":1e+}"#, 9),
    ("1e5.5", br#"{"a":1e5.5}"#, 9),
    ("1.2.3", br#"{"a":1.2.3}"#, 9),
    ("0x10", br#"{"a":0x10}"#, 7),
    ("1_000", br#"{"a":1_000}"#, 7),
    ("-", br#"{"a":-}"#, 7),
    ("--1", br#"{"a":--1}"#, 7),
    ("1-2", br#"{"a":1-2}"#, 7),
    ("a full-width digit", "{\"a\":１}".as_bytes(), 6),
    // Strings.
    ("a raw tab", b"{\"a\":\"sec\tret\"}", 10),
    ("a raw carriage return", b"{\"a\":\"x\ry\"}", 8),
    ("a string that CRLF cuts", b"{\"a\":\"x\r", 8),
    ("a raw NUL", b"{\"a\":\"\0\"}", 7),
    ("the last raw control character", b"{\"a\":\"\x1f\"}", 7),
    ("a colour", b"{\"a\":\"\x1b[31msecret\"}", 7),
    ("a raw tab in a name", b"{\"a\tb\":1}", 4),
    ("\\x", br#"{"a":"\x41"}"#, 8),
    ("\\'", br#"{"a":"\'"}"#, 8),
    ("\\U", br#"{"a":"\U0041"}"#, 8),
    ("a backslash before a letter of two bytes", "{\"a\":\"\\é\"}".as_bytes(), 8),
    ("a backslash before a raw tab", b"{\"a\":\"\\\t\"}", 8),
    ("\\u without digits", br#"{"a":"\u"}"#, 9),
    ("\\u with a letter too far", br#"{"a":"\u12G4"}"#, 11),
    ("\\u with three digits", br#"{"a":"\u123"}"#, 12),
    ("\\u{", br#"{"a":"\u{41}"}"#, 9),
    ("half a pair, then a bad escape", br#"{"a":"\ud83d\x"}"#, 14),
    ("half a pair, then bad digits", br#"{"a":"\ud83d\ude0g"}"#, 18),
    // Blanks that are none in JSON.
    ("a vertical tab", b"{\x0b\"a\":1}", 2),
    ("a form feed", b"{\"a\":\x0c1}", 6),
    ("a no-break space", "{\"a\":\u{a0}1}".as_bytes(), 6),
    ("a byte order mark inside a record", "{\"a\":\u{feff}1}".as_bytes(), 6),
    // Columns are bytes.
    ("after names of two bytes a letter", "{\"éé\":1,é}".as_bytes(), 11),
    // UTF-8: the first byte of the bad sequence.
    ("a stray continuation byte", b"{\"a\":\"x\x80y\"}", 8),
    ("an overlong slash", b"{\"a\":\"\xc0\xaf\"}", 7),
    ("an overlong slash of three bytes", b"{\"a\":\"\xe0\x80\xaf\"}", 7),
    ("an overlong slash of four bytes", b"{\"a\":\"\xf0\x80\x80\xaf\"}", 7),
    ("a surrogate", b"{\"a\":\"\xed\xa0\x80\"}", 7),
    ("beyond U+10FFFF", b"{\"a\":\"\xf4\x90\x80\x80\"}", 7),
    ("F5", b"{\"a\":\"\xf5\x80\x80\x80\"}", 7),
    ("FF in a name", b"{\"\xff\":1}", 3),
    ("Latin-1", b"{\"a\":\"caf\xe9 secret\"}", 10),
    ("three bytes, one missing", b"{\"a\":\"\xe2\x82\"}", 7),
    ("four bytes, one missing", b"{\"a\":\"\xf0\x9f\x98 x\"}", 7),
    ("a missing byte, CRLF", b"{\"a\":\"\xe2\x82\r", 7),
    ("outside a string", b"{\"a\":\xff}", 6),
    ("before the record", b"\xff{\"a\":1}", 1),
    ("after the record", b"{\"a\":1}\xff", 8),
    ("UTF-16", b"\xff\xfe{\0}\0", 1),
    ("after a backslash", b"{\"a\":\"\\\xff\"}", 8),
    ("after a fault of grammar", b"{\"a\" 1,\"\xff\"}", 6),
    // A sequence that the end of the line cuts could still have become one.
    ("three bytes cut after two", b"{\"a\":\"\xe2\x82", 9),
    ("four bytes cut after three", b"{\"a\":\"\xc3\xa9\xf0\x9f\x98", 12),
    ("a name cut inside a letter", b"{\"a\xc3", 5),
    ("a sequence that begins no value, cut", b"{\"a\":\xe2\x82", 6),
    ("a sequence that is no escape, cut", b"{\"a\":\"\\\xe2\x82", 8),
    ("a sequence that is no digit, cut", b"{\"a\":\"\\u00\xc3", 11),
];

/// The cases that look like what `npx convex data` prints, which is no export.
const BARE_NAMES: [&str; 3] =
    ["a bare name", "a name and a number as JavaScript prints them", "null for a name"];

fn rewritten(records: &str) -> String {
    records.replace(OLD, NEW)
}

fn around(line: &[u8]) -> Vec<u8> {
    [BEFORE.as_bytes(), line, b"\n", AFTER.as_bytes()].concat()
}

fn folder(tickets: &[u8]) -> Folder {
    Folder::with(&[("ids.csv", MAP.as_bytes()), ("export/tickets.jsonl", tickets)])
}

const RUN: [&str; 6] = ["rewrite", "export", "--map", "ids.csv", "--out", "out"];
const REJECT: [&str; 2] = ["--on-invalid", "reject"];

fn run(folder: &Folder, more: &[&[&str]]) -> Ran {
    folder.idswap(&[&RUN[..], &more.concat()].concat())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// What the first line of a message says after the place where it must be.
fn said(ran: &Ran, place: &str, case: &str) -> String {
    assert_eq!(ran.code, Some(3), "{case}: {}", ran.stderr);
    assert_eq!(ran.stdout, b"", "{case}");
    let lines: Vec<_> = ran.stderr.lines().collect();
    let start = format!("idswap: {place}: ");
    let what = lines[0].strip_prefix(&start);
    let what = what.unwrap_or_else(|| panic!("{case}: {:?} is not at {start:?}", lines[0]));
    assert!(lines.len() == 2 && lines.iter().all(|line| !line.is_empty()), "{case}: {lines:?}");
    assert!(!what.is_empty(), "{case}");
    what.to_owned()
}

/// Nothing of the data is in a text that a person or a log gets to see.
fn assert_discreet(text: &str, line: &[u8], case: &str) {
    let shown = |c: char| c == '\n' || !c.is_control();
    assert!(text.chars().all(shown) && text.ends_with('\n'), "{case}: {text:?}");
    assert!(!text.contains("secret"), "{case}: {text}");
    let line = String::from_utf8_lossy(line);
    assert!(line.len() < 6 || !text.contains(&*line), "{case}: {text}");
}

/// A run over a bad line 3: its message, its report, and no other trace.
fn check_refused(case: &str, line: &[u8], column: u64, more: &[&str]) {
    let folder = folder(&around(line));
    let mut expected = folder.tree();
    let ran = run(&folder, &[more]);
    let what = said(&ran, &format!("export/tickets.jsonl:3:{column}"), case);
    assert_eq!(ran.stderr.contains("npx convex data"), BARE_NAMES.contains(&case), "{case}");
    let report = folder.text("out.report.json");
    for text in [&ran.stderr, &report] {
        assert_discreet(text, line, case);
    }
    let place = serde_json::json!({
        "file": "export/tickets.jsonl", "line": 3, "column": column, "message": what
    });
    expected.insert("out.report.json".to_owned(), report.clone().into_bytes());
    assert_eq!(folder.tree(), expected, "{case}");
    let report = json(&report);
    assert_eq!(report["error"], place, "{case}");
    assert_eq!(report["attention"], true, "{case}");
    for member in ["tables", "summary", "output"] {
        assert!(report.get(member).is_none(), "{case}: {member}");
    }
}

fn check_all_refused(more: &[&str]) {
    for (case, line, column) in BAD {
        check_refused(case, line, *column, more);
    }
}

#[test]
fn a_bad_line_ends_a_run() {
    check_all_refused(SIZES[0]);
}

#[test]
fn a_bad_line_ends_a_run_in_blocks_of_a_byte() {
    check_all_refused(SIZES[1]);
}

#[test]
fn a_bad_line_ends_a_run_in_blocks_of_seven_bytes() {
    check_all_refused(SIZES[2]);
}

#[test]
fn the_table_of_bad_lines_is_sound() {
    let names: BTreeSet<_> = BAD.iter().map(|(case, ..)| case).collect();
    assert_eq!(names.len(), BAD.len(), "each case has a name of its own");
    for (case, line, column) in BAD {
        assert!(!line.contains(&b'\n'), "{case}");
        assert!((1..=line.len() as u64 + 1).contains(column), "{case}");
    }
}

/// The lines of `reasons.jsonl`.
fn reasons(folder: &Folder) -> Vec<Value> {
    folder.text("out.rejects/reasons.jsonl").lines().map(json).collect()
}

/// What a run leaves beside its inputs.
fn left(folder: &Folder, inputs: &[&str]) -> Vec<String> {
    folder.tree().into_keys().filter(|path| !inputs.contains(&&**path)).collect()
}

#[test]
fn a_bad_line_is_set_aside() {
    for (case, line, column) in BAD {
        let folder = folder(&around(line));
        let message = {
            let ran = run(&folder, &[]);
            said(&ran, &format!("export/tickets.jsonl:3:{column}"), case)
        };
        let ran = run(&folder, &[&REJECT]);
        assert_eq!(ran.code, Some(1), "{case}: {}", ran.stderr);
        assert_discreet(&ran.stderr, line, case);
        assert_eq!(folder.read("out.rejects/tickets.jsonl"), [line, &b"\n"[..]].concat(), "{case}");
        let reason = serde_json::json!({
            "table": "tickets", "line": 3, "offset": BEFORE.len(), "column": column,
            "message": message
        });
        assert_eq!(reasons(&folder), [reason], "{case}");
        assert_eq!(
            folder.text("out/tickets.jsonl"),
            rewritten(BEFORE) + &rewritten(AFTER),
            "{case}"
        );
        assert_eq!(
            left(&folder, &["ids.csv", "export/tickets.jsonl"]),
            [
                "out.rejects/reasons.jsonl",
                "out.rejects/tickets.jsonl",
                "out.report.json",
                "out/tickets.jsonl"
            ],
            "{case}"
        );
        check_counts(&json(&folder.text("out.report.json")), 1, case);
    }
}

/// Of the records around, three are updated and one is skipped.
fn check_counts(report: &Value, rejected: u64, case: &str) {
    let table = &report["tables"]["tickets"];
    for (member, count) in
        [("rejected", rejected), ("updated", 3), ("skipped", 1), ("total", rejected + 4)]
    {
        assert_eq!(table[member], count, "{case}: {member}");
    }
    assert_eq!(report["summary"]["totalRejected"], rejected, "{case}");
    assert_eq!(report["summary"]["totalRecords"], rejected + 4, "{case}");
    assert_eq!(table["fields"]["requester_id"]["records"], 4, "{case}: rejects are no records");
    assert_eq!(report["attention"], true, "{case}");
}

/// All bad lines in one table, for every block size and number of threads.
#[test]
fn bad_lines_are_set_aside_together() {
    let bad: Vec<u8> = BAD.iter().flat_map(|(_, line, _)| [line, &b"\n"[..]].concat()).collect();
    let folder = folder(&[BEFORE.as_bytes(), &bad, AFTER.as_bytes()].concat());
    let mut offset = BEFORE.len();
    let mut places = Vec::new();
    for ((case, line, column), number) in BAD.iter().zip(3_u64..) {
        places.push((case, number, offset, column));
        offset += line.len() + 1;
    }
    for size in ["1", "2", "3", "7", "64", "262144"] {
        for threads in ["1", "5"] {
            let more = ["--force", "--block-size", size, "--threads", threads];
            let ran = run(&folder, &[&REJECT, &more]);
            assert_eq!(ran.code, Some(1), "{more:?}: {}", ran.stderr);
            assert!(folder.read("out.rejects/tickets.jsonl") == bad, "{more:?}");
            let reasons = reasons(&folder);
            assert_eq!(reasons.len(), places.len(), "{more:?}");
            for ((case, line, offset, column), reason) in places.iter().zip(&reasons) {
                let found = (&reason["line"], &reason["offset"], &reason["column"]);
                assert_eq!(
                    found,
                    (&Value::from(*line), &Value::from(*offset), &Value::from(**column)),
                    "{case} {more:?}"
                );
            }
            let report = json(&folder.text("out.report.json"));
            check_counts(&report, BAD.len() as u64, &format!("{more:?}"));
        }
    }
}

/// Where the data stands and how the export is named, and how a message names
/// its file: as it was opened.
#[rustfmt::skip]
const PLACES: &[(&str, &[&str], &str)] = &[
    ("export/tickets.jsonl", &["export"], "export/tickets.jsonl"),
    ("export/tickets.jsonl", &["export/"], "export/tickets.jsonl"),
    ("export/tickets.jsonl", &["./export"], "./export/tickets.jsonl"),
    ("export/tickets/documents.jsonl", &["export"], "export/tickets/documents.jsonl"),
    ("export/tickets.jsonl", &["export/tickets.jsonl"], "export/tickets.jsonl"),
    ("today.jsonl", &["today.jsonl", "--table", "tickets"], "today.jsonl"),
    ("unused", &["-", "--table", "tickets"], "-"),
    ("ex\u{1b}\u{202e}port/tickets.jsonl", &["ex\u{1b}\u{202e}port"],
        "ex\\u{1b}\\u{202e}port/tickets.jsonl"),
];

#[test]
fn messages_name_the_file_as_it_was_opened() {
    let tickets = around(b"{\"a\":01}");
    for (path, export, shown) in PLACES {
        let folder = Folder::with(&[("ids.csv", MAP.as_bytes()), (path, &tickets)]);
        let args = [&["rewrite"], *export, &["--map", "ids.csv", "--out", "out"]].concat();
        let ran = folder.idswap_fed(&args, &tickets);
        said(&ran, &format!("{shown}:3:7"), path);
    }
}

#[test]
fn a_bad_last_line_may_lack_its_newline() {
    for (case, line, column) in BAD.iter().filter(|(_, line, _)| !line.is_empty()) {
        let folder = folder(&[BEFORE.as_bytes(), line].concat());
        let ran = run(&folder, &[&REJECT]);
        assert_eq!(ran.code, Some(1), "{case}: {}", ran.stderr);
        assert_eq!(folder.read("out.rejects/tickets.jsonl"), *line, "{case}");
        assert_eq!(reasons(&folder)[0]["column"], *column, "{case}");
        assert_eq!(folder.text("out/tickets.jsonl"), rewritten(BEFORE), "{case}");
    }
}

#[test]
fn a_last_newline_begins_no_line() {
    let folder = folder(BEFORE.as_bytes());
    let ran = run(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("out/tickets.jsonl"), rewritten(BEFORE));
}

/// Columns count after a byte order mark, offsets from before it.
#[test]
fn a_bad_first_line_after_a_byte_order_mark() {
    let tickets = ["\u{feff}{\"a\":01}\n", BEFORE].concat();
    for size in SIZES {
        let folder = folder(tickets.as_bytes());
        let ran = run(&folder, &[size]);
        said(&ran, "export/tickets.jsonl:1:7", "fail");
        let ran = run(&folder, &[size, &REJECT]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        assert_eq!(folder.text("out.rejects/tickets.jsonl"), "{\"a\":01}\n");
        let reason = &reasons(&folder)[0];
        assert_eq!((&reason["line"], &reason["offset"]), (&1.into(), &3.into()), "{reason}");
        assert_eq!(reason["column"], 7);
        assert_eq!(folder.text("out/tickets.jsonl"), rewritten(BEFORE));
    }
}

/// Only the first mark of a file is one.
#[rustfmt::skip]
const MARKS: &[(&str, &str, &str)] = &[
    ("two marks", "\u{feff}\u{feff}{}\n", "1:1"),
    ("a mark and nothing else on its line", "\u{feff}\n{}\n", "1:1"),
    ("a mark after a space", " \u{feff}{}\n", "1:2"),
    ("a mark on the second line", "\u{feff}{}\n\u{feff}{}\n", "2:1"),
    ("a record cut after a mark", "\u{feff}{", "1:2"),
];

#[test]
fn byte_order_marks_elsewhere_are_invalid() {
    for (case, tickets, place) in MARKS {
        for size in SIZES {
            let ran = run(&folder(tickets.as_bytes()), &[size]);
            said(&ran, &format!("export/tickets.jsonl:{place}"), case);
        }
    }
}

#[test]
fn columns_reach_far() {
    let line = format!("{{\"a\":\"{}\t\"}}", "é".repeat(150_000));
    for size in [&[][..], &["--block-size", "1"], &["--block-size", "4096"]] {
        let ran = run(&folder(&around(line.as_bytes())), &[size]);
        said(&ran, "export/tickets.jsonl:3:300007", "a tab after 300,000 bytes of text");
    }
}

const GOOD: &str = "{}\n";
const WRONG: &str = "{\"a\":01}\n";

/// Contents of ticketComments, ticketStatusHistory and tickets as runs of
/// good and bad lines, and the place of the run's error.
type Several = (&'static str, [&'static [(usize, &'static str)]; 3], &'static str);

#[rustfmt::skip]
const SEVERAL: &[Several] = &[
    ("each table has one, the last first of all",
        [&[(40, GOOD), (1, WRONG)], &[(3, GOOD), (1, WRONG)], &[(1, WRONG)]],
        "ticketComments.jsonl:41:7"),
    ("one table has many",
        [&[(5, GOOD), (9, WRONG), (50, GOOD)], &[(20, WRONG)], &[(20, WRONG)]],
        "ticketComments.jsonl:6:7"),
    ("the first table is clean",
        [&[(60, GOOD)], &[(30, GOOD), (2, WRONG)], &[(1, WRONG), (60, GOOD)]],
        "ticketStatusHistory.jsonl:31:7"),
    ("only the last table has one, at its end",
        [&[(50, GOOD)], &[(50, GOOD)], &[(50, GOOD), (1, WRONG)]],
        "tickets.jsonl:51:7"),
];

#[test]
fn the_error_of_a_run_is_the_first_by_table_and_place() {
    for (case, tables, place) in SEVERAL {
        let folder = Folder::with(&[("ids.csv", MAP)]);
        for (name, runs) in ["ticketComments", "ticketStatusHistory", "tickets"].iter().zip(tables)
        {
            let content: String = runs.iter().map(|(times, line)| line.repeat(*times)).collect();
            folder.write(&format!("export/{name}.jsonl"), content);
        }
        let mut reports = BTreeSet::new();
        for repetition in 0..30 {
            let ran = run(&folder, &[&["--threads", "5", "--block-size", "1"]]);
            said(&ran, &format!("export/{place}"), &format!("{case}, {repetition}"));
            reports.insert(folder.read("out.report.json"));
        }
        assert_eq!(reports.len(), 1, "{case}: the report is always the same");
    }
}

/// Records by RFC 8259, however odd.
#[rustfmt::skip]
const VALID: &[(&str, &[u8])] = &[
    ("y_empty", b"{}"),
    ("y_blanks_inside", b"{ \t\r}"),
    ("y_blanks_around", b" \t{\"a\":1} \t"),
    ("y_crlf", b"{\"a\":1}\r"),
    ("y_blanks_between", b"{ \"a\" \t: [ 1 , 2 ] , \"b\" : { } }"),
    ("y_empty_name", br#"{"":0}"#),
    ("y_duplicate_names", br#"{"a":1,"a":2,"a":1}"#),
    ("y_empty_containers", br#"{"a":[],"b":{},"c":[[],{}]}"#),
    ("y_literals", br#"{"a":[true,false,null]}"#),
    ("y_minus_zero", br#"{"a":-0}"#),
    ("y_minus_zero_point", br#"{"a":-0.0}"#),
    ("y_zero_exponent", br#"{"a":0e1}"#),
    ("y_exponents", br#"{"a":[1e5,1E5,1e+5,1E-5,1.5e00]}"#),
    ("y_huge_exponent", br#"{"a":1e999999999999}"#),
    ("y_tiny_exponent", br#"{"a":-1e-999999999999}"#),
    ("y_big_integer", br#"{"a":123456789012345678901234567890123456789012345678901234567890}"#),
    ("y_many_decimals", br#"{"a":0.10000000000000000000000000000000000000000000000000001}"#),
    ("y_escapes", br#"{"a":"\"\\\/\b\f\n\r\t"}"#),
    ("y_escaped_nul", br#"{"a":"\u0000"}"#),
    ("y_escaped_name", br#"{"\u0061\"":1}"#),
    ("y_hex_in_both_cases", br#"{"a":"\u00e9\u00E9\uAbCd"}"#),
    ("y_pair", br#"{"a":"\ud83d\ude00"}"#),
    ("y_lone_high_surrogate", br#"{"a":"\ud800"}"#),
    ("y_lone_low_surrogate", br#"{"a":"\udfff"}"#),
    ("y_two_high_surrogates", br#"{"a":"\ud800\ud800"}"#),
    ("y_surrogates_reversed", br#"{"a":"\ude00\ud83d"}"#),
    ("y_high_surrogate_then_escape", br#"{"a":"\ud800\n"}"#),
    ("y_high_surrogate_in_a_name", br#"{"\ud800":1}"#),
    ("y_escaped_noncharacter", br#"{"a":"\uffff"}"#),
    ("y_delete", b"{\"a\":\"\x7f\"}"),
    ("y_c1_control", "{\"a\":\"\u{80}\"}".as_bytes()),
    ("y_line_separators", "{\"a\":\"\u{2028}\u{2029}\u{85}\"}".as_bytes()),
    ("y_noncharacter", "{\"a\":\"\u{ffff}\"}".as_bytes()),
    ("y_last_scalar", "{\"a\":\"\u{10ffff}\"}".as_bytes()),
    ("y_mark_in_a_string", "{\"a\":\"\u{feff}\"}".as_bytes()),
    ("y_letters_of_all_lengths", "{\"aé€😀\":\"aé€😀\"}".as_bytes()),
    ("y_brackets_in_strings", br#"{"a":"]}{[,:","}":"]"}"#),
    ("y_comment_in_a_string", br#"{"a":"/* // # */"}"#),
    ("y_slash", br#"{"a":"/"}"#),
    ("y_nested", br#"{"a":[[[[[[[[[[[[[[[[[[[[{"b":[{}]}]]]]]]]]]]]]]]]]]]]]}"#),
    ("y_long_string", br#"{"a":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}"#),
];

/// And what only looks like one.
#[rustfmt::skip]
const INVALID: &[(&str, &[u8])] = &[
    ("n_array_just_comma", br#"{"a":[,]}"#),
    ("n_array_double_comma", br#"{"a":[1,,2]}"#),
    ("n_array_unclosed", br#"{"a":[1"#),
    ("n_array_star", br#"{"a":[*]}"#),
    ("n_array_colon", br#"{"a":["":1]}"#),
    ("n_array_inner_as_separator", br#"{"a":[3[4]]}"#),
    ("n_array_spaces_for_comma", br#"{"a":[1  true]}"#),
    ("n_number_minus_space", br#"{"a":- 1}"#),
    ("n_number_0_capital_e", br#"{"a":0E}"#),
    ("n_number_0e_plus", br#"{"a":0e+}"#),
    ("n_number_double_e", br#"{"a":1ee2}"#),
    ("n_number_e_minus_space", br#"{"a":1e- 2}"#),
    ("n_number_hex_letter", br#"{"a":1a}"#),
    ("n_number_space_thousands", br#"{"a":1 000}"#),
    ("n_number_minus_then_dot", br#"{"a":-.1}"#),
    ("n_number_dot_dot", br#"{"a":1..2}"#),
    ("n_number_infinity_sign", "{\"a\":∞}".as_bytes()),
    ("n_number_plus_plus", br#"{"a":++1}"#),
    ("n_number_invalid_byte", b"{\"a\":1\xe5}"),
    ("n_number_fraction_of_letters", br#"{"a":0.a}"#),
    ("n_object_bracket_key", br#"{[:"x"}"#),
    ("n_object_two_colons", br#"{"a"::"b"}"#),
    ("n_object_emoji", "{🇨🇭}".as_bytes()),
    ("n_object_key_and_comma", br#"{"a":"b",,"c":"d"}"#),
    ("n_object_value_only", br#"{:"b"}"#),
    ("n_object_no_colon", br#"{"a" "b"}"#),
    ("n_object_repeated_null", br#"{null:null,null:null}"#),
    ("n_object_garbage_at_end", br#"{"a":"a" 123}"#),
    ("n_object_unterminated_value", br#"{"a":"a"#),
    ("n_object_slash_comment_open", br#"{"a":1}/"#),
    ("n_string_escaped_control", b"{\"a\":\"\\\x01\"}"),
    ("n_string_incomplete_escape", br#"{"a":"\"}"#),
    ("n_string_incomplete_pair", br#"{"a":"\uD834\uDd"}"#),
    ("n_string_pair_without_u", br#"{"a":"\uD800\"}"#),
    ("n_string_start_escape_unclosed", b"{\"a\":\"\\"),
    ("n_string_escape_a", br#"{"a":"\a"}"#),
    ("n_string_unicode_capital_u", br#"{"a":"\UA66D"}"#),
    ("n_string_backslash_00", b"{\"a\":\"\\\0\"}"),
    ("n_string_typographic_quotes", "{\"a\":“b”}".as_bytes()),
    ("n_string_no_quotes_with_escape", br#"{"a":\n}"#),
    ("n_structure_double_object", b"{}{}"),
    ("n_structure_angle_bracket", b"<null>"),
    ("n_structure_open_comma", b"{,"),
    ("n_structure_no_break_space", "\u{a0}{}".as_bytes()),
    ("n_structure_word_joiner", "{\u{2060}}".as_bytes()),
    ("n_structure_capital_null", br#"{"a":Null}"#),
    ("n_structure_uescape_in_place_of_brace", br#"\u007b"a":1}"#),
    ("n_structure_null_byte_outside", b"{\"a\":\0null}"),
];

/// All of them in one table, good and bad in turn.
#[test]
fn the_grammar_is_that_of_rfc_8259() {
    let mut lines: Vec<(&str, &[u8])> = Vec::new();
    for place in 0..VALID.len().max(INVALID.len()) {
        lines.extend(VALID.get(place));
        lines.extend(INVALID.get(place));
    }
    let table = |lines: &[(&str, &[u8])]| {
        lines.iter().flat_map(|(_, line)| [line, &b"\n"[..]].concat()).collect::<Vec<u8>>()
    };
    let folder = folder(&table(&lines));
    let ran = run(&folder, &[&REJECT]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let reasons: BTreeMap<_, _> =
        reasons(&folder).into_iter().map(|reason| (reason["line"].as_u64(), reason)).collect();
    let misjudged: Vec<_> = (1_u64..)
        .zip(&lines)
        .filter(|(line, (case, _))| reasons.contains_key(&Some(*line)) != case.starts_with("n_"))
        .map(|(line, (case, _))| (case, reasons.get(&Some(line))))
        .collect();
    assert!(misjudged.is_empty(), "{misjudged:#?}");
    assert!(folder.read("out/tickets.jsonl") == table(VALID), "valid records survive as they are");
    assert!(folder.read("out.rejects/tickets.jsonl") == table(INVALID), "so do rejects");
}

/// Lines that another parser may judge, too.
#[test]
fn the_tables_of_the_grammar_hold_by_another_parser() {
    let parses = |line: &[u8]| {
        std::str::from_utf8(line).is_ok_and(|line| {
            line.trim_ascii_start().starts_with('{')
                && serde_json::from_str::<IgnoredAny>(line).is_ok()
        })
    };
    for (case, line) in VALID {
        assert!(parses(line), "{case}");
    }
    let bad = BAD.iter().map(|(case, line, _)| (*case, *line));
    for (case, line) in INVALID.iter().copied().chain(bad) {
        assert!(!parses(line), "{case}");
    }
}

#[test]
fn rejects_of_several_tables_are_listed_by_table_and_place() {
    let folder = Folder::with(&[
        ("ids.csv", MAP),
        ("export/tickets.jsonl", "[]\n{}\n[]\n"),
        ("export/ticketComments/documents.jsonl", "{}\n1"),
        ("export/ticketStatusHistory.jsonl", "{}\n"),
    ]);
    for size in SIZES {
        let ran = run(&folder, &[&REJECT, size, &["--force", "--threads", "5"]]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let places: Vec<_> = reasons(&folder)
            .iter()
            .map(|reason| (reason["table"].to_string(), reason["line"].as_u64()))
            .collect();
        let place = |table: &str, line| (format!("\"{table}\""), Some(line));
        assert_eq!(places, [place("ticketComments", 2), place("tickets", 1), place("tickets", 3)]);
        assert_eq!(folder.text("out.rejects/ticketComments.jsonl"), "1");
        assert_eq!(folder.text("out.rejects/tickets.jsonl"), "[]\n[]\n");
        assert!(!folder.path("out.rejects/ticketStatusHistory.jsonl").exists());
        assert_eq!(folder.text("out/ticketComments/documents.jsonl"), "{}\n");
    }
}

/// Where the report of refused data goes; the last of them to no file.
#[rustfmt::skip]
const REPORTS: &[(&[&str], Option<&str>)] = &[
    (&["--out", "new"], Some("new.report.json")),
    (&["--out", "new", "--report", "report.json"], Some("report.json")),
    (&["--out", "-", "--report", "report.json"], Some("report.json")),
    (&["--dry-run", "--report", "report.json"], Some("report.json")),
    (&["--out", "-"], None),
    (&["--out", "/dev/null"], None),
    (&["--dry-run"], None),
    (&["--dry-run", "--out", "new"], None),
];

#[test]
fn refused_data_has_a_report_where_one_is_wanted() {
    for (more, wanted) in REPORTS {
        let folder = folder(&around(b"{\"a\":01}"));
        let before = folder.tree();
        let ran = folder
            .idswap(&[&["rewrite", "export/tickets.jsonl", "--map", "ids.csv"], *more].concat());
        assert_eq!(ran.code, Some(3), "{more:?}: {}", ran.stderr);
        let mut left = folder.tree();
        let report = wanted.map(|path| left.remove(path).expect(path));
        assert_eq!(left, before, "{more:?}");
        if let Some(report) = report {
            let report = json(&String::from_utf8(report).expect("UTF-8"));
            assert_eq!(report["error"]["column"], 7, "{more:?}");
        }
    }
}

#[test]
fn the_report_of_refused_data_goes_to_standard_output() {
    let folder = folder(&around(b"{\"a\":01}"));
    let ran =
        folder.idswap(&["rewrite", "export", "--map", "ids.csv", "--dry-run", "--report", "-"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let report = json(&String::from_utf8(ran.stdout).expect("UTF-8"));
    assert_eq!((&report["dryRun"], &report["error"]["line"]), (&true.into(), &3.into()));
}

/// Without rejects there is no folder of them, and nothing to decide.
#[test]
fn nothing_to_set_aside_leaves_no_folder() {
    let folder = folder(BEFORE.as_bytes());
    let ran = run(&folder, &[&REJECT]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!folder.path("out.rejects").exists());
}
