//! What is refused and leaves no trace, what `--force` and `--dry-run` do,
//! and what a run says and counts.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Folder, Ran};

const A: &str = "a11ce000-0000-4000-8000-000000000001";
const B: &str = "b0b00000-0000-4000-8000-000000000002";
const C: &str = "ca401000-0000-4000-8000-000000000003";
const MAP: &str = "source_id,target_id\n\
    a11ce000-0000-4000-8000-000000000001,user_2AliceAliceAliceAliceAlice0\n\
    b0b00000-0000-4000-8000-000000000002,user_2BobBobBobBobBobBobBobBobB0\n";
const ALICE: &str = "user_2AliceAliceAliceAliceAlice0";
const BOB: &str = "user_2BobBobBobBobBobBobBobBobB0";

/// A ticket requested by `id`.
fn ticket(id: &str) -> String {
    format!("{{\"requester_id\":\"{id}\"}}\n")
}

/// Every file and folder below, by path; a folder's ends with a slash. No
/// file is opened: a FIFO would wait.
pub fn entries(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            match path.symlink_metadata().expect("metadata").is_dir() {
                true => {
                    found.push(name + "/");
                    folders.push(path);
                }
                false => found.push(name),
            }
        }
    }
    found.sort();
    found
}

/// Something that stands in the folder before a run.
#[derive(Clone, Copy)]
enum Put {
    File(&'static str),
    /// An empty folder.
    Folder,
    /// A symbolic link.
    Link(&'static str),
    /// Another name of a file.
    Twin(&'static str),
}
use Put::{File, Link, Twin};

fn put(folder: &Folder, path: &str, what: Put) {
    let at = folder.path(path);
    fs::create_dir_all(at.parent().expect("a parent")).expect("folders");
    match what {
        File(content) => fs::write(at, content).expect("written"),
        Put::Folder => fs::create_dir(at).expect("made"),
        Link(to) => symlink(to, at).expect("linked"),
        Twin(of) => fs::hard_link(folder.path(of), at).expect("linked"),
    }
}

/// A folder with an export of one table and a map.
fn standard(more: &[(&str, Put)]) -> Folder {
    let folder = Folder::with(&[("ids.csv", MAP), ("export/tickets.jsonl", &ticket(A))]);
    more.iter().for_each(|(path, what)| put(&folder, path, *what));
    folder
}

/// Everything below, with what the files hold.
fn everything(folder: &Folder) -> (Vec<String>, BTreeMap<String, Vec<u8>>) {
    (entries(&folder.path("")), folder.tree())
}

fn run(folder: &Folder, args: &str) -> Ran {
    folder.idswap(&args.split_whitespace().collect::<Vec<_>>())
}

/// A refusal: what stands there besides the export and the map, the
/// arguments, the exit code, and part of the first line said.
type Case = (&'static str, &'static [(&'static str, Put)], &'static str, i32, &'static str);

/// What is wrong with the way in which a run refused, if anything is.
fn complaint(case: &Case, more: &[&str]) -> Option<String> {
    let (name, put, args, code, says) = *case;
    let folder = standard(put);
    let before = everything(&folder);
    let args: Vec<_> = args.split_whitespace().chain(more.iter().copied()).collect();
    let ran = folder.idswap(&args);
    let first = ran.stderr.lines().next().unwrap_or_default();
    let advice = ran.stderr.lines().nth(1).unwrap_or_default();
    let wrong: Vec<_> = [
        (ran.code == Some(code), "another exit code"),
        (first.starts_with("idswap: "), "another form of message"),
        (first.contains(says), "another message"),
        (!advice.is_empty(), "no advice"),
        (!ran.stderr.contains("panicked"), "a panic"),
        (ran.stdout.is_empty(), "something on standard output"),
        (everything(&folder) == before, "the folder has changed"),
    ]
    .into_iter()
    .filter_map(|(holds, what)| (!holds).then_some(what))
    .collect();
    (!wrong.is_empty()).then(|| {
        let wrong = wrong.join(", ");
        format!("{name}: {wrong}\n  wanted {code} {says:?}, got {:?} {:?}", ran.code, ran.stderr)
    })
}

fn check_all(cases: &[Case], more: &[&str]) {
    let wrong: Vec<_> = cases.iter().filter_map(|case| complaint(case, more)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[rustfmt::skip]
const UNREADABLE: &[Case] = &[
    ("a missing map", &[],
        "rewrite export --map nowhere.csv --out out", 4, "nowhere.csv: cannot read"),
    ("a missing second map", &[],
        "rewrite export --map ids.csv --map nowhere.csv --out out", 4, "nowhere.csv: cannot read"),
    ("a map that is a folder", &[("maps", Put::Folder)],
        "rewrite export --map maps --out out", 4, "maps: cannot read"),
    ("a missing export", &[],
        "rewrite nowhere --map ids.csv --out out", 4, "nowhere: cannot read"),
    ("a missing file", &[],
        "rewrite nowhere/tickets.jsonl --map ids.csv --out out", 4, "nowhere/tickets.jsonl: cannot"),
    ("a table that links to nothing", &[("export/ticketComments.jsonl", Link("nowhere"))],
        "rewrite export --map ids.csv --out out", 4, "export/ticketComments.jsonl: cannot read"),
    ("documents that link to nothing", &[("export/ticketComments/documents.jsonl", Link("nowhere"))],
        "rewrite export --map ids.csv --out out", 4, "export/ticketComments/documents.jsonl: cannot read"),
    ("a table that links to itself", &[("export/ticketComments.jsonl", Link("ticketComments.jsonl"))],
        "rewrite export --map ids.csv --out out", 4, "export/ticketComments.jsonl: cannot read"),
    ("an unruled table that links to nothing, and all are wanted", &[("export/notes/documents.jsonl", Link("nowhere"))],
        "rewrite export --map ids.csv --out out --all-tables", 4, "export/notes/documents.jsonl: cannot"),
    ("no folder for OUT", &[],
        "rewrite export --map ids.csv --out no/where", 4, "no: "),
    ("no folder for the report", &[],
        "rewrite export --map ids.csv --out out --report no/report.json", 4, "no: "),
    ("no folder for the change log", &[],
        "rewrite export --map ids.csv --out out --changes no/changes.jsonl", 4, "no: "),
    ("no folder for the unmapped", &[],
        "rewrite export --map ids.csv --out out --unmapped no/unmapped.csv", 4, "no: "),
    ("a file where a folder should be", &[("no", File(""))],
        "rewrite export --map ids.csv --out no/where", 4, "no"),
    ("a full device", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out /dev/full", 4, "/dev/full: cannot write"),
];

#[test]
fn what_cannot_be_read_or_written() {
    check_all(UNREADABLE, &[]);
    check_all(UNREADABLE, &["--force"]);
}

#[rustfmt::skip]
const UNFIT: &[Case] = &[
    ("an empty folder", &[("empty", Put::Folder)],
        "rewrite empty --map ids.csv --out out", 2, "empty: no tables found"),
    ("a folder without tables", &[("empty/README.md", File("# Hello\n")), ("empty/sub/deep/tickets.jsonl", File("{}\n"))],
        "rewrite empty --map ids.csv --out out", 2, "empty: no tables found"),
    ("a folder of other tables", &[("other/notes.jsonl", File("{}\n")), ("other/users/documents.jsonl", File("{}\n"))],
        "rewrite other --map ids.csv --out out", 2, "other: none of the tables found has rules: notes, users"),
    ("a file that is another table", &[("notes.jsonl", File("{}\n"))],
        "rewrite notes.jsonl --map ids.csv --out out", 2, "notes.jsonl: none of the tables"),
    ("a file named as another table", &[],
        "rewrite export/tickets.jsonl --table notes --map ids.csv --out out", 2, "none of the tables"),
    ("standard input without a name", &[],
        "rewrite - --map ids.csv --out out", 2, "no table name"),
    ("--table with a folder", &[],
        "rewrite export --table tickets --map ids.csv --out out", 2, "export: is a folder"),
    ("a folder to standard output", &[],
        "rewrite export --map ids.csv --out -", 2, "folder cannot be written to a stream"),
    ("a folder to a device", &[],
        "rewrite export --map ids.csv --out /dev/null", 2, "folder cannot be written to a stream"),
    ("rejects without a place", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --on-invalid reject", 2, "--on-invalid reject needs"),
    ("rejects beside a device", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out /dev/null --on-invalid reject", 2, "--on-invalid reject needs"),
    ("a table in both layouts", &[("export/tickets/documents.jsonl", File("{}\n"))],
        "rewrite export --map ids.csv --out out", 3, "table tickets stands here and in export/tickets"),
    ("an unruled table in both layouts", &[("export/notes.jsonl", File("")), ("export/notes/documents.jsonl", File(""))],
        "rewrite export --map ids.csv --out out", 3, "table notes stands here and in export/notes"),
    ("a table plain and packed", &[("export/tickets.jsonl.gz", File("\u{1f}"))],
        "rewrite export --map ids.csv --out out", 3, "table tickets stands here and in export/tickets"),
];

#[test]
fn what_does_not_fit() {
    check_all(UNFIT, &[]);
    check_all(UNFIT, &["--force"]);
}

/// Forms that are still to come: refused in plain words until then.
#[rustfmt::skip]
const NOT_YET: &[Case] = &[
    ("a gzip table", &[("export/ticketComments.jsonl.gz", File("\u{1f}"))],
        "rewrite export --map ids.csv --out out", 2, "export/ticketComments.jsonl.gz: compressed tables are not supported"),
    ("a zstd table", &[("export/ticketComments/documents.jsonl.zst", File("("))],
        "rewrite export --map ids.csv --out out", 2, "export/ticketComments/documents.jsonl.zst: compressed tables are not supported"),
    ("a gzip file", &[("tickets.jsonl.gz", File("\u{1f}"))],
        "rewrite tickets.jsonl.gz --table tickets --map ids.csv --out out", 2, "tickets.jsonl.gz: compressed tables are not supported"),
    ("a packed snapshot", &[("snapshot.zip", File("PK"))],
        "rewrite snapshot.zip --map ids.csv --out out", 2, "snapshot.zip: packed snapshots are not supported"),
    ("to a snapshot", &[],
        "rewrite export --map ids.csv --out out.zip", 2, "out.zip: snapshot ZIPs are not supported"),
    ("to a gzip file", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out out.jsonl.gz", 2, "out.jsonl.gz: compressed outputs are not supported"),
    ("to a zstd file", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out out.jsonl.zst", 2, "out.jsonl.zst: compressed outputs are not supported"),
    ("a JSON map", &[("ids.json", File("{}"))],
        "rewrite export --map ids.json --out out", 2, "ids.json: JSON maps are not supported"),
    ("a JSONL map", &[("ids.jsonl", File("{}"))],
        "rewrite export --map ids.jsonl --out out", 2, "ids.jsonl: JSON maps are not supported"),
];

#[test]
fn what_is_not_supported_yet() {
    check_all(NOT_YET, &[]);
}

/// Refused only without `--force`.
#[rustfmt::skip]
const STANDING: &[Case] = &[
    ("OUT, a folder", &[("out/old.jsonl", File("old"))],
        "rewrite export --map ids.csv --out out", 2, "out: exists already"),
    ("OUT, an empty folder", &[("out", Put::Folder)],
        "rewrite export --map ids.csv --out out", 2, "out: exists already"),
    ("OUT, a file", &[("out.jsonl", File("old"))],
        "rewrite export/tickets.jsonl --map ids.csv --out out.jsonl", 2, "out.jsonl: exists already"),
    ("OUT, an empty file", &[("out.jsonl", File(""))],
        "rewrite export/tickets.jsonl --map ids.csv --out out.jsonl", 2, "out.jsonl: exists already"),
    ("OUT, a link to nothing", &[("out.jsonl", Link("nowhere"))],
        "rewrite export/tickets.jsonl --map ids.csv --out out.jsonl", 2, "out.jsonl: exists already"),
    ("the change log", &[("changes.jsonl", File("old"))],
        "rewrite export --map ids.csv --out out --changes changes.jsonl", 2, "changes.jsonl: exists already"),
    ("the list of unmapped IDs", &[("unmapped.csv", File("old"))],
        "rewrite export --map ids.csv --out out --unmapped unmapped.csv", 2, "unmapped.csv: exists already"),
    ("rejects", &[("out.rejects/tickets.jsonl", File("old"))],
        "rewrite export --map ids.csv --out out --on-invalid reject", 2, "out.rejects: exists already"),
    ("rejects of a run that sets nothing aside", &[("out.rejects/tickets.jsonl", File("old"))],
        "rewrite export --map ids.csv --out out", 2, "out.rejects: exists already"),
    ("the change log of a dry run", &[("changes.jsonl", File("old"))],
        "rewrite export --map ids.csv --dry-run --changes changes.jsonl", 2, "changes.jsonl: exists already"),
    ("the unmapped IDs of a dry run", &[("unmapped.csv", File("old"))],
        "rewrite export --map ids.csv --dry-run --unmapped unmapped.csv", 2, "unmapped.csv: exists already"),
];

#[test]
fn what_stands_already() {
    check_all(STANDING, &[]);
}

/// Refused even with `--force`: one of the two would be lost.
#[rustfmt::skip]
const CLASHES: &[Case] = &[
    ("OUT in the export", &[],
        "rewrite export --map ids.csv --out export/new", 2, "--out runs into the input export"),
    ("OUT in the export, spelled with dots", &[("x", Put::Folder)],
        "rewrite export --map ids.csv --out x/.././export/new", 2, "--out runs into the input export"),
    ("OUT in the export, by a link", &[("link", Link("export"))],
        "rewrite export --map ids.csv --out link/new", 2, "--out runs into the input export"),
    ("OUT in the export that is named by a link", &[("link", Link("export"))],
        "rewrite link --map ids.csv --out export/new", 2, "--out runs into the input link"),
    ("OUT is the export", &[],
        "rewrite export --map ids.csv --out export", 2, "--out runs into the input export"),
    ("OUT is the export with a slash", &[],
        "rewrite export --map ids.csv --out export/", 2, "--out runs into the input export"),
    ("OUT is the export, by a link", &[("link", Link("export"))],
        "rewrite export --map ids.csv --out link", 2, "--out runs into the input export"),
    ("OUT is above the export", &[("data/export/tickets.jsonl", File("{}\n"))],
        "rewrite data/export --map ids.csv --out data", 2, "--out runs into the input data/export"),
    ("OUT is this folder", &[],
        "rewrite export --map ids.csv --out .", 2, "--out runs into the input"),
    ("OUT is a table", &[],
        "rewrite export --map ids.csv --out export/tickets.jsonl", 2, "--out runs into the input export"),
    ("OUT is the file", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out export/tickets.jsonl", 2, "--out runs into the input"),
    ("OUT is the file, spelled with dots", &[("x", Put::Folder)],
        "rewrite export/tickets.jsonl --map ids.csv --out ./x/../export/tickets.jsonl", 2, "--out runs into the input"),
    ("OUT is the file, by a link", &[("link.jsonl", Link("export/tickets.jsonl"))],
        "rewrite export/tickets.jsonl --map ids.csv --out link.jsonl", 2, "--out runs into the input"),
    ("OUT is the file, by a second name", &[("twin.jsonl", Twin("export/tickets.jsonl"))],
        "rewrite export/tickets.jsonl --map ids.csv --out twin.jsonl", 2, "--out runs into the input"),
    ("OUT is the map", &[],
        "rewrite export --map ids.csv --out ids.csv", 2, "--out runs into the input ids.csv"),
    ("OUT is the map of a file", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out ids.csv", 2, "--out runs into the input ids.csv"),
    ("OUT is the second map", &[("more.csv", File("source_id,target_id\n"))],
        "rewrite export/tickets.jsonl --map ids.csv --map more.csv --out more.csv", 2, "--out runs into the input more.csv"),
    ("OUT is above the map", &[("maps/ids.csv", File(MAP))],
        "rewrite export --map maps/ids.csv --out maps", 2, "--out runs into the input maps/ids.csv"),
    ("the report is the map", &[],
        "rewrite export --map ids.csv --out out --report ids.csv", 2, "--report runs into the input ids.csv"),
    ("the report is the map, by a link", &[("link", Link("ids.csv"))],
        "rewrite export --map ids.csv --out out --report link", 2, "--report runs into the input ids.csv"),
    ("the report is the map, by a second name", &[("twin", Twin("ids.csv"))],
        "rewrite export --map ids.csv --out out --report twin", 2, "--report runs into the input ids.csv"),
    ("the report is the map, spelled with dots", &[("x", Put::Folder)],
        "rewrite export --map ids.csv --out out --report ./x/../ids.csv", 2, "--report runs into the input ids.csv"),
    ("the report is a table", &[],
        "rewrite export --map ids.csv --out out --report export/tickets.jsonl", 2, "--report runs into the input"),
    ("the report of a dry run is a table", &[],
        "rewrite export --map ids.csv --dry-run --report export/tickets.jsonl", 2, "--report runs into the input"),
    ("the default report is the map", &[("out.report.json", File(MAP))],
        "rewrite export --map out.report.json --out out", 2, "--report runs into the input out.report.json"),
    ("the change log is a table", &[],
        "rewrite export --map ids.csv --out out --changes export/tickets.jsonl", 2, "--changes runs into the input"),
    ("the change log is a table, by a link", &[("link", Link("export/tickets.jsonl"))],
        "rewrite export --map ids.csv --out out --changes link", 2, "--changes runs into the input"),
    ("the change log is a table, by a second name", &[("twin", Twin("export/tickets.jsonl"))],
        "rewrite export --map ids.csv --out out --changes twin", 2, "--changes runs into the input"),
    ("the change log is an unruled table", &[("export/notes.jsonl", File("{}\n"))],
        "rewrite export --map ids.csv --out out --changes export/notes.jsonl", 2, "--changes runs into the input"),
    ("the change log would become a table", &[],
        "rewrite export --map ids.csv --out out --changes export/changes.jsonl", 2, "--changes runs into the input"),
    ("the unmapped list is the map", &[],
        "rewrite export --map ids.csv --out out --unmapped ids.csv", 2, "--unmapped runs into the input ids.csv"),
    ("the unmapped list is a table", &[],
        "rewrite export --map ids.csv --out out --unmapped export/tickets.jsonl", 2, "--unmapped runs into the input"),
    ("the unmapped list of a dry run is the map", &[],
        "rewrite export --map ids.csv --dry-run --unmapped ids.csv", 2, "--unmapped runs into the input ids.csv"),
    ("rejects would replace the map", &[("out.rejects", File(MAP))],
        "rewrite export --map out.rejects --out out --on-invalid reject", 2, "runs into the input out.rejects"),
    ("the report is a file that goes along", &[
            ("snapshot/_tables/documents.jsonl", File("{\"name\":\"tickets\",\"id\":1}\n")),
            ("snapshot/tickets/documents.jsonl", File("{}\n")), ("snapshot/README.md", File("# Hello\n"))],
        "rewrite snapshot --map ids.csv --out out --all-tables --report snapshot/README.md", 2, "--report runs into the input"),
    ("the report is a stored file that goes along", &[
            ("snapshot/_tables/documents.jsonl", File("{\"name\":\"tickets\",\"id\":1}\n")),
            ("snapshot/tickets/documents.jsonl", File("{}\n")), ("snapshot/_storage/photo.png", File("png"))],
        "rewrite snapshot --map ids.csv --out out --all-tables --report snapshot/_storage/photo.png", 2, "--report runs into the input"),
    ("the change log is a schema file", &[
            ("export/ticketComments/documents.jsonl", File("{}\n")),
            ("export/ticketComments/generated_schema.jsonl", File("\"uniform\"\n"))],
        "rewrite export --map ids.csv --out out --changes export/ticketComments/generated_schema.jsonl", 2,
        "--changes runs into the input"),

    ("two logs in one file", &[],
        "rewrite export --map ids.csv --out out --changes x --unmapped x", 2, "runs into the output of --"),
    ("two logs in one file, spelled with dots", &[],
        "rewrite export --map ids.csv --out out --changes x --unmapped ./x", 2, "runs into the output of --"),
    ("two logs in one file, by a link", &[("x", File("")), ("link", Link("x"))],
        "rewrite export --map ids.csv --out out --changes x --unmapped link", 2, "runs into the output of --"),
    ("the change log is the report", &[],
        "rewrite export --map ids.csv --out out --changes x --report x", 2, "runs into the output of --report"),
    ("the change log is the default report", &[],
        "rewrite export --map ids.csv --out out --changes out.report.json", 2, "runs into the output of --report"),
    ("the change log is OUT", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out out.jsonl --changes out.jsonl", 2, "runs into the output of --out"),
    ("the report is OUT", &[],
        "rewrite export --map ids.csv --out out --report out", 2, "--report runs into the output of --out"),
    ("the report is the folder of rejects", &[],
        "rewrite export --map ids.csv --out out --report out.rejects --on-invalid reject", 2, "runs into the output of --"),
    ("the report is in OUT", &[],
        "rewrite export --map ids.csv --out out --report out/report.json", 2, "--report runs into the output of --out"),
    ("the report is in an OUT that stands", &[("out/old", File("old"))],
        "rewrite export --map ids.csv --out out --report out/report.json", 2, "--report runs into the output of --out"),
    ("the change log is in the folder of rejects", &[("out.rejects/old", File("old"))],
        "rewrite export --map ids.csv --out out --changes out.rejects/changes.jsonl", 2, "runs into the output of --"),
    ("output and report on standard output", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --report -", 2, "runs into the output of --"),
    ("output and change log on standard output", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --changes -", 2, "runs into the output of --"),
    ("two lists on standard output", &[],
        "rewrite export --map ids.csv --dry-run --unmapped - --changes -", 2, "runs into the output of --"),
    ("output and report on standard output, one by its device", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out /dev/stdout --report -", 2, "runs into the output of --"),
    ("output and report on standard output, one by its descriptor", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --report /dev/fd/1", 2, "runs into the output of --"),
    ("output and report on standard output, by two devices", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out /dev/stdout --report /proc/self/fd/1", 2, "runs into the output of --"),

    ("a file is where OUT would be a folder", &[("out", File("old"))],
        "rewrite export --map ids.csv --out out --force", 2, "out: is a file"),
    ("a folder is where OUT would be a file", &[("out/old", File("old"))],
        "rewrite export/tickets.jsonl --map ids.csv --out out --force", 2, "out: is a folder"),
    ("the report is a folder", &[("reports/old", File("old"))],
        "rewrite export --map ids.csv --out out --report reports", 2, "reports: is a folder"),
    ("the default report is a folder", &[("out.report.json", Put::Folder)],
        "rewrite export --map ids.csv --out out", 2, "out.report.json: is a folder"),
    ("the report of a dry run is a folder", &[("reports", Put::Folder)],
        "rewrite export --map ids.csv --dry-run --report reports", 2, "reports: is a folder"),
    ("the change log is a folder", &[("changes", Put::Folder)],
        "rewrite export --map ids.csv --out out --changes changes --force", 2, "changes: is a folder"),
    ("the unmapped list is a folder", &[("unmapped", Put::Folder)],
        "rewrite export --map ids.csv --out out --unmapped unmapped --force", 2, "unmapped: is a folder"),
    ("rejects are a file", &[("out.rejects", File("old"))],
        "rewrite export --map ids.csv --out out --force", 2, "out.rejects: is a file"),
];

#[test]
fn paths_that_run_into_each_other() {
    check_all(CLASHES, &[]);
}

#[test]
fn force_moves_no_path_apart() {
    let without: Vec<_> =
        CLASHES.iter().filter(|case| !case.2.contains("--force")).copied().collect();
    check_all(&without, &["--force"]);
}

/// What the command line itself does not allow.
#[rustfmt::skip]
const MISSPELLED: &[Case] = &[
    ("no map", &[], "rewrite export --out out", 2, "--map"),
    ("no output", &[], "rewrite export --map ids.csv", 2, "--out"),
    ("no export", &[], "rewrite --map ids.csv --out out", 2, ""),
    ("an unknown option", &[], "rewrite export --map ids.csv --out out --in-place", 2, "--in-place"),
    ("an unknown command", &[], "rewrote export --map ids.csv --out out", 2, "rewrote"),
    ("blocks of nothing", &[], "rewrite export --map ids.csv --out out --block-size 0", 2, "--block-size"),
    ("blocks of a word", &[], "rewrite export --map ids.csv --out out --block-size big", 2, "--block-size"),
    ("blocks of less than nothing", &[], "rewrite export --map ids.csv --out out --block-size=-1", 2, "--block-size"),
    ("no threads", &[], "rewrite export --map ids.csv --out out --threads 0", 2, "--threads"),
    ("a date that is no timestamp", &[], "rewrite export --map ids.csv --out out --timestamp yesterday", 2, "--timestamp"),
    ("a timestamp without a zone", &[], "rewrite export --map ids.csv --out out --timestamp 2026-01-01T00:00:00", 2, "--timestamp"),
    ("an unknown digest", &[], "rewrite export --map ids.csv --out out --digest md5", 2, "--digest"),
    ("an unknown answer to the unmapped", &[], "rewrite export --map ids.csv --out out --on-unmapped drop", 2, "--on-unmapped"),
    ("an unknown answer to the invalid", &[], "rewrite export --map ids.csv --out out --on-invalid skip", 2, "--on-invalid"),
    ("quiet and verbose", &[], "rewrite export --map ids.csv --out out -q -v", 2, "-"),
];

/// The argument parser speaks here; it may take more lines than others.
fn check_misspelled(start: &str) {
    let mut wrong = Vec::new();
    for (case, _, args, code, says) in MISSPELLED {
        let folder = standard(&[]);
        let before = everything(&folder);
        let ran = run(&folder, args);
        assert_eq!(ran.code, Some(*code), "{case}: {}", ran.stderr);
        assert!(ran.stderr.contains(says) && ran.stdout.is_empty(), "{case}: {ran:?}");
        assert!(everything(&folder) == before, "{case}");
        if !ran.stderr.starts_with(start) {
            wrong.push(format!("{case}: {}", ran.stderr.lines().next().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "not {start:?}:\n{}", wrong.join("\n"));
}

#[test]
fn what_the_command_line_does_not_allow() {
    check_misspelled("");
}

/// SPEC.md knows one form of messages.
#[test]
fn what_the_command_line_does_not_allow_is_said_in_the_common_form() {
    check_misspelled("idswap: ");
}

#[test]
fn a_bad_source_date_epoch() {
    for epoch in ["", "soon", "1.5", "99999999999999999999", "9223372036854775807"] {
        let folder = standard(&[]);
        let before = everything(&folder);
        let args = ["rewrite", "export", "--map", "ids.csv", "--out", "out"];
        let output = folder.command(&args).env("SOURCE_DATE_EPOCH", epoch).output();
        let ran = Ran::from(output.expect("ended"));
        assert_eq!(ran.code, Some(2), "{epoch:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("idswap: SOURCE_DATE_EPOCH"), "{epoch:?}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 2, "{epoch:?}: {}", ran.stderr);
        assert!(everything(&folder) == before, "{epoch:?}");
    }
}

/// A map, and what is said of it: all of its faults, each with its lines.
type FaultyMap = (&'static str, &'static [u8], &'static [&'static str]);

#[rustfmt::skip]
const FAULTY_MAPS: &[FaultyMap] = &[
    ("a contradiction", b"source_id,target_id\nA,X\nB,Y\nA,Z\n", &["ids.csv:4: source A", "line 2"]),
    ("a contradiction in letter case",
        b"source_id,target_id\na11ce000-0000-4000-8000-000000000001,X\nA11CE000-0000-4000-8000-000000000001,Y\n",
        &["ids.csv:3: source a11ce000-0000-4000-8000-000000000001", "line 2"]),
    ("an identity contradicted", b"source_id,target_id\nA,A\nA,X\n", &["ids.csv:3: source A", "line 2"]),
    ("an empty source", b"source_id,target_id\nA,X\n,Y\n", &["ids.csv:3: "]),
    ("an empty row of two cells", b"source_id,target_id\n,\n", &["ids.csv:2: "]),
    ("a chain", b"source_id,target_id\nA,B\nC,D\nB,E\n", &["ids.csv:2: target B", "line 4"]),
    ("a cycle", b"source_id,target_id\nA,B\nB,A\n", &["ids.csv:2: target B", "ids.csv:3: target A"]),
    ("a cycle of three", b"source_id,target_id\nA,B\nB,C\nC,A\n", &["ids.csv:2: ", "ids.csv:3: ", "ids.csv:4: "]),
    ("a chain in letter case",
        b"source_id,target_id\nA,B0B00000-0000-4000-8000-000000000002\nb0b00000-0000-4000-8000-000000000002,X\n",
        &["ids.csv:2: target", "line 3"]),
    ("a row too short", b"source_id,target_id\nA,X\nB\n", &["ids.csv:3: "]),
    ("a row too long", b"source_id,target_id\nA,X,Y\n", &["ids.csv:2: "]),
    ("an empty file", b"", &["ids.csv:1: "]),
    ("a header that is data", b"a11ce000-0000-4000-8000-000000000001,X\nB,Y\n", &["ids.csv:1: "]),
    ("a header with a target", b"A,user_2AliceAliceAliceAliceAlice0\nB,Y\n", &["ids.csv:1: "]),
    ("three columns, none known", b"alpha,beta,gamma\nA,X,1\n", &["ids.csv:1: ", "alpha, beta, gamma"]),
    ("three columns, one known", b"source_id,beta,gamma\nA,X,1\n", &["ids.csv:1: ", "source_id, beta, gamma"]),
    ("a single column", b"source_id\nA\n", &["ids.csv:1: ", "source_id"]),
    ("Latin-1", b"source_id,target_id\nA,X\nB,caf\xe9\n", &["ids.csv:3: "]),
    ("Latin-1 in a header", b"source_id,caf\xe9\nA,X\n", &["ids.csv:1: "]),
    ("a quoted line break before a fault", b"source_id,target_id\n\"A\nA\",X\nB\n", &["ids.csv:4: "]),
    ("all at once", b"source_id,target_id\nA,X\nA,Y\n,Z\nB,C\nC,D\nE\n\xff,F\nA,W\n",
        &["ids.csv:3: ", "line 2", "ids.csv:4: ", "ids.csv:5: ", "line 6", "ids.csv:7: ", "ids.csv:8: ", "ids.csv:9: "]),
];

#[test]
fn faults_of_a_map_are_listed_at_once() {
    for (case, map, says) in FAULTY_MAPS {
        let folder = standard(&[]);
        folder.write("ids.csv", map);
        let before = everything(&folder);
        let ran = run(&folder, "rewrite export --map ids.csv --out out --changes changes.jsonl");
        assert_eq!(ran.code, Some(2), "{case}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("idswap: ids.csv:"), "{case}: {}", ran.stderr);
        for part in *says {
            assert!(ran.stderr.contains(part), "{case}: {part:?} is not in {}", ran.stderr);
        }
        let advice = ran.stderr.lines().last().unwrap_or_default();
        assert!(!advice.contains("ids.csv:"), "{case}: no advice in {}", ran.stderr);
        assert!(everything(&folder) == before, "{case}");
    }
}

#[test]
fn faults_between_two_maps_name_both() {
    let maps = [("one.csv", "source_id,target_id\nA,X\nB,Y\n"), ("two.csv", "from,to\nB,Z\nC,A\n")];
    let folder = standard(&[]);
    maps.iter().for_each(|(path, map)| folder.write(path, map));
    let ran = run(&folder, "rewrite export --map one.csv --map two.csv --out out");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    for part in ["two.csv:2: source B", "one.csv:3", "two.csv:3: target A", "one.csv:2"] {
        assert!(ran.stderr.contains(part), "{part:?} is not in {}", ran.stderr);
    }
}

/// Cells of other columns may be password hashes.
#[test]
fn messages_of_a_map_keep_its_other_columns_to_themselves() {
    let folder = standard(&[]);
    folder.write(
        "ids.csv",
        "source_id,password,target_id\nA,hunter2,X\nA,hunter2,Y\n,hunter2,Z\nB,hunter2\n",
    );
    let ran = run(&folder, "rewrite export --map ids.csv --out out");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

const FULL: &str = "rewrite export --map ids.csv --out out --changes changes.jsonl \
    --unmapped unmapped.csv --on-invalid reject";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn report(folder: &Folder) -> Value {
    json(&folder.text("out.report.json"))
}

fn no_temporary_files(folder: &Folder) {
    let left: Vec<_> = entries(&folder.path(""));
    assert!(left.iter().all(|path| !path.contains(".idswap-")), "{left:?}");
}

/// A folder with everything that an earlier run left.
fn with_earlier_run() -> Folder {
    let folder = standard(&[]);
    folder.write("export/tickets.jsonl", [ticket(A), ticket(C), "[]\n".to_owned()].concat());
    folder.write("export/ticketComments.jsonl", "{\"author_id\":null}\n");
    let ran = run(&folder, FULL);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for path in ["out/tickets.jsonl", "out.rejects/reasons.jsonl", "changes.jsonl", "unmapped.csv"]
    {
        assert!(!folder.read(path).is_empty(), "{path}");
    }
    folder
}

/// Runs that fail although they may replace what stands there.
const FAILING: [(&str, &str, i32, bool); 4] = [
    ("an invalid line", "--on-invalid fail", 3, true),
    ("a faulty map", "--map export/tickets.jsonl", 2, false),
    ("a missing map", "--map nowhere.csv", 4, false),
    ("a bad path", "--report nowhere/report.json", 4, false),
];

#[test]
fn a_failed_run_with_force_changes_only_the_report() {
    for (case, more, code, reports) in FAILING {
        let folder = with_earlier_run();
        let mut before = everything(&folder);
        let args = FULL.replace("--on-invalid reject", more);
        let ran = run(&folder, &(args + " --force"));
        assert_eq!(ran.code, Some(code), "{case}: {}", ran.stderr);
        let mut after = everything(&folder);
        if reports {
            assert!(report(&folder)["error"].is_object(), "{case}");
            let reports = [&mut before, &mut after].map(|all| all.1.remove("out.report.json"));
            assert_ne!(reports[0], reports[1], "{case}");
        }
        assert_eq!(after, before, "{case}");
    }
}

#[test]
fn a_good_run_with_force_replaces_everything() {
    let folder = with_earlier_run();
    folder.write("export/tickets.jsonl", ticket(B));
    fs::remove_file(folder.path("export/ticketComments.jsonl")).expect("removed");
    let ran = run(&folder, &format!("{FULL} --force"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        entries(&folder.path("")),
        [
            "changes.jsonl",
            "export/",
            "export/tickets.jsonl",
            "ids.csv",
            "out.report.json",
            "out/",
            "out/tickets.jsonl",
            "unmapped.csv"
        ]
    );
    assert_eq!(folder.text("out/tickets.jsonl"), ticket(BOB));
    assert_eq!(folder.text("unmapped.csv"), "source_id,target_id,count,table,field,line\n");
    assert_eq!(json(&folder.text("changes.jsonl"))["new"], BOB);
    assert_eq!(report(&folder)["summary"]["totalRecords"], 1);
}

#[test]
fn force_replaces_rejects_by_new_ones() {
    let folder = with_earlier_run();
    folder.write("export/tickets.jsonl", [ticket(A), "1\n".to_owned()].concat());
    let ran = run(&folder, &format!("{FULL} --force"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(folder.text("out.rejects/tickets.jsonl"), "1\n");
    assert_eq!(folder.text("out.rejects/reasons.jsonl").lines().count(), 1);
    no_temporary_files(&folder);
}

#[test]
fn force_is_allowed_where_nothing_stands() {
    let folder = standard(&[]);
    let ran = run(&folder, &format!("{FULL} --force"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("out/tickets.jsonl"), ticket(ALICE));
    no_temporary_files(&folder);
}

/// A link as OUT stays one: what it points to is replaced.
#[test]
fn force_follows_a_link() {
    for (export, target) in [("export", "real"), ("export/tickets.jsonl", "real.jsonl")] {
        let folder = standard(&[("link", Link(target))]);
        match export {
            "export" => put(&folder, target, Put::Folder),
            _ => put(&folder, target, File("old")),
        }
        let ran = run(&folder, &format!("rewrite {export} --map ids.csv --out link --force"));
        assert_eq!(ran.code, Some(0), "{export}: {}", ran.stderr);
        assert!(folder.path("link").symlink_metadata().expect("there").is_symlink(), "{export}");
        let written = if export == "export" { "real/tickets.jsonl" } else { "real.jsonl" };
        assert_eq!(folder.text(written), ticket(ALICE));
        no_temporary_files(&folder);
    }
}

/// The report alone is replaced without `--force`.
#[test]
fn reports_are_always_replaced() {
    let folder = standard(&[("out.report.json", File("old"))]);
    let ran = run(&folder, "rewrite export --map ids.csv --out out");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(report(&folder)["summary"]["totalUpdated"], 1);
}

/// Runs two at once and returns their exit codes.
fn two_at_once(folder: &Folder, args: &[&str]) -> [Ran; 2] {
    let children = [(); 2].map(|()| folder.command(args).spawn().expect("started"));
    children.map(|child| Ran::from(child.wait_with_output().expect("ended")))
}

const TWICE: [&str; 10] = [
    "rewrite",
    "export",
    "--map",
    "ids.csv",
    "--out",
    "out",
    "--changes",
    "changes.jsonl",
    "--force",
    "--on-invalid=reject",
];

/// Both may be complete, in whatever order; neither may fail.
fn check_two_at_once(before: impl Fn(&Folder), tickets: &str, code: i32) {
    let expected = {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", tickets);
        assert_eq!(folder.idswap(&TWICE).code, Some(code));
        everything(&folder)
    };
    for repetition in 0..10 {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", tickets);
        before(&folder);
        for ran in two_at_once(&folder, &TWICE) {
            assert_eq!(ran.code, Some(code), "repetition {repetition}: {}", ran.stderr);
        }
        assert!(
            everything(&folder) == expected,
            "repetition {repetition}: {:?}",
            entries(&folder.path(""))
        );
    }
}

#[test]
fn two_runs_at_once_end_well() {
    check_two_at_once(|_| (), &ticket(A).repeat(2000), 0);
}

#[test]
fn two_runs_at_once_that_replace_end_well() {
    let stand = |folder: &Folder| {
        for (path, what) in [("out/old", "old"), ("changes.jsonl", "old")] {
            put(folder, path, File(what));
        }
    };
    check_two_at_once(stand, &ticket(A).repeat(2000), 0);
}

#[test]
fn two_runs_at_once_that_set_lines_aside_end_well() {
    let tickets = [ticket(A), "[]\n".to_owned()].concat().repeat(1000);
    check_two_at_once(|folder| put(folder, "out.rejects/old", File("old")), &tickets, 1);
}

/// Both find the rejects of an earlier run, and both want them gone.
#[test]
fn two_runs_at_once_that_drop_old_rejects_end_well() {
    let stand = |folder: &Folder| put(folder, "out.rejects/old", File("old"));
    check_two_at_once(stand, &ticket(A).repeat(2000), 0);
}

/// Twelve IDs that the map lacks, the last first.
fn unmapped_ids() -> Vec<String> {
    (0..12).rev().map(|n| format!("{n:08x}-0000-4000-8000-000000000000")).collect()
}

#[test]
fn unmapped_ids_can_be_refused() {
    for more in [&[][..], &["--force"], &["--block-size", "1", "--threads", "3"]] {
        let folder = standard(&[]);
        let tickets: String = unmapped_ids().iter().map(|id| ticket(id).repeat(2)).collect();
        folder.write("export/tickets.jsonl", ticket(A) + &tickets);
        let args = "rewrite export --map ids.csv --out out --changes changes.jsonl \
            --unmapped open.csv --on-unmapped fail";
        let ran = folder.idswap(&[&args.split_whitespace().collect::<Vec<_>>(), more].concat());
        assert_eq!(ran.code, Some(3), "{more:?}: {}", ran.stderr);
        check_refusal_of_unmapped(&folder, &ran);
    }
}

fn check_refusal_of_unmapped(folder: &Folder, ran: &Ran) {
    let mut ids = unmapped_ids();
    ids.sort();
    let first = ran.stderr.lines().next().unwrap_or_default();
    assert!(first.starts_with("idswap: ") && first.contains("12"), "{}", ran.stderr);
    for (place, id) in ids.iter().enumerate() {
        assert_eq!(ran.stderr.contains(id), place < 10, "ten are shown: {}", ran.stderr);
    }
    let listed: Vec<_> =
        folder.text("open.csv").lines().skip(1).map(|row| row[..36].to_owned()).collect();
    assert_eq!(listed, ids, "all are listed");
    assert!(folder.text("open.csv").contains(&format!("{},,2,tickets,requester_id,2\n", ids[11])));
    let report = report(folder);
    assert_eq!(report["tables"]["tickets"]["unmappedTotal"], 12);
    assert!(report["tables"]["tickets"].get("output").is_none());
    assert_eq!(report["summary"]["totalUnmapped"], 12);
    assert_eq!(report["attention"], true);
    assert_eq!(
        entries(&folder.path("")),
        ["export/", "export/tickets.jsonl", "ids.csv", "open.csv", "out.report.json"]
    );
}

#[test]
fn a_refusal_of_unmapped_ids_leaves_older_output_alone() {
    let folder = with_earlier_run();
    folder.write("export/tickets.jsonl", ticket(&unmapped_ids()[0]));
    let mut before = everything(&folder);
    let ran = run(&folder, &format!("{FULL} --force --on-unmapped fail"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let mut after = everything(&folder);
    assert!(folder.text("unmapped.csv").contains(&unmapped_ids()[0]));
    for path in ["out.report.json", "unmapped.csv"] {
        assert_ne!(before.1.remove(path), after.1.remove(path), "{path}");
    }
    assert_eq!(after, before);
}

#[test]
fn nothing_unmapped_is_nothing_to_refuse() {
    let folder = standard(&[]);
    let ran = run(&folder, "rewrite export --map ids.csv --out out --on-unmapped fail");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

/// Exports, their exit codes, and those with `--exit-zero`.
#[rustfmt::skip]
const DRY: &[(&str, &str, i32, i32)] = &[
    ("well", "{\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\"}\n", 0, 0),
    ("unmapped", "{\"requester_id\":\"ca401000-0000-4000-8000-000000000003\"}\n", 1, 0),
    ("absent", "{}\n", 1, 0),
    ("invalid", "{}\n[]\n", 3, 3),
    ("no records", "", 0, 0),
];

/// What a report says of the data, whether any was written or not.
fn counts(report: &Value) -> Value {
    let mut report = report.clone();
    report["dryRun"] = Value::Null;
    for table in report["tables"].as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        table.as_object_mut().expect("an object").remove("output");
    }
    report
}

#[test]
fn a_dry_run_counts_like_a_real_one() {
    for (case, tickets, code, zero) in DRY {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", tickets);
        let before = everything(&folder);
        let dry = run(&folder, "rewrite export --map ids.csv --dry-run --out out");
        assert_eq!(dry.code, Some(*code), "{case}: {}", dry.stderr);
        assert!(everything(&folder) == before, "{case}: a dry run writes nothing unasked");
        let printed = run(&folder, "rewrite export --map ids.csv --dry-run --report -");
        assert!(everything(&folder) == before, "{case}");
        let real = run(&folder, "rewrite export --map ids.csv --out out");
        assert_eq!(real.code, Some(*code), "{case}: {}", real.stderr);
        let (dry, real) = (json(&String::from_utf8_lossy(&printed.stdout)), report(&folder));
        assert_eq!((&dry["dryRun"], &real["dryRun"]), (&true.into(), &false.into()), "{case}");
        assert!(!dry.to_string().contains("\"output\""), "{case}");
        assert_eq!(counts(&dry), counts(&real), "{case}");
        let args = "rewrite export --map ids.csv --out out --force --exit-zero";
        assert_eq!(run(&folder, args).code, Some(*zero), "{case}");
    }
}

#[test]
fn a_dry_run_writes_what_it_is_asked_for() {
    let args = "--changes changes.jsonl --unmapped unmapped.csv --report report.json \
        --on-invalid reject";
    let run_with = |more: &str| {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", [ticket(A), ticket(C), "[]\n".to_owned()].concat());
        let ran = run(&folder, &format!("rewrite export --map ids.csv {args} {more}"));
        assert_eq!(ran.code, Some(1), "{more}: {}", ran.stderr);
        folder
    };
    let (dry, real) = (run_with("--dry-run"), run_with("--out out"));
    assert_eq!(
        entries(&dry.path("")),
        [
            "changes.jsonl",
            "export/",
            "export/tickets.jsonl",
            "ids.csv",
            "report.json",
            "unmapped.csv"
        ]
    );
    for path in ["changes.jsonl", "unmapped.csv"] {
        assert_eq!(dry.text(path), real.text(path), "{path}");
    }
    assert_eq!(counts(&json(&dry.text("report.json"))), counts(&json(&real.text("report.json"))));
}

#[test]
fn the_output_of_a_dry_run_may_stand_already() {
    let folder = with_earlier_run();
    let before = everything(&folder);
    let ran = run(&folder, "rewrite export --map ids.csv --dry-run --out out --on-invalid reject");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(everything(&folder) == before);
}

/// Maps and exports, and whether `--strict` finds something in them. All
/// three tables are there, and everything is well without it.
#[rustfmt::skip]
const STRICT: &[(&str, &str, &str, i32)] = &[
    ("clean", "source_id,target_id\nA,X\n", "A", 0),
    ("a row never used", "source_id,target_id\nA,X\nB,Y\n", "A", 1),
    ("a row twice", "source_id,target_id\nA,X\nA,X\n", "A", 1),
    ("a target twice", "source_id,target_id\nA,X\nB,X\n", "A B", 1),
    ("an odd target",
        "source_id,target_id\nA,user_2AliceAliceAliceAliceAlice0\nB,user_2BobBobBobBobBobBobBobBobB0\nC,guest\n", "A B C", 1),
    ("nothing mapped", "source_id,target_id\nA,A\n", "A", 1),
    ("no records", "source_id,target_id\n", "", 1),
];

#[test]
fn strict_lets_every_warning_count() {
    for (case, map, ids, code) in STRICT {
        let folder = Folder::with(&[("ids.csv", *map)]);
        let tickets: String = ids.split_whitespace().map(ticket).collect();
        folder.write("export/tickets.jsonl", tickets);
        folder.write("export/ticketComments.jsonl", "");
        folder.write("export/ticketStatusHistory.jsonl", "");
        let lenient = run(&folder, "rewrite export --map ids.csv --out out");
        assert_eq!(lenient.code, Some(0), "{case}: {}", lenient.stderr);
        let strict = run(&folder, "rewrite export --map ids.csv --out out --force --strict");
        assert_eq!(strict.code, Some(*code), "{case}: {}", strict.stderr);
        assert_eq!(report(&folder)["attention"], *code == 1, "{case}");
        let zero =
            run(&folder, "rewrite export --map ids.csv --out out --force --strict --exit-zero");
        assert_eq!(zero.code, Some(0), "{case}: {}", zero.stderr);
        assert_eq!(report(&folder)["attention"], *code == 1, "{case}: the report stays frank");
    }
}

#[test]
fn strict_minds_a_missing_table() {
    let folder = standard(&[]);
    folder.write("export/tickets.jsonl", ticket(A) + &ticket(B));
    let ran = run(&folder, "rewrite export --map ids.csv --out out --strict");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("ticketComments"), "{}", ran.stderr);
}

#[test]
fn quiet_is_quiet_but_for_errors() {
    let folder = standard(&[]);
    for more in ["--out out", "--dry-run", "--out out --force --strict"] {
        let ran = run(&folder, &format!("rewrite export --map ids.csv -q {more}"));
        assert!(matches!(ran.code, Some(0 | 1)), "{more}: {}", ran.stderr);
        assert_eq!((ran.stderr.as_str(), ran.stdout.as_slice()), ("", &b""[..]), "{more}");
    }
    let ran = run(&folder, "rewrite export --map ids.csv --out out -q");
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.starts_with("idswap: out: exists already"), "{}", ran.stderr);
}

/// The choice, NO_COLOR, and whether there are colours on a pipe.
const COLORS: [(&str, Option<&str>, bool); 6] = [
    ("", None, false),
    ("--color auto", None, false),
    ("--color always", None, true),
    ("--color=always", None, true),
    ("--color never", None, false),
    ("--color auto", Some("1"), false),
];

#[test]
fn colours_come_when_they_are_asked_for() {
    for (more, no_color, colored) in COLORS {
        for (args, code) in [("", 0), ("--map nowhere.csv", 4), ("--threads 0", 2)] {
            let folder = standard(&[]);
            let args = format!("rewrite export --map ids.csv --out out {more} {args}");
            let mut command = folder.command(&args.split_whitespace().collect::<Vec<_>>());
            command.env_remove("CLICOLOR_FORCE");
            no_color.map(|value| command.env("NO_COLOR", value));
            let ran = Ran::from(command.output().expect("ended"));
            assert_eq!(ran.code, Some(code), "{args}: {}", ran.stderr);
            assert_eq!(ran.stderr.contains('\u{1b}'), colored, "{args}: {:?}", ran.stderr);
            assert!(!folder.tree().values().any(|file| file.contains(&0x1b)), "{args}");
        }
    }
}

#[test]
fn neighbours_of_out_do_not_mind_its_slash() {
    for out in ["out", "out/", "./out//"] {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", ticket(A) + "[]\n");
        let args =
            ["rewrite", "export", "--map", "ids.csv", "--on-invalid", "reject", "--out", out];
        let ran = folder.idswap(&args);
        assert_eq!(ran.code, Some(1), "{out}: {}", ran.stderr);
        assert_eq!(
            entries(&folder.path("")),
            [
                "export/",
                "export/tickets.jsonl",
                "ids.csv",
                "out.rejects/",
                "out.rejects/reasons.jsonl",
                "out.rejects/tickets.jsonl",
                "out.report.json",
                "out/",
                "out/tickets.jsonl"
            ],
            "{out}"
        );
    }
}

/// The export is world readable; what is made of it holds the same data and
/// is for its owner only.
#[test]
fn new_files_are_for_their_owner_only() {
    let folder = standard(&[
        ("export/notes.jsonl", File("{}\n")),
        ("export/ticketComments/documents.jsonl", File("[]\n")),
        ("export/ticketComments/generated_schema.jsonl", File("\"uniform\"\n")),
    ]);
    let known = entries(&folder.path(""));
    for path in &known {
        let mode = if path.ends_with('/') { 0o755 } else { 0o644 };
        fs::set_permissions(folder.path(path), fs::Permissions::from_mode(mode)).expect("set");
    }
    for more in ["", "--force"] {
        let ran = run(&folder, &format!("{FULL} --all-tables {more}"));
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let made: Vec<_> =
            entries(&folder.path("")).into_iter().filter(|p| !known.contains(p)).collect();
        assert_eq!(made.len(), 12, "{made:?}");
        for path in made {
            let mode = fs::metadata(folder.path(&path)).expect("there").permissions().mode();
            let expected = if path.ends_with('/') { 0o700 } else { 0o600 };
            assert_eq!(mode & 0o7777, expected, "{path} {more}");
        }
    }
}

#[test]
fn a_single_file_is_for_its_owner_only() {
    let folder = standard(&[]);
    let ran = run(&folder, "rewrite export/tickets.jsonl --map ids.csv --out new.jsonl");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for path in ["new.jsonl", "new.jsonl.report.json"] {
        let mode = fs::metadata(folder.path(path)).expect("there").permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{path}");
    }
}

/// A map's rows and the report's counts of them: entries, undecided,
/// duplicates, manyToOne, unused; the table has A, B and C once each.
#[rustfmt::skip]
const HEALTH: &[(&str, &str, [u64; 5])] = &[
    ("plain", "A,X\nB,Y\n", [2, 0, 0, 0, 0]),
    ("no rows", "", [0, 0, 0, 0, 0]),
    ("unused rows", "A,X\nE,Y\nF,Z\n", [3, 0, 0, 0, 2]),
    ("two sources, one target", "A,X\nB,X\n", [2, 0, 0, 1, 0]),
    ("three sources, one target", "A,X\nB,X\nC,X\n", [3, 0, 0, 1, 0]),
    ("two targets shared", "A,X\nB,X\nC,Y\nD,Y\n", [4, 0, 0, 2, 1]),
    ("a row three times", "A,X\nA,X\nB,Y\nA,X\n", [2, 0, 2, 0, 0]),
    ("an undecided source", "A,X\nB,\n", [1, 1, 0, 0, 0]),
    ("an undecided source decided later", "A,\nA,X\n", [1, 0, 0, 0, 0]),
    ("a decided source undecided later", "A,X\nA,\n", [1, 0, 0, 0, 0]),
    ("an identity", "A,A\nB,Y\n", [2, 0, 0, 0, 0]),
    ("an identity never used", "E,E\nB,Y\n", [2, 0, 0, 0, 1]),
    ("an identity beside a row to it", "A,B\nB,B\n", [2, 0, 0, 1, 0]),
];

#[test]
fn the_report_counts_the_rows_of_the_map() {
    for (case, rows, expected) in HEALTH {
        let folder = standard(&[]);
        folder.write("ids.csv", format!("source_id,target_id\n{rows}"));
        folder.write("export/tickets.jsonl", ["A", "B", "C"].map(ticket).concat());
        let ran = run(&folder, "rewrite export --map ids.csv --out out");
        assert!(matches!(ran.code, Some(0 | 1)), "{case}: {}", ran.stderr);
        let map = report(&folder)["map"].clone();
        let counts = ["entries", "undecided", "duplicates", "manyToOne", "unused"];
        assert_eq!(counts.map(|name| map[name].as_u64().expect(name)), *expected, "{case}: {map}");
    }
}

/// A map's rows and what becomes of `A` and `B`: the values, and the counts
/// mapped, kept, already.
#[rustfmt::skip]
const FATES: &[(&str, &str, [&str; 2], [u64; 3])] = &[
    ("mapped", "A,X\nB,Y\n", ["X", "Y"], [2, 0, 0]),
    ("kept", "A,A\nB,Y\n", ["A", "Y"], [1, 1, 0]),
    ("kept beside a row to it", "A,B\nB,B\n", ["B", "B"], [1, 1, 0]),
    ("already", "Z,A\nB,Y\n", ["A", "Y"], [1, 0, 1]),
];

#[test]
fn an_identity_is_kept() {
    for (case, rows, values, counts) in FATES {
        let folder = standard(&[]);
        folder.write("ids.csv", format!("source_id,target_id\n{rows}"));
        folder.write("export/tickets.jsonl", ["A", "B"].map(ticket).concat());
        let ran = run(&folder, "rewrite export --map ids.csv --out out");
        assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
        assert_eq!(folder.text("out/tickets.jsonl"), values.map(ticket).concat(), "{case}");
        let field = report(&folder)["tables"]["tickets"]["fields"]["requester_id"].clone();
        let found = ["mapped", "kept", "already"].map(|name| field[name].as_u64().expect(name));
        assert_eq!(found, *counts, "{case}");
        assert_eq!(report(&folder)["summary"]["totalUpdated"], counts[0], "{case}");
    }
}

#[test]
fn the_list_of_unmapped_ids_is_a_map_to_fill_in() {
    let folder = standard(&[]);
    let open =
        ["00000001", "00000002", "00000003"].map(|n| format!("{n}-0000-4000-8000-000000000000"));
    let tickets: String = open.iter().map(|id| ticket(&id.to_uppercase())).collect();
    folder.write("export/tickets.jsonl", ticket(A) + &tickets + &ticket(B));
    let ran = run(&folder, "rewrite export --map ids.csv --dry-run --unmapped open.csv");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let [new, keep, later] = open.each_ref().map(String::as_str);
    let row = |id: &str, target: &str, line: u32| {
        format!("{id},{target},1,tickets,requester_id,{line}\n")
    };
    let header = "source_id,target_id,count,table,field,line\n";
    assert_eq!(
        folder.text("open.csv"),
        [header, &row(new, "", 2), &row(keep, "", 3), &row(later, "", 4)].concat()
    );
    let target = "user_2CarolCarolCarolCarolCarol0";
    let filled = [header, &row(new, target, 2), &row(keep, keep, 3), &row(later, "", 4)].concat();
    folder.write("open.csv", filled);
    let ran = run(&folder, "rewrite export --map ids.csv --map open.csv --out out");
    assert_eq!(ran.code, Some(1), "one is undecided still: {}", ran.stderr);
    let kept = [keep, later].map(|id| ticket(&id.to_uppercase())).concat();
    assert_eq!(
        folder.text("out/tickets.jsonl"),
        [ticket(ALICE), ticket(target), kept, ticket(BOB)].concat()
    );
    let report = report(&folder);
    let field = &report["tables"]["tickets"]["fields"]["requester_id"];
    let found = ["mapped", "kept", "unmapped"].map(|name| field[name].as_u64().expect(name));
    assert_eq!(found, [3, 1, 1]);
    assert_eq!((&report["map"]["entries"], &report["map"]["undecided"]), (&4.into(), &1.into()));
}

/// Files of a map add up, whatever their columns are called.
#[test]
fn later_maps_add_to_earlier_ones() {
    let folder = standard(&[
        ("one.csv", File("\u{feff}supabase_id,clerk_id\r\nA,X\r\n")),
        ("two.csv", File("name,new_id,old_id\n\"B, the second\",Y,B\n")),
    ]);
    folder.write("export/tickets.jsonl", ["A", "B"].map(ticket).concat());
    let ran = run(&folder, "rewrite export --map one.csv --map two.csv --out out");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("out/tickets.jsonl"), ["X", "Y"].map(ticket).concat());
    let files = report(&folder)["map"]["files"].clone();
    let paths =
        [0, 1].map(|place| PathBuf::from(files[place]["path"].as_str().unwrap_or_default()));
    assert_eq!(paths, ["one.csv", "two.csv"].map(PathBuf::from));
}
