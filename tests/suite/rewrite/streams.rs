//! Where tables come from and go to: streams, files and folders in both
//! layouts, and what goes along unread.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::folder::{Folder, Ran};
use crate::support::standard::entries;

const MAP: &str = "source_id,target_id\n\
    a11ce000-0000-4000-8000-000000000001,user_2AliceAliceAliceAliceAlice0\n\
    b0b00000-0000-4000-8000-000000000002,user_2BobBobBobBobBobBobBobBobB0\n";

/// Records whose every byte matters: spacing, spelling, line ends, escapes,
/// repeated names, decoys, and no newline at the end.
const TICKETS: &str = "{\"_id\":\"t1\",\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\",\"at\":1700000000000.0}\n\
     \t{ \"requester_id\" : \"A11CE000-0000-4000-8000-000000000001\" , \"n\" : [ 1E5, -0, 12345678901234567890 ] } \r\n\
    {\"assigned_to\":\"\\u0062\\u0030b00000-0000-4000-8000-000000000002\",\"requester_id\":\"user_2AliceAliceAliceAliceAlice0\"}\n\
    {\"supabaseId\":\"a11ce000-0000-4000-8000-000000000001\",\"requester_id\":\"b0b00000-0000-4000-8000-000000000002\",\"b\":{\"requester_id\":\"b0b00000-0000-4000-8000-000000000002\"}}\n\
    {\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\",\"x\":\"\\ud83d\\ude00\\/é\u{7f}\u{2028}\",\"x\":\"a11ce000-0000-4000-8000-000000000001\"}";

/// The same by the map, written out by hand.
const NEW_TICKETS: &str = "{\"_id\":\"t1\",\"requester_id\":\"user_2AliceAliceAliceAliceAlice0\",\"at\":1700000000000.0}\n\
     \t{ \"requester_id\" : \"user_2AliceAliceAliceAliceAlice0\" , \"n\" : [ 1E5, -0, 12345678901234567890 ] } \r\n\
    {\"assigned_to\":\"user_2BobBobBobBobBobBobBobBobB0\",\"requester_id\":\"user_2AliceAliceAliceAliceAlice0\"}\n\
    {\"supabaseId\":\"a11ce000-0000-4000-8000-000000000001\",\"requester_id\":\"user_2BobBobBobBobBobBobBobBobB0\",\"b\":{\"requester_id\":\"b0b00000-0000-4000-8000-000000000002\"}}\n\
    {\"requester_id\":\"user_2AliceAliceAliceAliceAlice0\",\"x\":\"\\ud83d\\ude00\\/é\u{7f}\u{2028}\",\"x\":\"a11ce000-0000-4000-8000-000000000001\"}";

fn run(folder: &Folder, args: &str) -> Ran {
    folder.idswap(&args.split_whitespace().collect::<Vec<_>>())
}

/// A folder with the map and the tickets in a file.
fn file() -> Folder {
    Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", TICKETS)])
}

fn json(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap_or_else(|error| panic!("{error}"))
}

fn assert_well(ran: &Ran, case: &str) {
    assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
}

/// Ways from a table to its output, by arguments; `-` stands for a stream.
#[rustfmt::skip]
const WAYS: &[(&str, &str, &str, &[&str])] = &[
    ("stream to stream", "- --table tickets", "-", &["ids.csv", "tickets.jsonl"]),
    ("stream to file", "- --table tickets", "new", &["ids.csv", "new", "new.report.json", "tickets.jsonl"]),
    ("file to stream", "tickets.jsonl", "-", &["ids.csv", "tickets.jsonl"]),
    ("file to file", "tickets.jsonl", "new", &["ids.csv", "new", "new.report.json", "tickets.jsonl"]),
    ("device to device", "/dev/stdin --table tickets", "/dev/stdout", &["ids.csv", "tickets.jsonl"]),
    ("descriptor to descriptor", "/dev/fd/0 --table tickets", "/dev/fd/1", &["ids.csv", "tickets.jsonl"]),
    ("file to nowhere", "tickets.jsonl", "/dev/null", &["ids.csv", "tickets.jsonl"]),
];

