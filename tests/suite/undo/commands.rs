//! `idswap undo` as its users meet it: whole exports, and what is refused.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::support::folder::{Folder, Ran, tree};
use crate::support::standard::*;

/// A folder in which a run has written `out` and `changes.jsonl`.
fn rewritten(tables: &[(&str, &str)], more: &str) -> Folder {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    tables.iter().for_each(|(table, content)| folder.write(&format!("export/{table}"), content));
    let ran = run(
        &folder,
        &format!(
            "rewrite export --map ids.csv --out out --changes changes.jsonl --exit-zero {more}"
        ),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    folder
}

const UNDO: &str = "undo out --changes changes.jsonl --out back";

fn tickets(ids: &[&str]) -> String {
    ids.iter().map(|id| ticket(id)).collect()
}

/// Every fixture's run, taken back.
#[test]
fn every_fixture_can_be_taken_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut undone = 0;
    for entry in fs::read_dir(root).expect("fixtures") {
        let fixture = entry.expect("an entry").path();
        let Ok(args) = fs::read_to_string(fixture.join("args")) else { continue };
        let folder = Folder::new();
        tree(&fixture).iter().for_each(|(path, content)| folder.write(path, content));
        fs::remove_dir_all(folder.path("expected")).expect("removed");
        let mut args: Vec<&str> = args.lines().collect();
        if !args.contains(&"--changes") {
            args.extend(["--changes", "changes.jsonl"]);
        }
        folder.idswap(&args);
        if !folder.path("out").exists() {
            continue;
        }
        let rejects = folder.path("out.rejects").exists();
        let ran =
            run(&folder, &format!("{UNDO}{}", if rejects { " --rejects out.rejects" } else { "" }));
        assert_eq!(ran.code, Some(0), "{}: {}", fixture.display(), ran.stderr);
        let (out, back) = (tree(&folder.path("out")), tree(&folder.path("back")));
        assert!(out.keys().eq(back.keys()), "{}", fixture.display());
        for (path, content) in &back {
            let mut before = fs::read(folder.path(args[1]).join(path)).expect("read");
            if path == "_tables/documents.jsonl" {
                // Cut down by the run, and so it stays.
                before.clone_from(&out[path]);
            }
            if before.starts_with(b"\xef\xbb\xbf") && !out[path].starts_with(b"\xef\xbb\xbf") {
                before.drain(..3);
            }
            let aside = fs::read(folder.path("out.rejects").join(path)).unwrap_or_default();
            for line in aside.split_inclusive(|&byte| byte == b'\n') {
                let at = before.windows(line.len()).position(|bytes| bytes == line);
                let at = at.expect("there");
                drop(before.drain(at..at + line.len()));
            }
            assert_eq!(
                content.escape_ascii().to_string(),
                before.escape_ascii().to_string(),
                "{path}"
            );
        }
        undone += 1;
    }
    assert!(undone >= 12, "{undone} fixtures");
}

/// Shuffled, with records gone and new, and values edited.
#[test]
fn later_edits_are_kept_and_listed() {
    let record =
        |id: u32, user: &str| format!("{{\"_id\":\"t{id}\",\"requester_id\":\"{user}\"}}\n");
    let before = [record(1, A), record(2, B), record(3, A), record(4, C)].concat();
    let folder = rewritten(&[("tickets.jsonl", &before)], "");
    folder.write(
        "out/tickets.jsonl",
        [record(5, ALICE), record(3, "nobody"), record(2, BOB), record(4, BOB)].concat(),
    );
    let ran = run(&folder, &format!("{UNDO} --drifted drifted.jsonl"));
    assert_eq!(ran.code, Some(1));
    let expected = [record(5, ALICE), record(3, "nobody"), record(2, B), record(4, BOB)].concat();
    assert_eq!(folder.text("back/tickets.jsonl"), expected);
    let line = |line: &str, id: u32, found: &str| {
        format!(
            "{{\"table\":\"tickets\",{line}\"_id\":\"t{id}\",\"path\":\"/requester_id\",\"old\":\"{A}\",\"new\":\"{ALICE}\"{found}}}\n"
        )
    };
    let list = line("\"line\":2,", 3, ",\"found\":\"nobody\"") + &line("", 1, "");
    assert_eq!(folder.text("drifted.jsonl"), list);
    let said = format!(
        "1 table, 4 records: 1 restored, 0 already, 2 drifted (written to back)\n  \
         table    records  restored  already  drifted\n  \
         tickets        4         1        0        2\n\
         left alone, since 2 values drifted:\n  \
         tickets:2 \"t3\" /requester_id: is \"nobody\" (was {A}, then {ALICE})\n  \
         tickets \"t1\" /requester_id: its record is gone (was {A}, then {ALICE})\n\
         all of them are written to drifted.jsonl\n\
         attention: something above needs a person's decision\n\
         next: idswap diff out back --stat\n"
    );
    assert_eq!(ran.stderr, said);
}

