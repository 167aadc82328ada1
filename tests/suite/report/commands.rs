//! `idswap report show`, `check` and `html`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use idswap::report::{Report, html};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

/// The reports that the fixtures leave, by name.
fn fixtures() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = fs::read_dir(root).expect("fixtures").map(|entry| entry.expect("one").path());
    let read = |folder: std::path::PathBuf| {
        let named = |name: &str| fs::read_to_string(folder.join("expected").join(name)).ok();
        let text = named("out.report.json").or_else(|| named("stdout"))?;
        Some((folder.file_name()?.to_string_lossy().into_owned(), text))
    };
    let mut reports: Vec<_> = folders.filter_map(read).collect();
    reports.sort();
    assert!(reports.len() >= 15, "{}", reports.len());
    reports
}

fn parse(text: &str) -> Report {
    Report::parse(text.as_bytes(), Path::new("x.json")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn what_is_read_is_what_was_written() {
    for (name, text) in fixtures() {
        assert_eq!(parse(&text).to_json(), text, "{name}");
    }
}

/// A change to a report, the exit code, and the beginning of what is said.
#[rustfmt::skip]
const NO_REPORTS: &[(&str, &str)] = &[
    ("", "x.json: the file is empty, so this is no report"),
    (" \n", "x.json: the file is empty, so this is no report"),
    ("{", "x.json:1:2: this is no report: EOF while parsing an object"),
    ("{}", "x.json:1:1: this is no report: it has no schemaVersion"),
    ("[]", "x.json:1:"),
    ("7", "x.json:1:1: this is no report: invalid type: integer `7`, expected an object\n"),
    ("source_id,target_id\n", "x.json:1:1: this is no report: expected value"),
    ("{\"_id\":\"t1\"}\n{\"_id\":\"t2\"}\n", "x.json:2:1: this is no report: trailing characters"),
    ("{\n \"schemaVersion\": 2, \"command\": \"rewrite\"}", "x.json:2:19: a report of version 2, and this program reads version 1"),
    ("{\"schemaVersion\":\"\\u001b[31m\"}", "x.json:1:18: a report of version \"\\u001b[31m\", and"),
    ("{\"schemaVersion\":1}", "x.json:1:1: this is no report: it names no command"),
    ("{\"schemaVersion\":1,\n\"command\":\"verify\",\"ok\":true}", "x.json:2:11: this was written by idswap verify, and is no report of idswap rewrite"),
    ("{\"schemaVersion\":1,\"command\":\"\\u001b\"}", "x.json:1:30: this was written by idswap \\u{1b}, and"),
    ("{\"schemaVersion\":1,\"command\":\"rewrite\",\"tables\":{\"t\":1}}", "x.json:1:54: this is no report: invalid type: integer `1`, expected an object\n"),
    ("{\"schemaVersion\":1,\"command\":\"rewrite\",\"tables\":[]}", "x.json:1:48: this is no report: invalid type: array, expected an object\n"),
    ("{\"schemaVersion\":1,\"command\":\"rewrite\",\"map\":{\"files\":{}}}", "x.json:1:54: this is no report: invalid type: object, expected an array\n"),
    ("{\"schemaVersion\":1,\"command\":\"rewrite\",\"map\":{\"files\":[[\"x\"]]}}", "x.json:1:60: this is no report: invalid type: array, expected an object\n"),
    ("{\"schemaVersion\":1,\"command\":\"rewrite\",\"map\":{\"entries\":-1}}", "x.json:1:58: this is no report: invalid value: integer `-1`, expected a whole number from 0 on\n"),
    ("{\"schemaVersion\":1,\"command\":7}", "x.json:1:30: this is no report: it names no command"),
    ("{\"schemaVersion\":1,\"command\":\"rewrite\"}", "x.json:1:39: this is no report: missing field `tool`"),
    ("{\"schemaVersion\":1,\"command\":\"rewrite\",\n \"tool\":[\"\\u001b\"]}", "x.json:2:"),
];

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    for (text, message) in NO_REPORTS {
        let folder = Folder::with(&[("x.json", text)]);
        for command in ["show", "check", "html"] {
            let ran = run(&folder, &format!("report {command} x.json"));
            assert_eq!((ran.code, ran.stdout.len()), (Some(3), 0), "{text:?}: {}", ran.stderr);
            let said = ran.stderr.strip_prefix("idswap: ").expect("an error");
            assert!(said.starts_with(message), "{text:?}: {said}");
            assert_eq!(ran.stderr.lines().count(), 2, "one line of advice: {}", ran.stderr);
            assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
        }
    }
}

#[test]
fn bytes_that_are_no_text_have_a_place() {
    let folder = Folder::with(&[("x.json", b"{\n \"a\":\"\xff\"}")]);
    let ran = run(&folder, "report show x.json");
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.stderr.starts_with("idswap: x.json:2:7: bytes that are not UTF-8"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_cannot_be_read_is_an_io_error() {
    let folder = standard(&[("folder/x", File("")), ("good.json", File("{}"))]);
    for path in ["none.json", "folder", "good.json/x", "good.json none.json"] {
        for command in ["show", "check"] {
            let ran = run(&folder, &format!("report {command} {path}"));
            let code = if path.starts_with("good.json ") { 3 } else { 4 };
            assert_eq!((ran.code, ran.stdout.len()), (Some(code), 0), "{path}: {}", ran.stderr);
        }
    }
}

/// Members that this version does not know are passed over, at every place.
#[test]
fn later_members_do_not_break_it() {
    fn add(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.values_mut().for_each(add);
                // Names that are data would be taken for tables and fields.
                if !members.keys().any(|name| matches!(name.as_str(), "tickets" | "requester_id")) {
                    members.insert("later".to_owned(), json!({"deep": [1]}));
                }
            }
            Value::Array(items) => items.iter_mut().for_each(add),
            _ => {}
        }
    }
    let (_, text) = fixtures().into_iter().find(|(name, _)| name == "refused").expect("one");
    let mut later = json(&text);
    add(&mut later);
    assert!(later.to_string().matches("later").count() > 10, "{later}");
    assert_eq!(parse(&later.to_string()).to_json(), text);
}

const RUN: &str = "rewrite export --map ids.csv --map more.csv --out out";

/// A run that nothing is against: two tables, two maps.
fn clear(more: &str) -> Folder {
    let folder = standard(&[("more.csv", File("source_id,target_id\nx1,y1\n"))]);
    folder
        .write("more.csv", format!("source_id,target_id\n{C},user_2CarolCarolCarolCarolCarol0\n"));
    folder.write("export/tickets.jsonl", [A, B].map(ticket).concat());
    folder.write("export/ticketComments.jsonl", format!("{{\"author_id\":\"{C}\"}}\n"));
    let ran = run(&folder, &format!("{RUN}{more}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    folder
}

fn check(folder: &Folder) -> Ran {
    run(folder, "report check out.report.json")
}

const FILES: [&str; 6] = [
    "ids.csv",
    "more.csv",
    "export/ticketComments.jsonl",
    "out/ticketComments.jsonl",
    "export/tickets.jsonl",
    "out/tickets.jsonl",
];

#[test]
fn a_run_without_open_ends_is_clear() {
    for digest in ["", " --digest sha256"] {
        let folder = clear(digest);
        let ran = check(&folder);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let stdout = String::from_utf8(ran.stdout).expect("UTF-8");
        let words: Vec<_> = stdout.lines().map(|line| (&line[..13], &line[13..])).collect();
        assert_eq!(words.len(), FILES.len(), "{stdout}");
        for ((word, line), file) in words.into_iter().zip(FILES) {
            assert_eq!(word.trim(), "ok", "{stdout}");
            assert!(line.starts_with(&format!("{file} (")), "{line}");
        }
        let said = "out.report.json: clear for import: 6 files checked, none changed, nothing needs attention; read its 1 warning first\n";
        assert_eq!(ran.stderr, said);
        let ran = run(&folder, "report check -q out.report.json out.report.json");
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (Some(0), &b""[..], ""));
    }
}

/// What happens to a file, and the word for it.
#[rustfmt::skip]
type Harm = (&'static str, fn(&Folder, &str));
const HARMS: &[Harm] = &[
    ("changed", |folder, file| flip(folder, file, |_| 0)),
    ("changed", |folder, file| flip(folder, file, |length| length / 2)),
    ("changed", |folder, file| flip(folder, file, |length| length - 1)),
    ("changed", |folder, file| folder.write(file, [folder.read(file), b"\n".to_vec()].concat())),
    ("changed", |folder, file| folder.write(file, &folder.read(file)[1..])),
    ("changed", |folder, file| folder.write(file, "")),
    ("missing", |folder, file| fs::remove_file(folder.path(file)).expect("removed")),
    ("changed", |folder, file| {
        fs::remove_file(folder.path(file)).expect("removed");
        fs::create_dir(folder.path(file)).expect("made");
    }),
];

fn flip(folder: &Folder, file: &str, at: fn(usize) -> usize) {
    let mut bytes = folder.read(file);
    let at = at(bytes.len());
    bytes[at] ^= 1;
    folder.write(file, bytes);
}

#[test]
fn one_changed_byte_of_any_file_closes_the_gate() {
    for digest in ["", " --digest sha256"] {
        let folder = clear(digest);
        for (file, (word, harm)) in
            FILES.iter().flat_map(|file| HARMS.iter().map(move |h| (file, h)))
        {
            let before = folder.read(file);
            harm(&folder, file);
            let ran = check(&folder);
            let stdout = String::from_utf8(ran.stdout).expect("UTF-8");
            assert_eq!(ran.code, Some(1), "{file}: {stdout}");
            for line in stdout.lines() {
                let expected = if line.contains(&format!(" {file} (")) { *word } else { "ok" };
                assert_eq!(line[..13].trim(), expected, "{file}: {stdout}");
            }
            let counted =
                if *word == "missing" { "1 file is missing" } else { "1 file has changed" };
            assert_eq!(ran.stderr, format!("out.report.json: not clear for import\n  {counted}\n"));
            drop(fs::remove_dir(folder.path(file)));
            folder.write(file, before);
            assert_eq!(check(&folder).code, Some(0), "{file}: put back");
        }
    }
}

/// A run's arguments after the map, and the lines said against it.
#[rustfmt::skip]
const AGAINST: &[(&str, &[&str])] = &[
    ("--dry-run", &["it was a dry run, which writes no data"]),
    ("--dry-run --strict", &["it was a dry run, which writes no data", "something in the report needs a person's decision"]),
    ("--out out --strict", &["something in the report needs a person's decision"]),
    ("--out out --strict --exit-zero", &["something in the report needs a person's decision"]),
    ("--out out --digest none", &["3 files could not be checked"]),
    ("--dry-run --digest none", &["it was a dry run, which writes no data", "2 files could not be checked"]),
    ("--out out", &[]),
    ("--out - ", &["1 file could not be checked"]),
    ("--out /dev/null", &["1 file could not be checked"]),
];

#[test]
fn the_gate_says_all_that_is_against_an_import() {
    for (args, against) in AGAINST {
        let folder = standard(&[]);
        let export =
            if args.contains("/dev") || args.contains("- ") { "/tickets.jsonl" } else { "" };
        let ran = run(
            &folder,
            &format!("rewrite export{export} --map ids.csv --report out.report.json {args}"),
        );
        assert!(matches!(ran.code, Some(0 | 1)), "{args}: {}", ran.stderr);
        says(&check(&folder), against);
    }
}

/// The reasons on standard error, and an exit code that fits.
fn says(ran: &Ran, against: &[&str]) {
    let lines: Vec<_> = ran.stderr.lines().skip(1).map(str::trim).collect();
    assert_eq!(lines, against, "{}", ran.stderr);
    assert_eq!(ran.code, Some(i32::from(!against.is_empty())), "{}", ran.stderr);
}

/// Data, more arguments, and what is said against an import of it.
#[rustfmt::skip]
const OPEN: &[(&str, &str, &[&str])] = &[
    ("{\"requester_id\":\"ca401000-0000-4000-8000-000000000003\"}\n", "", &["something in the report needs a person's decision"]),
    ("{\"requester_id\":\"ca401000-0000-4000-8000-000000000003\"}\n", "--on-unmapped fail", &["the run refused its data"]),
    ("{\"requester_id\":null}\n", "", &["something in the report needs a person's decision"]),
    ("{\n", "", &["the run refused its data: export/tickets.jsonl:1:2: the line ends before its record does"]),
    ("{\n", "--on-invalid reject", &["something in the report needs a person's decision"]),
    ("{\n", "--dry-run", &["the run refused its data: export/tickets.jsonl:1:2: the line ends before its record does"]),
    ("", "", &[]),
];

#[test]
fn open_and_refused_runs_are_not_clear() {
    for (data, more, against) in OPEN {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", data);
        let out = format!("rewrite export --map ids.csv --out out --report out.report.json {more}");
        run(&folder, &out);
        says(&check(&folder), against);
    }
}

/// The rules are one of the files that a report names.
#[test]
fn changed_rules_close_the_gate() {
    let rules = "version = 1\n[[field]]\ntable = \"tickets\"\npath = \"requester_id\"\n";
    for (digest, kind) in [("blake3", Some("blake3:")), ("sha256", Some("sha256:")), ("none", None)]
    {
        let folder = standard(&[("rules.toml", File(rules))]);
        let run_with = |more: &str| {
            let args = "rewrite export --map ids.csv --rules rules.toml --out out --force";
            run(&folder, &format!("{args} {more}"));
            report(&folder)["rules"].clone()
        };
        let named = run_with(&format!("--digest {digest}"));
        let starts = named["digest"].as_str().map(|digest| &digest[..7]);
        assert_eq!(starts, kind, "{named}");
        let bytes = kind.map(|_| rules.len() as u64);
        assert_eq!(named["bytes"].as_u64(), bytes, "{named}");
        if kind.is_none() {
            continue;
        }
        says(&check(&folder), &[]);
        for harm in HARMS {
            let before = folder.read("rules.toml");
            (harm.1)(&folder, "rules.toml");
            let said = if harm.0 == "missing" { "1 file is missing" } else { "1 file has changed" };
            says(&check(&folder), &[said]);
            drop(fs::remove_dir(folder.path("rules.toml")));
            folder.write("rules.toml", before);
        }
    }
}

/// What was read from a stream cannot be read again, and is not held against
/// the run.
#[test]
fn streams_are_said_and_pass_where_they_were_read() {
    let folder = standard(&[(
        "rules.toml",
        File("version = 1\n[[field]]\ntable = \"tickets\"\npath = \"requester_id\"\n"),
    )]);
    let args = "rewrite - --table tickets --map ids.csv --rules rules.toml --out new.jsonl";
    let args: Vec<_> = args.split(' ').collect();
    let ran = folder.idswap_fed(&args, ticket(A).as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = run(&folder, "report check new.jsonl.report.json");
    let stdout = String::from_utf8(ran.stdout).expect("UTF-8");
    let expected = "\
        ok           ids.csv (map)\n\
        ok           rules.toml (rules)\n\
        not checked  - (input of tickets): a stream cannot be read again\n\
        ok           new.jsonl (output of tickets)\n";
    assert_eq!((ran.code, &*stdout), (Some(0), expected), "{}", ran.stderr);
}

#[test]
fn tables_passed_through_are_said_to_be_unchecked() {
    let folder = standard(&[("export/notes.jsonl", File("{}\n"))]);
    run(&folder, "rewrite export --map ids.csv --out out --all-tables");
    let ran = check(&folder);
    let stdout = String::from_utf8(ran.stdout).expect("UTF-8");
    assert!(
        stdout.ends_with("\nnot checked  notes (passed through unread): no digest\n"),
        "{stdout}"
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

/// A FIFO that stands in a file's place must not be waited for.
#[test]
fn a_fifo_in_the_place_of_a_file_is_not_opened() {
    let folder = clear("");
    fs::remove_file(folder.path("export/tickets.jsonl")).expect("removed");
    folder.fifo("export/tickets.jsonl");
    let ran = check(&folder);
    let stdout = String::from_utf8(ran.stdout).expect("UTF-8");
    assert!(
        stdout.contains(
            "not checked  export/tickets.jsonl (input of tickets): no regular file stands there"
        ),
        "{stdout}"
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
}

/// A change to the report of a clear run, by pointer, and what is said then.
#[rustfmt::skip]
const EDITED: &[(&str, &str, &[&str])] = &[
    ("/tables/tickets/output/digest", "\"md5:00\"", &["1 file could not be checked"]),
    ("/tables/tickets/output/digest", "\"blake3\"", &["1 file could not be checked"]),
    ("/tables/tickets/output/digest", "null", &["1 file could not be checked"]),
    ("/tables/tickets/output/digest", "\"blake3:00\"", &["1 file has changed"]),
    ("/tables/tickets/output/bytes", "1", &["1 file has changed"]),
    ("/tables/tickets/output", "null", &["the run refused its data"]),
    ("/tables", "{}", &["the run refused its data"]),
    ("/attention", "true", &["something in the report needs a person's decision"]),
    ("/dryRun", "true", &["it was a dry run, which writes no data"]),
    ("/map/files/0/path", "\"none\\u001b\"", &["1 file is missing"]),
    ("/map/files/0/path", "\"ids.csv/x\"", &["1 file is missing"]),
    ("/tool/name", "\"other\"", &[]),
    ("/tables/tickets/output/path", "\"-\"", &["1 file could not be checked"]),
    ("/tables/tickets/input/path", "\"-\"", &[]),
    ("/tables/tickets/input/path", "\"/dev/stdin\"", &[]),
    ("/tables/tickets/input/path", "\"/dev/fd/63\"", &[]),
    ("/tables/tickets/input/path", "\"/proc/self/fd/0\"", &[]),
    ("/tables/tickets/input/path", "\"-/x\"", &["1 file is missing"]),
    ("/tables/tickets/input/path", "\"/dev/stdin/x\"", &["1 file is missing"]),
    ("/tables/tickets/input/path", "\"/dev/fd/63/x\"", &["1 file is missing"]),
    ("/tables/tickets/input/path", "\"/dev/fd/x\"", &["1 file is missing"]),
    ("/tables/tickets/input/path", "\"/dev/fd\"", &["1 file has changed"]),
    ("/tables/tickets/input/path", "\"/proc/self/fd/+0\"", &["1 file is missing"]),
    ("/map/files", "[]", &["no run writes such a report: it names no file of the map"]),
    ("/tables/tickets/input", "null", &["no run writes such a report: it does not say what was read of tickets"]),
    ("/summary", "null", &["no run writes such a report: its summary is not the sum of its tables"]),
];

/// Edits of the report of a clear run, and what is said then: counts that do
/// not balance, or that ask for a decision though the report says otherwise.
type Edits = &'static [(&'static str, u64)];
#[rustfmt::skip]
const COUNTED: &[(Edits, &[&str])] = &[
    (&[("/tables/tickets/total", 3)], &[RECORDS, SUMMARY]),
    (&[("/tables/tickets/total", 3), ("/summary/totalRecords", 4)], &[RECORDS]),
    (&[("/tables/tickets/updated", 1)], &[RECORDS, VALUES, OTHER_VALUES, SUMMARY]),
    (&[("/tables/tickets/rejected", 1), ("/tables/tickets/total", 3), ("/summary/totalRecords", 4), ("/summary/totalRejected", 1)], &[OPEN_ENDS]),
    (&[("/tables/tickets/rejected", 1), ("/tables/tickets/total", 3), ("/summary/totalRecords", 4)], &[SUMMARY, OPEN_ENDS]),
    (&[("/summary/totalRecords", 4)], &[SUMMARY]),
    (&[("/summary/totalUpdated", 4)], &[SUMMARY]),
    (&[("/summary/totalSkipped", 4)], &[SUMMARY]),
    (&[("/summary/totalRejected", 4)], &[SUMMARY, OPEN_ENDS]),
    (&[("/summary/totalUnmapped", 1)], &[SUMMARY, OPEN_ENDS]),
    (&[("/tables/tickets/unmappedTotal", 1)], &[UNMAPPED, SUMMARY, OPEN_ENDS]),
    (&[("/tables/tickets/unmappedTotal", 1), ("/summary/totalUnmapped", 1)], &[UNMAPPED, OPEN_ENDS]),
    (&[("/tables/tickets/fields/requester_id/unmapped", 2)], &[UNMAPPED, VALUES, OPEN_ENDS]),
    (&[("/tables/tickets/fields/requester_id/unmapped", 2), ("/tables/tickets/fields/requester_id/mapped", 0), ("/tables/tickets/unmappedTotal", 1), ("/summary/totalUnmapped", 1)], &[OPEN_ENDS]),
    (&[("/tables/tickets/fields/requester_id/null", 2), ("/tables/tickets/fields/requester_id/mapped", 0)], &[OPEN_ENDS]),
    (&[("/tables/tickets/fields/assigned_to/null", 2), ("/tables/tickets/fields/assigned_to/values", 2), ("/tables/tickets/fields/assigned_to/absent", 0)], &[]),
    (&[("/tables/tickets/fields/requester_id/absent", 1)], &[VALUES, OPEN_ENDS]),
    (&[("/tables/tickets/fields/requester_id/excluded", 1)], &[VALUES]),
    (&[("/tables/tickets/fields/requester_id/values", 3)], &[VALUES]),
    (&[("/tables/tickets/fields/requester_id/values", 3), ("/tables/tickets/fields/requester_id/mapped", 3)], &[VALUES]),
    (&[("/tables/tickets/fields/requester_id/records", 3)], &[VALUES]),
    (&[("/tables/tickets/fields/requester_id/kept", u64::MAX)], &[VALUES]),
];
const OPEN_ENDS: &str = "something in the report needs a person's decision";
const SUMMARY: &str = "no run writes such a report: its summary is not the sum of its tables";
const RECORDS: &str = "no run writes such a report: the records of tickets do not balance";
const UNMAPPED: &str =
    "no run writes such a report: the unmapped IDs of tickets are not those of its fields";
const VALUES: &str =
    "no run writes such a report: the values of tickets.requester_id do not balance";
const OTHER_VALUES: &str =
    "no run writes such a report: the values of tickets.assigned_to do not balance";

/// The gate, the page and what is shown go by one verdict.
#[test]
fn counts_are_believed_before_words() {
    let folder = clear("");
    let good = report(&folder);
    for (edits, against) in COUNTED {
        let mut edited = good.clone();
        for (pointer, number) in *edits {
            *edited.pointer_mut(pointer).expect(pointer) = json!(number);
        }
        folder.write("out.report.json", edited.to_string());
        let mut expected = against.to_vec();
        expected.sort_unstable();
        let ran = check(&folder);
        let mut lines: Vec<_> = ran.stderr.lines().skip(1).map(str::trim).collect();
        lines.sort_unstable();
        assert_eq!(lines, expected, "{edits:?}");
        assert_eq!(ran.code, Some(i32::from(!against.is_empty())), "{edits:?}");
        let page = html::page(&parse(&edited.to_string()));
        assert_eq!(page.contains("Ready to import"), against.is_empty(), "{edits:?}");
        assert_eq!(page.contains("Every value is accounted for"), against.is_empty(), "{edits:?}");
        let shown = run(&folder, "report show out.report.json").stdout;
        let shown = String::from_utf8(shown).expect("UTF-8");
        for reason in *against {
            assert!(
                *reason == OPEN_ENDS || page.contains(reason.split_once(": ").expect("a doubt").1),
                "{reason}"
            );
            let line = if *reason == OPEN_ENDS { "attention: " } else { reason };
            assert!(shown.lines().any(|shown| shown.starts_with(line)), "{reason}: {shown}");
        }
    }
}

/// A name that stands twice would hide what the report says of the first.
#[test]
fn names_that_stand_twice_are_refused() {
    let folder = clear("");
    let good = folder.text("out.report.json");
    for name in ["tickets", "requester_id", "tables"] {
        let at = good.find(&format!("\"{name}\": {{")).expect("an object");
        let member = serde_json::Deserializer::from_str(&good[at + name.len() + 4..])
            .into_iter::<Value>()
            .next()
            .expect("one")
            .expect("JSON");
        let twice = format!("{}\"{name}\": {member},{}", &good[..at], &good[at..]);
        folder.write("x.json", twice);
        let ran = run(&folder, "report check x.json");
        assert_eq!((ran.code, ran.stdout.len()), (Some(3), 0), "{name}: {}", ran.stderr);
        let said = [format!("duplicate member `{name}`\n"), format!("duplicate field `{name}`\n")];
        assert!(said.iter().any(|said| ran.stderr.contains(said)), "{}", ran.stderr);
    }
}

/// What a report says of a field can be left out as a whole.
#[test]
fn fields_that_are_left_out_are_missed() {
    let folder = clear("");
    let mut edited = report(&folder);
    let fields = edited["tables"]["tickets"]["fields"].as_object_mut().expect("fields");
    fields.remove("assigned_to").expect("a field");
    folder.write("out.report.json", edited.to_string());
    let said = "no run writes such a report: the fields of tickets are not those of the rules";
    says(&check(&folder), &[said]);
}

#[test]
fn the_gate_goes_by_what_the_report_says() {
    let folder = clear("");
    let good = report(&folder);
    for (pointer, value, against) in EDITED {
        let mut edited = good.clone();
        *edited.pointer_mut(pointer).expect(pointer) = json(value);
        folder.write("out.report.json", edited.to_string());
        let ran = check(&folder);
        assert!(!ran.stdout.contains(&0x1b), "{pointer}");
        says(&ran, against);
    }
}

/// The reports of shards name ranges of one file; a merged one has them as
/// parts.
#[test]
fn parts_of_files_are_checked_as_such() {
    let folder = clear("");
    let mut merged = report(&folder);
    let table = &mut merged["tables"]["tickets"];
    let whole = folder.read("export/tickets.jsonl");
    let middle = whole.len() / 2;
    let part = |range: std::ops::Range<usize>| {
        let digest = format!("blake3:{}", blake3(&whole[range.clone()]));
        json!({"path": "export/tickets.jsonl", "bytes": range.len(), "digest": digest,
            "offset": range.start, "fileBytes": whole.len()})
    };
    let output = table["output"].take();
    let members = table.as_object_mut().expect("a table");
    members.remove("input");
    members.remove("output");
    let parts = json!([{"input": part(0..middle), "output": output}, {"input": part(middle..whole.len()), "output": output}]);
    members.insert("parts".to_owned(), parts);
    folder.write("out.report.json", merged.to_string());
    let ran = check(&folder);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout.iter().filter(|byte| **byte == b'\n').count(), 8);
    let parts = |parts: Value| {
        let mut edited = merged.clone();
        edited["tables"]["tickets"]["parts"] = parts;
        folder.write("out.report.json", edited.to_string());
        check(&folder)
    };
    let all = whole.len();
    let of = |range| json!({"input": part(range), "output": output});
    says(&parts(json!([of(middle..all), of(0..middle), of(0..0), of(all..all)])), &[]);
    let torn = "no run writes such a report: tickets was not read as a whole";
    says(&parts(json!([of(0..middle)])), &[torn]);
    says(&parts(json!([of(middle..all)])), &[torn]);
    says(&parts(json!([of(0..middle), of(middle + 1..all)])), &[torn]);
    says(&parts(json!([of(0..middle), of(middle - 1..all)])), &[torn]);
    says(&parts(json!([of(0..0)])), &[torn]);
    says(&parts(json!([])), &["the run refused its data"]);
    let whole = |range, shard: Value| {
        let mut edited = merged.clone();
        let table = edited["tables"]["tickets"].as_object_mut().expect("a table");
        table.remove("parts");
        table.extend([("input".to_owned(), part(range)), ("output".to_owned(), output.clone())]);
        edited["shard"] = shard;
        folder.write("out.report.json", edited.to_string());
        check(&folder)
    };
    says(&whole(0..all, Value::Null), &[]);
    let alone = "it is shard 1/2 alone: merge the reports of all, and check that";
    says(&whole(0..middle, json!("1/2")), &[alone]);
    says(&whole(0..middle, Value::Null), &[torn]);
    let more = "no run writes such a report: tickets has more counts than bytes";
    says(&whole(0..0, json!("1/2")), &[more, alone, "1 file could not be checked"]);
    says(&whole(0..0, Value::Null), &[torn, "1 file could not be checked"]);
    folder.write("out.report.json", merged.to_string());
    flip(&folder, "export/tickets.jsonl", |length| length - 1);
    says(&check(&folder), &["1 file has changed"]);
    assert_eq!(run(&folder, "report html out.report.json").code, Some(0));
    assert_eq!(run(&folder, "report show out.report.json").code, Some(0));
}

fn blake3(bytes: &[u8]) -> String {
    let mut hasher = idswap::internal::Hasher::new(idswap::Digest::Blake3);
    hasher.update(bytes);
    hasher.finish().expect("a digest").split_off("blake3:".len())
}

#[test]
fn several_reports_are_one_gate() {
    let folder = clear("");
    run(&folder, "rewrite export --map ids.csv --map more.csv --dry-run --report dry.json");
    for (reports, code) in [
        ("out.report.json out.report.json", 0),
        ("out.report.json dry.json", 1),
        ("dry.json out.report.json", 1),
        ("out.report.json none.json", 4),
        ("out.report.json ids.csv", 3),
    ] {
        let ran = run(&folder, &format!("report check {reports}"));
        assert_eq!(ran.code, Some(code), "{reports}: {}", ran.stderr);
        assert_eq!(ran.stdout.is_empty(), code > 1, "{reports}");
    }
}

#[test]
fn reports_are_read_from_standard_input() {
    let folder = clear("");
    let text = folder.read("out.report.json");
    for (command, code) in [("show", 0), ("check", 0), ("html", 0)] {
        let ran = folder.idswap_fed(&["report", command, "-"], &text);
        assert_eq!(ran.code, Some(code), "{command}: {}", ran.stderr);
        assert!(!ran.stdout.is_empty(), "{command}");
    }
}

/// Every count, ID, warning and digest of any report is shown.
#[test]
fn show_and_the_page_leave_nothing_out() {
    for (name, text) in fixtures() {
        let report = parse(&text);
        let folder = Folder::with(&[("x.json", &text)]);
        let ran = run(&folder, "report show x.json");
        assert_eq!((ran.code, &*ran.stderr), (Some(0), ""), "{name}");
        let shown = String::from_utf8(ran.stdout).expect("UTF-8");
        let page = html::page(&report);
        let mut wanted: Vec<String> = vec![report.timestamp.clone(), report.rules.source.clone()];
        for named in report.files() {
            wanted.push(named.file.path.clone());
            let bytes = named.file.bytes.to_string();
            assert!(shown.replace(',', "").contains(&bytes), "{name}: {bytes} bytes");
            assert!(page.replace(',', "").contains(&format!(">{bytes} byte")), "{name}: {bytes}");
            wanted.extend(named.file.digest.clone());
        }
        wanted
            .extend(report.rules.fields.iter().map(|rule| format!("{}.{}", rule.table, rule.path)));
        wanted.extend(report.error.iter().map(ToString::to_string));
        wanted.extend(report.copied.clone());
        for warning in &report.warnings {
            wanted.push(warning.message.clone());
        }
        for table in report.tables.iter().flatten().map(|(_, table)| table) {
            wanted.extend(table.unmapped.iter().take(10).cloned());
        }
        for text in wanted {
            assert!(shown.contains(&text), "{name}: {text:?} is not in {shown}");
            assert!(page.contains(&escaped(&text)), "{name}: {text:?} is not in the page");
        }
        assert_eq!(cells(&page), counts(&report), "{name}");
    }
}

/// As the page writes text, in other words than the program's.
fn escaped(text: &str) -> String {
    let mut escaped = idswap::error::printable(text);
    for (from, to) in
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")]
    {
        escaped = escaped.replace(from, to);
    }
    escaped
}

/// The rows of the page's table of all counts.
fn cells(page: &str) -> Vec<Vec<String>> {
    let table = page.split_once("<table class=\"counts\">").map_or("", |(_, rest)| rest);
    let table = table.split_once("</table>").map_or("", |(table, _)| table);
    let rows = table.split("<tr>").skip(2);
    rows.map(|row| {
        let cells = row.split("<td>").skip(1);
        cells.map(|cell| cell.split('<').next().unwrap_or_default().replace(',', "")).collect()
    })
    .collect()
}

fn counts(report: &Report) -> Vec<Vec<String>> {
    let fields = report.tables.iter().flatten().flat_map(|(_, table)| table.fields.values());
    fields.map(|field| field.counts().map(|(_, count)| count.to_string()).to_vec()).collect()
}

#[test]
fn the_csv_holds_the_counts_of_the_report() {
    for (name, text) in fixtures() {
        let folder = Folder::with(&[("x.json", &text)]);
        let ran = run(&folder, "report show --format csv x.json");
        assert_eq!((ran.code, &*ran.stderr), (Some(0), ""), "{name}");
        let mut rows = csv::Reader::from_reader(&*ran.stdout);
        let head: Vec<_> = rows.headers().expect("a header").iter().map(str::to_owned).collect();
        assert_eq!(head.join(","), HEAD);
        let report = json(&text);
        let mut seen = 0;
        for row in rows.records() {
            let row = row.expect("a row");
            let field = &report["tables"][&row[0]]["fields"][&row[1]];
            for (column, cell) in head.iter().zip(row.iter()).skip(2) {
                assert_eq!(field[column].to_string(), cell, "{name}: {row:?}");
            }
            seen += 1;
        }
        assert_eq!(seen, counts(&parse(&text)).len(), "{name}");
        let ran = run(&folder, "report show --format csv x.json ./x.json");
        let text = String::from_utf8(ran.stdout).expect("UTF-8");
        assert!(text.starts_with(&format!("report,{HEAD}\n")), "{text}");
        let lines: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(lines.len(), 2 * seen, "{name}: one header");
        let (first, second) = lines.split_at(seen);
        assert!(first.iter().all(|line| line.starts_with("x.json,")), "{text}");
        assert!(second.iter().all(|line| line.starts_with("./x.json,")), "{text}");
    }
}

const HEAD: &str = "table,field,records,values,exempt,mapped,kept,already,unmapped,native,\
    unrecognized,collided,null,wrongType,absent,excluded";

/// What a run says at its end is what its report says later.
#[test]
fn show_says_what_the_run_said() {
    for unmapped in ["", C] {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", [ticket(A), ticket(unmapped)].concat());
        let said = run(&folder, "rewrite export --map ids.csv --out out");
        let shown = run(&folder, "report show out.report.json");
        let shown = String::from_utf8(shown.stdout).expect("UTF-8");
        for line in said.stderr.lines().filter(|line| !line.starts_with("next:")).skip(1) {
            assert!(shown.lines().any(|other| other == line), "{line:?} is not in {shown}");
        }
    }
}

/// The first lines that are shown of a report.
#[rustfmt::skip]
const SHOWN: &[(&str, &str, &str)] = &[
    ("", "--out out", "1 table, 1 record: 1 updated, 0 skipped (written to out/tickets.jsonl)"),
    ("", "--dry-run", "1 table, 1 record: 1 updated, 0 skipped (dry run, no data written)"),
    ("[]\n", "--out out", "refused, no data written\nerror: export/tickets.jsonl:2:1: the record does not begin with {\n"),
    ("[]\n", "--out out --on-invalid reject", "1 table, 2 records: 1 updated, 0 skipped, 1 rejected (written to out/tickets.jsonl)"),
    ("{\"requester_id\":\"ca401000-0000-4000-8000-000000000003\"}\n", "--out out --on-unmapped fail", "1 table, 2 records: 1 updated, 1 skipped (refused, no data written)"),
];

#[test]
fn show_says_first_what_became_of_the_data() {
    for (more, args, first) in SHOWN {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", ticket(A) + more);
        run(&folder, &format!("rewrite export --map ids.csv --report out.report.json {args}"));
        let ran = run(&folder, "report show out.report.json");
        let shown = String::from_utf8(ran.stdout).expect("UTF-8");
        assert!(shown.starts_with(first), "{shown}");
        let ran = run(&folder, "report show out.report.json out.report.json");
        assert_eq!(String::from_utf8(ran.stdout).expect("UTF-8"), format!("{shown}\n{shown}"));
    }
}

/// Arguments after `report html`, the exit code, and what is said.
#[rustfmt::skip]
const PAGES: &[(&str, i32, &str)] = &[
    ("out.report.json --out new.html", 0, "out.report.json: ready to import (written to new.html)\n"),
    ("out.report.json", 0, "out.report.json: ready to import (written to standard output)\n"),
    ("out.report.json -q", 0, ""),
    ("out.report.json --out old.html --force", 0, "out.report.json: ready to import (written to old.html)\n"),
    ("out.report.json --out old.html", 2, "idswap: old.html: exists already\n"),
    ("out.report.json --out out.report.json --force", 2, "idswap: out.report.json: --out clashes with the input out.report.json\n"),
    ("out.report.json --out out --force", 2, "idswap: out: is a folder, and a file would be written there\n"),
    ("out.report.json --out none/new.html", 4, "idswap: none: cannot use the folder: no such file or directory\n"),
    ("ids.csv --out new.html", 3, "idswap: ids.csv:1:1: this is no report"),
    ("none.json --out new.html", 4, "idswap: none.json: cannot read: no such file or directory\n"),
    ("ids.csv --out old.html --force", 3, "idswap: ids.csv:1:1: this is no report"),
];

#[test]
fn pages_are_written_where_they_should_be() {
    for (args, code, said) in PAGES {
        let folder = clear("");
        folder.write("old.html", "old");
        let before = folder.tree();
        let ran = run(&folder, &format!("report html {args}"));
        assert_eq!(ran.code, Some(*code), "{args}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(said), "{args}: {}", ran.stderr);
        let page = html::page(&parse(&folder.text("out.report.json")));
        let changed: Vec<_> =
            folder.tree().into_iter().filter(|file| before.get(&file.0) != Some(&file.1)).collect();
        match (code, args.contains("--out")) {
            (0, true) => {
                assert_eq!((changed.len(), &*changed[0].1), (1, page.as_bytes()), "{args}")
            }
            (0, false) => assert_eq!((changed.len(), &*ran.stdout), (0, page.as_bytes()), "{args}"),
            _ => assert!(changed.is_empty() && ran.stdout.is_empty(), "{args}: {changed:?}"),
        }
    }
}

/// Strings that would like to be markup, or to be something else than seen.
const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'onmouseover='alert(1)",
    "</style><b>",
    "</title>",
    "-->",
    "&amp;&lt;",
    "a\u{202e}b\u{2066}c",
    "\u{1b}[31m\u{0}\n\u{7f}\u{85}",
];

/// A report of any shape, all of its strings taken from a list.
fn any_report() -> impl Strategy<Value = Report> {
    let names: Vec<_> = fixtures().into_iter().map(|(_, text)| text).collect();
    let text = prop_oneof![
        proptest::sample::select(&HOSTILE[..]).prop_map(str::to_owned),
        "\\PC{0,12}",
        any::<String>(),
    ];
    (proptest::sample::select(names), proptest::collection::vec(text, 1..8), any::<u64>()).prop_map(
        |(report, texts, number)| {
            let mut value = json(&report);
            let mut turn = 0;
            poison(&mut value, &texts, &mut turn, number);
            parse(&value.to_string())
        },
    )
}

/// Puts strings in the place of all data in a report, and counts, too.
fn poison(value: &mut Value, texts: &[String], turn: &mut usize, number: u64) {
    let next = |turn: &mut usize| {
        *turn += 1;
        texts[*turn % texts.len()].clone()
    };
    match value {
        Value::String(text) if text != "rewrite" => *text = next(turn),
        Value::Number(count) if count.as_u64() > Some(1) => *count = number.into(),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, texts, turn, number)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                poison(member, texts, turn, number);
                if name == "tables" || name == "fields" {
                    rename(member, &mut || next(turn));
                }
            }
        }
        _ => {}
    }
}

/// Names that are data.
fn rename(value: &mut Value, next: &mut dyn FnMut() -> String) {
    let Value::Object(members) = value else { return };
    *members = std::mem::take(members).into_iter().map(|(_, member)| (next(), member)).collect();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 64 } else { 512 }))]

    /// Whatever a report holds, the page has the tags that this program wrote
    /// and no others, and no character that hides or turns text.
    #[test]
    fn no_data_becomes_markup(report in any_report()) {
        let page = html::page(&report);
        prop_assert_eq!(&page, &html::page(&report));
        let allowed: BTreeSet<_> = TAGS.iter().copied().collect();
        for tag in page.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').expect("an end");
            let name = tag.trim_start_matches('/').split(' ').next().expect("a name");
            prop_assert!(allowed.contains(name), "<{}>", tag);
            prop_assert_eq!(tag.matches('"').count() % 2, 0, "<{}>", tag);
            // Between values stand names of attributes.
            let mut between = tag.split('"').step_by(2);
            prop_assert!(between.all(|name| !name.trim_start().starts_with("on")), "<{}>", tag);
        }
        let hides = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert_eq!(page.find(hides), None);
        prop_assert_eq!(cells(&page), counts(&report));
        for id in report.tables.iter().flatten().flat_map(|(_, table)| &table.unmapped) {
            let item = format!("<li><code>{}</code></li>", escaped(id));
            prop_assert!(page.contains(&item), "{:?} is not listed", id);
        }
    }
}

/// The tags of a page, and nothing that could run or load.
const TAGS: [&str; 35] = [
    "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "span", "time", "main",
    "section", "h1", "h2", "h3", "p", "code", "small", "strong", "ul", "li", "dl", "div", "dt",
    "dd", "details", "summary", "i", "table", "caption", "thead", "tbody", "tr", "th", "td",
];