#[test]
fn every_way_is_byte_exact() {
    for (case, from, to, left) in WAYS {
        for size in ["1", "2", "7", "64", "1000", "262144"] {
            for threads in ["1", "3"] {
                let folder = file();
                let case = format!("{case} {size} {threads}");
                let args = format!(
                    "rewrite {from} --map ids.csv --out {to} --block-size {size} --threads {threads}"
                );
                let args: Vec<_> = args.split_whitespace().collect();
                let ran = folder.idswap_fed(&args, TICKETS.as_bytes());
                assert_well(&ran, &case);
                let to_file = *to == "new";
                let written = if to_file { folder.read(to) } else { ran.stdout.clone() };
                let expected = if *to == "/dev/null" { "" } else { NEW_TICKETS };
                assert_eq!(String::from_utf8_lossy(&written), expected, "{case}");
                assert!(!to_file || ran.stdout.is_empty(), "{case}");
                assert_eq!(entries(&folder.path("")), *left, "{case}");
            }
        }
    }
}

/// A run over its own output changes nothing.
#[test]
fn a_second_run_changes_nothing() {
    let folder = file();
    let args = ["rewrite", "-", "--table", "tickets", "--map", "ids.csv", "--out", "-"];
    let ran = folder.idswap_fed(&args, NEW_TICKETS.as_bytes());
    assert_well(&ran, "again");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), NEW_TICKETS);
}

/// Tables that are a little odd, and what they become.
#[rustfmt::skip]
const SMALL: &[(&str, &str, &str)] = &[
    ("nothing", "", ""),
    ("a byte order mark alone", "\u{feff}", ""),
    ("a byte order mark", "\u{feff}{\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\"}\n",
        "{\"requester_id\":\"user_2AliceAliceAliceAliceAlice0\"}\n"),
    ("no newline at the end", "{}\n{}", "{}\n{}"),
    ("CRLF", "{}\r\n{}\r\n", "{}\r\n{}\r\n"),
];

#[test]
fn small_tables_are_tables() {
    for (case, table, expected) in SMALL {
        for size in ["1", "2", "3", "4", "262144"] {
            let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", table)]);
            let more = format!("--map ids.csv --exit-zero --force --block-size {size} --out");
            let ran = run(&folder, &format!("rewrite tickets.jsonl {more} new"));
            assert_well(&ran, case);
            assert_eq!(folder.text("new"), *expected, "{case} {size}");
            let args = format!("rewrite - --table tickets {more} -");
            let args: Vec<_> = args.split_whitespace().collect();
            let ran = folder.idswap_fed(&args, table.as_bytes());
            assert_well(&ran, case);
            assert_eq!(String::from_utf8_lossy(&ran.stdout), *expected, "{case} {size}");
        }
    }
}

#[test]
fn empty_tables_are_said_plainly() {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", "")]);
    let ran = run(&folder, "rewrite tickets.jsonl --map ids.csv --out new");
    assert_well(&ran, "empty");
    assert!(ran.stderr.contains("0 records"), "{}", ran.stderr);
}