#[test]
fn only_ten_drifted_values_are_shown() {
    let folder = rewritten(&[("tickets.jsonl", &tickets(&[A; 12]))], "");
    folder.write("out/tickets.jsonl", tickets(&[BOB; 12]));
    let ran = run(&folder, UNDO);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stderr.matches("(was ").count(), 10, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("  and 2 more (--drifted FILE lists all of them)"),
        "{}",
        ran.stderr
    );
}

/// The first record has the `_id` and the value of changed ones, and is none.
#[test]
fn records_that_share_an_id_are_told_by_their_lines() {
    let record = |user: &str| format!("{{\"_id\":\"same\",\"requester_id\":\"{user}\"}}\n");
    let before = [record(ALICE), record(A), record(ALICE), record(A), record(A)].concat();
    let folder = rewritten(&[("tickets.jsonl", &before)], "");
    for size in ["1", "262144"] {
        let ran = run(&folder, &format!("{UNDO} --force --block-size {size}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(folder.text("back/tickets.jsonl"), before);
    }
    // Somewhere else, the first that can have been changed is taken.
    folder.write("out/tickets.jsonl", [record(BOB), record(ALICE), record(ALICE)].concat());
    let ran = run(&folder, &format!("{UNDO} --force"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(folder.text("back/tickets.jsonl").starts_with(&record(BOB)));
}

/// A record that looks like the changed one comes before it, so that all is
/// read again; what can be read or written only once is refused.
#[test]
fn what_has_to_be_read_twice_comes_from_a_file() {
    let record = |user: &str| format!("{{\"_id\":1,\"requester_id\":\"{user}\"}}\n");
    let before = [record(ALICE), record(A)].concat();
    let folder = rewritten(&[("tickets.jsonl", &before)], "");
    let ran = run(&folder, UNDO);
    assert_eq!((ran.code, folder.text("back/tickets.jsonl")), (Some(0), before), "{}", ran.stderr);
    let stream = ["undo", "-", "--table", "tickets", "--changes", "changes.jsonl", "--out", "one"];
    let through = ["undo", "out/tickets.jsonl", "--changes", "changes.jsonl", "--out", "-"];
    for args in [&stream[..], &through] {
        let ran = folder.idswap_fed(args, &folder.read("out/tickets.jsonl"));
        assert_eq!(ran.code, Some(3), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("several records have one _id"), "{}", ran.stderr);
        assert!(!folder.path("one").exists());
    }
}

#[test]
fn a_mapped_id_is_found_by_what_it_became() {
    let rules = "version = 1\nfield = [{ table = \"t\", path = \"_id\" }, { table = \"t\", path = \"by\" }]\n";
    let record = |id: &str, by: &str| format!("{{\"_id\":\"{id}\",\"by\":\"{by}\"}}\n");
    let before = [record(A, B), record(B, A)].concat();
    let folder =
        Folder::with(&[("ids.csv", MAP), ("rules.toml", rules), ("export/t.jsonl", &before)]);
    let rewrite =
        "rewrite export --map ids.csv --rules rules.toml --out out --changes changes.jsonl";
    assert_eq!(run(&folder, rewrite).code, Some(0));
    let after: Vec<_> =
        folder.text("out/t.jsonl").lines().rev().map(|line| format!("{line}\n")).collect();
    folder.write("later/t.jsonl", after.concat());
    let ran = run(&folder, "undo later --changes changes.jsonl --out back");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("back/t.jsonl"), [record(B, A), record(A, B)].concat());
    // Taken back already, it is found by what it was.
    let ran = run(&folder, "undo back --changes changes.jsonl --out again");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("0 restored, 4 already, 0 drifted"), "{}", ran.stderr);
}

/// A line of a log about `t`: line number, `_id`, path, old and new value.
type Logged = (u32, &'static str, &'static str, &'static str, &'static str);

/// Exports of a table `t` by a log, and what they become.
const JOINED: &[(&str, &[Logged], &str)] = &[
    // Twins, of which one was changed; the other one comes first.
    ("d- dX", &[(2, "d", "u", "A", "X")], "d- dA"),
    ("d- d- dX", &[(2, "d", "u", "A", "X")], "d- d- dA"),
    // Twins below a new record: their own lines do not fit.
    ("n- xX xY", &[(1, "x", "u", "A", "X"), (2, "x", "u", "B", "Y")], "n- xA xB"),
    ("x- xX xY", &[(1, "x", "u", "A", "X"), (2, "x", "u", "B", "Y")], "x- xA xB"),
    (
        "x- xX xY xZ",
        &[(1, "x", "u", "A", "X"), (2, "x", "u", "B", "Y"), (3, "x", "u", "C", "Z")],
        "x- xA xB xC",
    ),
    // A chain of mapped `_id`s: what a record is now counts more than what it was.
    (
        "n- bT cT",
        &[
            (1, "a", "_id", "a", "b"),
            (1, "a", "u", "P", "T"),
            (2, "b", "_id", "b", "c"),
            (2, "b", "u", "Q", "T"),
        ],
        "n- aP bQ",
    ),
];

#[test]
fn lines_go_to_the_records_that_they_fit() {
    let table = |records: &str| -> String {
        let record = |(id, u)| format!("{{\"_id\":\"{id}\",\"u\":\"{u}\"}}\n");
        records.split(' ').map(|both| record(both.split_at(1))).collect()
    };
    for (export, log, becomes) in JOINED {
        let line = |(line, id, path, old, new): &Logged| {
            format!(
                "{{\"table\":\"t\",\"line\":{line},\"_id\":\"{id}\",\"path\":\"/{path}\",\"old\":\"{old}\",\"new\":\"{new}\"}}\n"
            )
        };
        let log: String = log.iter().map(line).collect();
        let folder = Folder::with(&[("t.jsonl", table(export)), ("log", log)]);
        let ran = run(&folder, "undo t.jsonl --changes log --out back");
        assert_eq!((ran.code, folder.text("back")), (Some(0), table(becomes)), "{}", ran.stderr);
    }
}

#[test]
fn an_empty_log_and_records_without_an_id_are_remarked() {
    let folder = Folder::with(&[("t.jsonl", "{\"u\":\"X\"}\n"), ("empty", "")]);
    let ran = run(&folder, "undo t.jsonl --changes empty --out back");
    assert!(ran.stderr.contains("warning: the change log is empty"), "{}", ran.stderr);
    folder
        .write("log", "{\"table\":\"t\",\"line\":1,\"path\":\"/u\",\"old\":\"A\",\"new\":\"X\"}\n");
    let ran = run(&folder, "undo t.jsonl --changes log --out back --force");
    assert!(ran.stderr.contains("t: records without _id, joined by line"), "{}", ran.stderr);
}

/// Lines set aside are missing from the output, so that those after them have
/// other numbers.
#[test]
fn rejects_tell_where_lines_are_now() {
    let lines = ["1\n", &ticket(A), "2\n", "3\n", &ticket(B), &ticket(ALICE)];
    let folder = rewritten(&[("tickets.jsonl", &lines.concat())], "--on-invalid reject");
    let ran = run(&folder, &format!("{UNDO} --rejects out.rejects"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("back/tickets.jsonl"), tickets(&[A, B, ALICE]));
    let ran = run(&folder, &format!("{UNDO} --force"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    folder.write("other/reasons.jsonl", "{\"table\":\"tickets\",\"line\":\"1\"}\n");
    let ran = run(&folder, &format!("{UNDO} --force --rejects other"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("idswap: other/reasons.jsonl:1:27: "), "{}", ran.stderr);
    assert_eq!(run(&folder, &format!("{UNDO} --force --rejects nowhere")).code, Some(4));
}

#[test]
fn tables_that_the_log_does_not_name_go_along_or_stay_out() {
    let comment = "\u{feff}{\"author_id\":null}\n";
    let folder =
        rewritten(&[("tickets.jsonl", &ticket(A)), ("users.jsonl", "no record")], "--all-tables");
    folder.write("out/ticketComments.jsonl", comment);
    let ran = run(&folder, UNDO);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("copied, without changes in the log: ticketComments, users ("),
        "{}",
        ran.stderr
    );
    assert_eq!(
        entries(&folder.path("back")),
        ["ticketComments.jsonl", "tickets.jsonl", "users.jsonl"]
    );
    assert_eq!(folder.text("back/ticketComments.jsonl"), comment);
    assert_eq!(folder.text("back/users.jsonl"), "no record");
    let ran = run(&folder, &format!("{UNDO} --force --only-changed"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(entries(&folder.path("back")), ["tickets.jsonl"]);
    assert!(!ran.stderr.contains("copied") && !ran.stderr.contains("next:"), "{}", ran.stderr);
}

#[test]
fn a_table_that_the_export_lacks_has_drifted() {
    let comment = format!("{{\"author_id\":\"{B}\"}}\n");
    let folder =
        rewritten(&[("tickets.jsonl", &ticket(A)), ("ticketComments.jsonl", &comment)], "");
    fs::remove_file(folder.path("out/ticketComments.jsonl")).expect("removed");
    let ran = run(&folder, &format!("{UNDO} --drifted drifted.jsonl"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("warning: ticketComments: the log names this table"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("ticketComments /author_id: its table is gone"), "{}", ran.stderr);
    assert_eq!(folder.text("drifted.jsonl").lines().count(), 1);
    // For a single file other tables are no concern.
    let ran = run(&folder, "undo out/tickets.jsonl --changes changes.jsonl --out one.jsonl");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("one.jsonl"), ticket(A));
}

#[test]
fn a_snapshot_stays_one() {
    let list = "{\"name\":\"tickets\",\"id\":1}\n{\"name\":\"users\",\"id\":2}\n";
    let files = [
        ("_tables/documents.jsonl", list),
        ("_storage/documents.jsonl", ""),
        ("tickets/documents.jsonl", &ticket(A)),
        ("tickets/generated_schema.jsonl", "\"any\"\n"),
        ("users/documents.jsonl", "{}\n"),
        ("README.md", "read me"),
    ];
    let folder = rewritten(&files, "--all-tables");
    let ran = run(&folder, UNDO);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(tree(&folder.path("back")), tree(&folder.path("export")));
    assert!(ran.stderr.contains("warning: _storage is copied, too"), "{}", ran.stderr);
    let ran = run(&folder, &format!("{UNDO} --force --only-changed"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        entries(&folder.path("back")),
        [
            "_tables/",
            "_tables/documents.jsonl",
            "tickets/",
            "tickets/documents.jsonl",
            "tickets/generated_schema.jsonl"
        ]
    );
    assert_eq!(folder.text("back/_tables/documents.jsonl"), "{\"name\":\"tickets\",\"id\":1}\n");
}

#[test]
fn streams_in_and_out() {
    let folder = rewritten(&[("tickets.jsonl", &tickets(&[A, C, B]))], "");
    let (out, log) = (folder.read("out/tickets.jsonl"), folder.read("changes.jsonl"));
    let back = tickets(&[A, C, B]).into_bytes();
    let from_stdin =
        ["undo", "-", "--table", "tickets", "--changes", "changes.jsonl", "--out", "-"];
    let ran = folder.idswap_fed(&from_stdin, &out);
    assert_eq!((ran.code, &ran.stdout), (Some(0), &back), "{}", ran.stderr);
    let log_from_stdin = ["undo", "out/tickets.jsonl", "--changes", "-", "--out", "-"];
    let ran = folder.idswap_fed(&log_from_stdin, &log);
    assert_eq!((ran.code, &ran.stdout), (Some(0), &back), "{}", ran.stderr);
    let with_mark = [b"\xef\xbb\xbf", &out[..]].concat();
    let ran = folder.idswap_fed(&from_stdin, &with_mark);
    assert_eq!((ran.code, &ran.stdout), (Some(0), &back), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("warning: tickets: a byte order mark was dropped"),
        "{}",
        ran.stderr
    );
}

/// What is refused: arguments, exit code, and the beginning of what is said.
const REFUSED: &[(&str, i32, &str)] = &[
    ("undo out --changes changes.jsonl", 2, "the following required arguments"),
    ("undo out --out back", 2, "the following required arguments"),
    ("undo nowhere --changes changes.jsonl --out back", 4, "nowhere: cannot read"),
    ("undo out --changes nowhere --out back", 4, "nowhere: cannot read"),
    ("undo - --table tickets --changes - --out back", 2, "standard input cannot be both"),
    ("undo - --changes changes.jsonl --out back", 2, "standard input has no table name"),
    ("undo out --changes changes.jsonl --out -", 2, "a folder cannot be written to a stream"),
    (
        "undo out/tickets.jsonl --changes changes.jsonl --out back.zip",
        2,
        "back.zip: would be a ZIP, which is made of a folder",
    ),
    ("undo out --changes changes.jsonl --out out", 2, "out: --out clashes with the input out"),
    (
        "undo out --changes changes.jsonl --out out/back",
        2,
        "out/back: --out clashes with the input",
    ),
    (
        "undo out --changes changes.jsonl --out changes.jsonl",
        2,
        "changes.jsonl: --out clashes with",
    ),
    (
        "undo out --changes changes.jsonl --out back --drifted changes.jsonl",
        2,
        "changes.jsonl: --drifted clashes with",
    ),
    (
        "undo out --changes changes.jsonl --out back --drifted back/list",
        2,
        "back/list: --drifted clashes with the output of --out",
    ),
    ("undo out --changes changes.jsonl --out there", 2, "there: exists already"),
    (
        "undo out --changes changes.jsonl --out ids.csv --force",
        2,
        "ids.csv: is a file, and a folder would",
    ),
    ("undo out --changes changes.jsonl --out foreign --force", 2, "foreign: holds .git"),
    ("undo out --changes changes.jsonl --out back --drifted ids.csv", 2, "ids.csv: exists already"),
    (
        "undo out/tickets.jsonl --table users --changes changes.jsonl --out b",
        2,
        "out/tickets.jsonl: the change log names none of the tables found: users",
    ),
    ("undo empty --changes changes.jsonl --out back", 2, "empty: no tables found"),
    (
        "undo broken --changes changes.jsonl --out back",
        3,
        "broken/tickets.jsonl:2:1: the record does not begin with {",
    ),
    (
        "undo out --changes ids.csv --out back",
        3,
        "ids.csv:1:1: the record does not begin with {, so this is no change log",
    ),
];

#[test]
fn what_cannot_be_undone_is_refused() {
    let folder = rewritten(&[("tickets.jsonl", &tickets(&[A, B]))], "");
    for (path, what) in [
        ("there/tickets.jsonl", File("")),
        ("foreign/.git/HEAD", File("")),
        ("broken/tickets.jsonl", File("{}\n1\n")),
        ("empty", Put::Folder),
    ] {
        put(&folder, path, what);
    }
    let before = everything(&folder);
    for (args, code, message) in REFUSED {
        let ran = run(&folder, args);
        assert_eq!(ran.code, Some(*code), "{args}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("idswap: {message}")), "{args}: {}", ran.stderr);
        assert!(ran.stderr.lines().count() >= 2, "{args} has no advice: {}", ran.stderr);
        assert_eq!(everything(&folder), before, "{args}");
    }
}

#[test]
fn force_replaces_output_and_list() {
    let folder = rewritten(&[("tickets.jsonl", &ticket(A))], "");
    put(&folder, "back/old.jsonl", File("old"));
    put(&folder, "list", File("old"));
    let ran = run(&folder, &format!("{UNDO} --drifted list --force"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(entries(&folder.path("back")), ["tickets.jsonl"]);
    assert_eq!(folder.text("list"), "");
}

#[test]
fn an_interrupted_undo_leaves_no_trace() {
    let folder = rewritten(&[("tickets.jsonl", &ticket(A))], "");
    put(&folder, "later", Put::Folder);
    let fifo = folder.fifo("later/tickets.jsonl");
    let before = entries(&folder.path(""));
    let args =
        ["undo", "later", "--changes", "changes.jsonl", "--out", "back", "--drifted", "list"];
    let mut child = folder.command(&args).spawn().expect("started");
    // Opened for both, it waits for nobody, and never ends.
    let mut input = fs::OpenOptions::new().read(true).write(true).open(&fifo).expect("opened");
    input.write_all(ticket(ALICE).as_bytes()).expect("written");
    while !entries(&folder.path("")).iter().any(|path| path.contains(".idswap-")) {
        assert_eq!(child.try_wait().expect("a child"), None, "it ended early");
        sleep(Duration::from_millis(1));
    }
    let args = ["-TERM".to_owned(), child.id().to_string()];
    assert!(Command::new("kill").args(args).status().expect("kill").success());
    let ran = Ran::from(child.wait_with_output().expect("ended"));
    assert_eq!(ran.code, Some(143), "{}", ran.stderr);
    assert_eq!(entries(&folder.path("")), before);
}