fn is_fifo(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// Starts a reader of a FIFO.
fn reader(folder: &Folder, path: &str) -> std::process::Child {
    let mut cat = Command::new("cat");
    cat.arg(folder.path(path)).stdout(Stdio::piped()).spawn().expect("started")
}

#[test]
fn a_fifo_is_written_through() {
    for more in ["", "--force"] {
        let folder = file();
        folder.fifo("pipe");
        let cat = reader(&folder, "pipe");
        let ran = run(&folder, &format!("rewrite tickets.jsonl --map ids.csv --out pipe {more}"));
        let read = Ran::from(cat.wait_with_output().expect("ended"));
        assert_well(&ran, more);
        assert_eq!(String::from_utf8_lossy(&read.stdout), NEW_TICKETS);
        assert!(is_fifo(&folder.path("pipe")), "it is never replaced");
        assert_eq!(entries(&folder.path("")), ["ids.csv", "pipe", "tickets.jsonl"], "no report");
    }
}

/// Side files may be FIFOs, too; a report is always asked for by name here.
#[test]
fn side_files_are_written_through() {
    for option in ["--report", "--changes", "--unmapped"] {
        let folder = file();
        folder.fifo("pipe");
        let cat = reader(&folder, "pipe");
        let ran =
            run(&folder, &format!("rewrite tickets.jsonl --map ids.csv --out new {option} pipe"));
        let read = Ran::from(cat.wait_with_output().expect("ended"));
        assert_well(&ran, option);
        let first = match option {
            "--report" => "{\n  \"schemaVersion\": 1",
            "--changes" => "{\"table\":\"tickets\",\"line\":1,\"offset\":0",
            _ => "source_id,target_id,count",
        };
        assert!(String::from_utf8_lossy(&read.stdout).starts_with(first), "{option}: {read:?}");
        assert!(is_fifo(&folder.path("pipe")), "{option}");
        assert_eq!(folder.text("new"), NEW_TICKETS, "{option}");
    }
}

#[test]
fn an_export_may_be_a_fifo() {
    for (path, from) in [
        ("pipe", "pipe --table tickets"),
        ("tickets.jsonl", "tickets.jsonl"),
        ("export/tickets.jsonl", "export"),
        ("export/tickets/documents.jsonl", "export"),
    ] {
        let folder = Folder::with(&[("ids.csv", MAP), ("source", TICKETS)]);
        fs::create_dir_all(folder.path(path).parent().expect("a parent")).expect("folders");
        folder.fifo(path);
        let mut cat = Command::new("sh");
        cat.args(["-c", "exec cat source > \"$1\"", "sh", path]).current_dir(folder.path(""));
        // It waits until somebody reads.
        let mut cat = cat.spawn().expect("started");
        let ran = run(&folder, &format!("rewrite {from} --map ids.csv --out new"));
        drop(cat.kill());
        cat.wait().expect("ended");
        assert_well(&ran, path);
        let written = match path.strip_prefix("export/") {
            Some(relative) => format!("new/{relative}"),
            None => "new".to_owned(),
        };
        assert_eq!(folder.text(&written), NEW_TICKETS, "{path}");
    }
}

/// A map may come from a process, as in `--map <(...)`.
#[test]
fn a_map_may_be_a_stream() {
    let folder = file();
    let args = ["rewrite", "tickets.jsonl", "--map", "/dev/stdin", "--out", "-"];
    let ran = folder.idswap_fed(&args, MAP.as_bytes());
    assert_well(&ran, "map");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), NEW_TICKETS);
}

/// Reading a FIFO and writing to it would wait for ever.
#[test]
fn a_fifo_is_not_both_ends() {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    folder.fifo("pipe");
    let args = ["rewrite", "pipe", "--table", "tickets", "--map", "ids.csv", "--out", "pipe"];
    let mut child = folder.command(&args).spawn().expect("started");
    for _ in 0..500 {
        if child.try_wait().expect("a child").is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    // Harmless where it has ended.
    drop(child.kill());
    let ran = Ran::from(child.wait_with_output().expect("ended"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("idswap: pipe: --out clashes with the input"), "{}", ran.stderr);
}

#[test]
fn the_report_of_a_dry_run_goes_to_standard_output() {
    let folder = file();
    let before = folder.tree();
    let ran = run(&folder, "rewrite tickets.jsonl --map ids.csv --dry-run --report -");
    assert_well(&ran, "dry run");
    let report = json(&ran.stdout);
    assert_eq!(report["dryRun"], true);
    assert_eq!(report["summary"]["totalUpdated"], 5);
    assert_eq!(folder.tree(), before);
}

#[test]
fn the_report_of_a_real_run_goes_to_standard_output() {
    let folder = file();
    let ran = run(&folder, "rewrite tickets.jsonl --map ids.csv --out new --report -");
    assert_well(&ran, "real run");
    assert_eq!(json(&ran.stdout)["tables"]["tickets"]["output"]["path"], "new");
    assert_eq!(entries(&folder.path("")), ["ids.csv", "new", "tickets.jsonl"]);
}

#[test]
fn a_stream_has_a_report_where_one_is_named() {
    let folder = file();
    let ran = run(&folder, "rewrite tickets.jsonl --map ids.csv --out - --report report.json");
    assert_well(&ran, "stream");
    let output = json(&folder.read("report.json"))["tables"]["tickets"]["output"].clone();
    assert_eq!(output["path"], "-");
    assert_eq!(output["bytes"], NEW_TICKETS.len());
}

/// Files of an export by path and content; folders end with a slash.
type Files = &'static [(&'static str, &'static str)];

fn folder(files: Files) -> Folder {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    files.iter().for_each(|(path, content)| folder.write(&format!("export/{path}"), content));
    folder
}

/// What stands in `out`.
fn written(folder: &Folder) -> BTreeMap<String, String> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let below = |path: String| path.strip_prefix("out/").map(str::to_owned);
    let files = folder.tree().into_iter();
    files.filter_map(|(path, content)| Some((below(path)?, text(content)))).collect()
}

fn expected(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, content)| ((*path).to_owned(), (*content).to_owned())).collect()
}

const COMMENT: &str = "{\"author_id\":\"b0b00000-0000-4000-8000-000000000002\"}\n";
const NEW_COMMENT: &str = "{\"author_id\":\"user_2BobBobBobBobBobBobBobBobB0\"}\n";
/// Unruled tables are not read: a byte order mark and bad lines stay, and so
/// does an ID in a field of a ruled table's name.
const NOTES: &str =
    "\u{feff}{\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\"}\n\n[}\0\r\nno newline";

/// An export, further options, what stands in OUT, and the tables copied.
#[rustfmt::skip]
const LAYOUTS: &[(&str, Files, &str, Files, &[&str])] = &[
    ("flat",
        &[("tickets.jsonl", TICKETS), ("ticketComments.jsonl", COMMENT), ("notes.jsonl", NOTES), ("README.md", "#")],
        "",
        &[("tickets.jsonl", NEW_TICKETS), ("ticketComments.jsonl", NEW_COMMENT)], &[]),
    ("nested, with schemas",
        &[("tickets/documents.jsonl", TICKETS), ("tickets/generated_schema.jsonl", "\"uniform\"\r\n"),
            ("ticketComments/documents.jsonl", COMMENT), ("notes/documents.jsonl", NOTES),
            ("notes/generated_schema.jsonl", "{}")],
        "",
        &[("tickets/documents.jsonl", NEW_TICKETS), ("tickets/generated_schema.jsonl", "\"uniform\"\r\n"),
            ("ticketComments/documents.jsonl", NEW_COMMENT)], &[]),
    ("both",
        &[("tickets/documents.jsonl", TICKETS), ("ticketComments.jsonl", COMMENT)],
        "",
        &[("tickets/documents.jsonl", NEW_TICKETS), ("ticketComments.jsonl", NEW_COMMENT)], &[]),
    ("all tables",
        &[("tickets.jsonl", TICKETS), ("notes.jsonl", NOTES), ("users/documents.jsonl", NOTES),
            ("users/generated_schema.jsonl", "not read either"), ("empty.jsonl", ""), ("README.md", "#"),
            ("deep/er/tickets.jsonl", "{}\n"), (".hidden.jsonl", "{}\n")],
        "--all-tables",
        &[("tickets.jsonl", NEW_TICKETS), ("notes.jsonl", NOTES), ("users/documents.jsonl", NOTES),
            ("users/generated_schema.jsonl", "not read either"), ("empty.jsonl", "")],
        &["empty", "notes", "users"]),
    ("all tables, in both layouts, next to ruled ones",
        &[("tickets/documents.jsonl", TICKETS), ("tickets/generated_schema.jsonl", "\"uniform\""),
            ("tickets/notes.txt", "#"), ("a.b.jsonl", NOTES)],
        "--all-tables",
        &[("tickets/documents.jsonl", NEW_TICKETS), ("tickets/generated_schema.jsonl", "\"uniform\""),
            ("a.b.jsonl", NOTES)],
        &["a.b"]),
];

#[test]
fn folders_are_mirrored() {
    for (case, files, more, out, copied) in LAYOUTS {
        for size in ["1", "7", "262144"] {
            let folder = folder(files);
            let before = folder.tree();
            let args = format!("rewrite export --map ids.csv --out out --block-size {size} {more}");
            let ran = run(&folder, &args);
            assert_well(&ran, case);
            assert_eq!(written(&folder), expected(out), "{case} {size}");
            let report = json(&folder.read("out.report.json"));
            assert_eq!(report["copied"], serde_json::json!(copied), "{case}");
            for (path, content) in before {
                assert!(folder.read(&path) == content, "{case}: {path} was modified");
            }
        }
    }
}

/// Copies are bytes, whether they are text or not.
#[test]
fn copied_tables_need_not_be_text() {
    let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let folder = folder(&[("tickets.jsonl", TICKETS)]);
    folder.write("export/blob.jsonl", &bytes);
    let ran = run(&folder, "rewrite export --map ids.csv --out out --all-tables");
    assert_well(&ran, "bytes");
    assert!(folder.read("out/blob.jsonl") == bytes);
}

/// A file is one table by choice: the others are not missed.
#[test]
fn a_single_file_misses_no_tables() {
    let folder = file();
    let ran = run(&folder, "rewrite tickets.jsonl --map ids.csv --out new --strict");
    assert_well(&ran, "strict");
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
}

/// An unpacked snapshot with a component, stored files and a table that only
/// the list knows.
const SNAPSHOT: Files = &[
    (
        "_tables/documents.jsonl",
        "{\"name\":\"notes\",\"id\":10001}\n{ \"id\" : 10002, \"name\":\"tickets\" }\r\n\
        {\"name\":\"gone\",\"id\":10003}\n{\"name\":\"ticketComments\",\"id\":10004}",
    ),
    ("tickets/documents.jsonl", TICKETS),
    ("tickets/generated_schema.jsonl", "\"uniform\"\n"),
    ("ticketComments/documents.jsonl", COMMENT),
    ("ticketComments/generated_schema.jsonl", "\"uniform\"\n"),
    ("notes/documents.jsonl", NOTES),
    ("notes/generated_schema.jsonl", "\"uniform\"\n"),
    ("_storage/documents.jsonl", "{\"_id\":\"s1\"}\n"),
    ("_storage/s1.png", "\u{1}png"),
    ("_components/auth/_tables/documents.jsonl", "{\"name\":\"tickets\",\"id\":10001}\n"),
    ("_components/auth/tickets/documents.jsonl", TICKETS),
    ("_components/auth/tickets/generated_schema.jsonl", "\"uniform\"\n"),
    ("_components/auth/_storage/documents.jsonl", ""),
    ("README.md", "# Welcome\n"),
];

#[test]
fn a_snapshot_is_cut_down_to_its_ruled_tables() {
    let folder = folder(SNAPSHOT);
    let ran = run(&folder, "rewrite export --map ids.csv --out out");
    assert_well(&ran, "snapshot");
    let list =
        "{ \"id\" : 10002, \"name\":\"tickets\" }\r\n{\"name\":\"ticketComments\",\"id\":10004}";
    assert_eq!(
        written(&folder),
        expected(&[
            ("_tables/documents.jsonl", list),
            ("tickets/documents.jsonl", NEW_TICKETS),
            ("tickets/generated_schema.jsonl", "\"uniform\"\n"),
            ("ticketComments/documents.jsonl", NEW_COMMENT),
            ("ticketComments/generated_schema.jsonl", "\"uniform\"\n"),
        ])
    );
    let report = json(&folder.read("out.report.json"));
    let tables: Vec<_> = report["tables"].as_object().expect("an object").keys().collect();
    assert_eq!(tables, ["ticketComments", "tickets"], "a component's table is another one");
    assert_eq!(report["copied"], serde_json::json!([]));
}

#[test]
fn a_whole_snapshot_goes_along() {
    let folder = folder(SNAPSHOT);
    let ran = run(&folder, "rewrite export --map ids.csv --out out --all-tables");
    assert_well(&ran, "snapshot");
    let mut whole = expected(SNAPSHOT);
    whole.insert("tickets/documents.jsonl".to_owned(), NEW_TICKETS.to_owned());
    whole.insert("ticketComments/documents.jsonl".to_owned(), NEW_COMMENT.to_owned());
    assert_eq!(written(&folder), whole);
    let report = json(&folder.read("out.report.json"));
    assert_eq!(report["copied"], serde_json::json!(["auth/tickets", "notes"]));
    let warns = |code: &str| {
        report["warnings"].as_array().expect("an array").iter().any(|w| w["code"] == code)
    };
    assert!(warns("storage"), "{}", report["warnings"]);
    assert!(ran.stderr.contains("_storage"), "{}", ran.stderr);
    let strict = run(&folder, "rewrite export --map ids.csv --dry-run --all-tables --strict");
    assert_eq!(strict.code, Some(1), "{}", strict.stderr);
}

/// A leading folder is accepted, and not written.
#[test]
fn a_snapshot_may_stand_one_folder_deeper() {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    for (path, content) in SNAPSHOT {
        folder.write(&format!("download/snapshot_1/{path}"), content);
    }
    let ran = run(&folder, "rewrite download --map ids.csv --out out");
    assert_well(&ran, "deeper");
    assert_eq!(folder.text("out/tickets/documents.jsonl"), NEW_TICKETS);
    assert!(folder.path("out/_tables/documents.jsonl").exists());
}

/// Lists of tables that are none, and where that shows.
#[rustfmt::skip]
const LISTS: &[(&str, &str, &str)] = &[
    ("not JSON", "{\"name\":\"tickets\",\"id\":1}\n{\"name\":tickets}\n", "2:10"),
    ("cut", "{\"name\":\"tickets\",\"id\":1}\n{\"name\":\"no", "2:12"),
    ("no name", "{\"id\":1}\n", "1"),
];

/// An import with a bad list could empty tables.
#[test]
fn a_bad_list_of_tables_is_bad_data() {
    for (case, list, place) in LISTS {
        let folder = folder(SNAPSHOT);
        folder.write("export/_tables/documents.jsonl", list);
        let ran = run(&folder, "rewrite export --map ids.csv --out out");
        assert_eq!(ran.code, Some(3), "{case}: {}", ran.stderr);
        let start = format!("idswap: export/_tables/documents.jsonl:{place}:");
        assert!(ran.stderr.starts_with(&start), "{case}: {}", ran.stderr);
        let place_in_line = ran.stderr.contains("at line 1");
        assert!(!place_in_line, "{case}: another place than that in front: {}", ran.stderr);
        assert!(!folder.path("out").exists(), "{case}");
    }
}

/// As after every refusal of data.
#[test]
fn a_bad_list_of_tables_leaves_a_report() {
    for (case, list, _) in LISTS {
        let folder = folder(SNAPSHOT);
        folder.write("export/_tables/documents.jsonl", list);
        let ran = run(&folder, "rewrite export --map ids.csv --out out");
        assert_eq!(ran.code, Some(3), "{case}: {}", ran.stderr);
        assert!(folder.path("out.report.json").exists(), "{case}");
        let report = json(&folder.read("out.report.json"));
        assert_eq!(report["error"]["file"], "export/_tables/documents.jsonl", "{case}");
    }
}

fn blake3_of(text: &str) -> String {
    format!("blake3:{}", blake3::hash(text.as_bytes()).to_hex())
}

fn sha256_of(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    format!("sha256:{}", hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

type Hash = fn(&str) -> String;

/// Digests that are known without this program.
#[test]
fn the_hashes_are_the_published_ones() {
    let empty = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    assert_eq!(blake3_of(""), format!("blake3:{empty}"));
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(sha256_of("abc"), format!("sha256:{abc}"));
}

#[test]
fn digests_are_of_the_bytes_read_and_written() {
    let marked = format!("\u{feff}{TICKETS}\n[]\n");
    let kept = format!("{NEW_TICKETS}\n");
    for (option, hash) in
        [("", blake3_of as Hash), ("--digest blake3", blake3_of), ("--digest sha256", sha256_of)]
    {
        for size in ["1", "7", "262144"] {
            let folder = folder(&[("ticketComments.jsonl", "")]);
            folder.write("export/tickets.jsonl", &marked);
            let args = "rewrite export --map ids.csv --out out --on-invalid reject";
            let ran = run(&folder, &format!("{args} --block-size {size} {option}"));
            assert_eq!(ran.code, Some(1), "{}", ran.stderr);
            assert_eq!(folder.text("out/tickets.jsonl"), kept);
            let report = json(&folder.read("out.report.json"));
            let file = |path: &str, text: &str| serde_json::json!({"path": path, "bytes": text.len(), "digest": hash(text)});
            let tables = &report["tables"];
            for (found, expected) in [
                (&report["map"]["files"][0], file("ids.csv", MAP)),
                (&tables["tickets"]["input"], file("export/tickets.jsonl", &marked)),
                (&tables["tickets"]["output"], file("out/tickets.jsonl", &kept)),
                (&tables["ticketComments"]["input"], file("export/ticketComments.jsonl", "")),
                (&tables["ticketComments"]["output"], file("out/ticketComments.jsonl", "")),
            ] {
                assert_eq!(*found, expected, "{option} {size}");
            }
        }
    }
}

#[test]
fn digests_can_be_left_out() {
    let folder = folder(&[("tickets.jsonl", TICKETS)]);
    let ran = run(&folder, "rewrite export --map ids.csv --out out --digest none");
    assert_well(&ran, "none");
    let report = folder.text("out.report.json");
    assert!(!report.contains("\"digest\""), "{report}");
    assert_eq!(json(report.as_bytes())["tables"]["tickets"]["input"]["bytes"], TICKETS.len());
}

/// A stream is hashed as it passes.
#[test]
fn streams_have_digests_too() {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    let args =
        "rewrite - --table tickets --map ids.csv --out - --report report.json --block-size 9";
    let args: Vec<_> = args.split_whitespace().collect();
    let ran = folder.idswap_fed(&args, TICKETS.as_bytes());
    assert_well(&ran, "stream");
    let table = json(&folder.read("report.json"))["tables"]["tickets"].clone();
    assert_eq!(table["input"]["digest"], blake3_of(TICKETS));
    assert_eq!(table["output"]["digest"], blake3_of(NEW_TICKETS));
}

/// A shell's `>>` on a standard stream appends, whatever its name.
#[test]
fn descriptors_are_appended_to() {
    for (out, redirect) in
        [("/dev/stdout", "1"), ("-", "1"), ("/dev/fd/3", "3"), ("/dev/stderr", "2")]
    {
        let folder =
            Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", TICKETS), ("log", "kept\n")]);
        let program = env!("CARGO_BIN_EXE_idswap");
        let script = format!(
            "exec '{program}' rewrite tickets.jsonl --map ids.csv --out {out} -q {redirect}>> log"
        );
        let status = Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path(""))
            .status()
            .expect("started");
        assert!(status.success(), "{out}");
        assert_eq!(folder.text("log"), format!("kept\n{NEW_TICKETS}"), "{out}");
    }
}

/// What is read must not be written, whoever opened it.
#[test]
fn a_redirected_input_is_an_input() {
    for out in [
        "--out tickets.jsonl --force",
        "--out - >> tickets.jsonl",
        "--out - --report report.json > report.json",
    ] {
        let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", TICKETS)]);
        let program = env!("CARGO_BIN_EXE_idswap");
        let script = format!(
            "exec '{program}' rewrite - --table tickets --map ids.csv < tickets.jsonl {out}"
        );
        let ran = Command::new("sh").args(["-c", &script]).current_dir(folder.path("")).output();
        assert_eq!(ran.expect("started").status.code(), Some(2), "{out}");
        assert_eq!(folder.text("tickets.jsonl"), TICKETS, "{out}");
    }
}

/// A standard output that was opened for reading takes nothing.
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", TICKETS), ("log", "")]);
    let program = env!("CARGO_BIN_EXE_idswap");
    let script = format!("exec '{program}' rewrite tickets.jsonl --map ids.csv --out - 1< log");
    let ran = Command::new("sh").args(["-c", &script]).current_dir(folder.path("")).output();
    assert_eq!(ran.expect("started").status.code(), Some(4));
}

/// The folder around a snapshot belongs to it.
#[test]
fn no_output_stands_in_the_folder_around_a_snapshot() {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    for (path, content) in SNAPSHOT {
        folder.write(&format!("download/snapshot_1/{path}"), content);
    }
    let ran = run(&folder, "rewrite download --map ids.csv --out download/new");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

/// The data's error is said first, and that of its report after it.
#[test]
fn a_report_that_cannot_be_written_hides_no_error() {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", "{\"a\":01}\n")]);
    let ran = run(&folder, "rewrite tickets.jsonl --map ids.csv --out out --report /dev/full");
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("idswap: tickets.jsonl:1:7: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("/dev/full: cannot write"), "{}", ran.stderr);
}
