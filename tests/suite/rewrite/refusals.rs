//! What is refused and leaves no trace, what `--force` and `--dry-run` do,
//! and what a run says and counts.

use crate::support::folder::Ran;
use crate::support::standard::*;

/// Rules for another table than the export's.
const OTHER_RULES: &str = "version = 1\n[[field]]\ntable = \"users\"\npath = \"id\"\n";

/// A refusal: what stands there besides the export and the map, the
/// arguments, the exit code, and part of the first line said.
pub type Case = (&'static str, &'static [(&'static str, Put)], &'static str, i32, &'static str);

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

pub fn check_all(cases: &[Case], more: &[&str]) {
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
    ("an export of tables that the rules do not name", &[("rules.toml", File(OTHER_RULES))],
        "rewrite export --map ids.csv --rules rules.toml --out out", 2, "export: none of the tables found has rules: tickets"),
    ("a file that the rules do not name", &[("rules.toml", File(OTHER_RULES))],
        "rewrite export/tickets.jsonl --map ids.csv --rules rules.toml --out out", 2, "none of the tables"),
    ("standard input that the rules do not name", &[("rules.toml", File(OTHER_RULES))],
        "rewrite - --table tickets --map ids.csv --rules rules.toml --out out", 2, "none of the tables"),
    ("standard input without a name", &[],
        "rewrite - --map ids.csv --out out", 2, "no table name"),
    ("--table with a folder", &[],
        "rewrite export --table tickets --map ids.csv --out out", 2, "export: holds any number of tables"),
    ("a folder to standard output", &[],
        "rewrite export --map ids.csv --out -", 2, "folder cannot be written to a stream"),
    ("a folder to a device", &[],
        "rewrite export --map ids.csv --out /dev/null", 2, "folder cannot be written to a stream"),
    ("rejects without a place", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --on-invalid reject", 2, "--on-invalid reject needs"),
    ("rejects beside a device", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out /dev/null --on-invalid reject", 2, "--on-invalid reject needs"),
    ("a ZIP of one table", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out out.zip", 2, "out.zip: would be a ZIP, which is made of a folder"),
    ("a ZIP of standard input", &[],
        "rewrite - --table tickets --map ids.csv --out out.ZIP", 2, "out.ZIP: would be a ZIP, which is made of a folder"),
    ("--table with a ZIP that is none", &[("snapshot.zip", File("PK"))],
        "rewrite snapshot.zip --table tickets --map ids.csv --out out", 3, "snapshot.zip: is not a ZIP"),
    ("a table in both layouts", &[("export/tickets/documents.jsonl", File("{}\n"))],
        "rewrite export --map ids.csv --out out", 3, "table tickets is both here and in export/tickets"),
    ("an unruled table in both layouts", &[("export/notes.jsonl", File("")), ("export/notes/documents.jsonl", File(""))],
        "rewrite export --map ids.csv --out out", 3, "table notes is both here and in export/notes"),
    ("a table plain and packed", &[("export/tickets.jsonl.gz", File("\u{1f}"))],
        "rewrite export --map ids.csv --out out", 3, "table tickets is both here and in export/tickets"),
];

#[test]
fn what_does_not_fit() {
    check_all(UNFIT, &[]);
    check_all(UNFIT, &["--force"]);
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
        "rewrite export --map ids.csv --out export/new", 2, "--out clashes with the input export"),
    ("OUT in the export, spelled with dots", &[("x", Put::Folder)],
        "rewrite export --map ids.csv --out x/.././export/new", 2, "--out clashes with the input export"),
    ("OUT in the export, by a link", &[("link", Link("export"))],
        "rewrite export --map ids.csv --out link/new", 2, "--out clashes with the input export"),
    ("OUT in the export that is named by a link", &[("link", Link("export"))],
        "rewrite link --map ids.csv --out export/new", 2, "--out clashes with the input link"),
    ("OUT is the export", &[],
        "rewrite export --map ids.csv --out export", 2, "--out clashes with the input export"),
    ("OUT is the export with a slash", &[],
        "rewrite export --map ids.csv --out export/", 2, "--out clashes with the input export"),
    ("OUT is the export, by a link", &[("link", Link("export"))],
        "rewrite export --map ids.csv --out link", 2, "--out clashes with the input export"),
    ("OUT is above the export", &[("data/export/tickets.jsonl", File("{}\n"))],
        "rewrite data/export --map ids.csv --out data", 2, "--out clashes with the input data/export"),
    ("OUT is this folder", &[],
        "rewrite export --map ids.csv --out .", 2, "--out clashes with the input"),
    ("OUT is a table", &[],
        "rewrite export --map ids.csv --out export/tickets.jsonl", 2, "--out clashes with the input export"),
    ("OUT is the file", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out export/tickets.jsonl", 2, "--out clashes with the input"),
    ("OUT is the file, spelled with dots", &[("x", Put::Folder)],
        "rewrite export/tickets.jsonl --map ids.csv --out ./x/../export/tickets.jsonl", 2, "--out clashes with the input"),
    ("OUT is the file, by a link", &[("link.jsonl", Link("export/tickets.jsonl"))],
        "rewrite export/tickets.jsonl --map ids.csv --out link.jsonl", 2, "--out clashes with the input"),
    ("OUT is the file, by a second name", &[("twin.jsonl", Twin("export/tickets.jsonl"))],
        "rewrite export/tickets.jsonl --map ids.csv --out twin.jsonl", 2, "--out clashes with the input"),
    ("OUT is the map", &[],
        "rewrite export --map ids.csv --out ids.csv", 2, "--out clashes with the input ids.csv"),
    ("OUT is the map of a file", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out ids.csv", 2, "--out clashes with the input ids.csv"),
    ("OUT is the second map", &[("more.csv", File("source_id,target_id\n"))],
        "rewrite export/tickets.jsonl --map ids.csv --map more.csv --out more.csv", 2, "--out clashes with the input more.csv"),
    ("OUT is above the map", &[("maps/ids.csv", File(MAP))],
        "rewrite export --map maps/ids.csv --out maps", 2, "--out clashes with the input maps/ids.csv"),
    ("OUT is the rules", &[("rules.toml", File(OTHER_RULES)), ("users.jsonl", File(""))],
        "rewrite users.jsonl --map ids.csv --rules rules.toml --out rules.toml", 2, "--out clashes with the input rules.toml"),
    ("OUT is above the rules", &[("rules/rules.toml", File(OTHER_RULES)), ("data/users.jsonl", File(""))],
        "rewrite data --map ids.csv --rules rules/rules.toml --out rules", 2, "--out clashes with the input rules/rules.toml"),
    ("the report is the rules", &[("rules.toml", File(OTHER_RULES)), ("users.jsonl", File(""))],
        "rewrite users.jsonl --map ids.csv --rules rules.toml --out out --report rules.toml", 2, "--report clashes with the input rules.toml"),
    ("the change log is the rules, by a link",
        &[("rules.toml", File(OTHER_RULES)), ("link", Link("rules.toml")), ("users.jsonl", File(""))],
        "rewrite users.jsonl --map ids.csv --rules rules.toml --out out --changes link", 2, "--changes clashes with the input rules.toml"),
    ("the unmapped list is the rules", &[("rules.toml", File(OTHER_RULES)), ("users.jsonl", File(""))],
        "rewrite users.jsonl --map ids.csv --rules rules.toml --dry-run --unmapped rules.toml", 2, "--unmapped clashes with the input rules.toml"),
    ("the report is the map", &[],
        "rewrite export --map ids.csv --out out --report ids.csv", 2, "--report clashes with the input ids.csv"),
    ("the report is the map, by a link", &[("link", Link("ids.csv"))],
        "rewrite export --map ids.csv --out out --report link", 2, "--report clashes with the input ids.csv"),
    ("the report is the map, by a second name", &[("twin", Twin("ids.csv"))],
        "rewrite export --map ids.csv --out out --report twin", 2, "--report clashes with the input ids.csv"),
    ("the report is the map, spelled with dots", &[("x", Put::Folder)],
        "rewrite export --map ids.csv --out out --report ./x/../ids.csv", 2, "--report clashes with the input ids.csv"),
    ("the report is a table", &[],
        "rewrite export --map ids.csv --out out --report export/tickets.jsonl", 2, "--report clashes with the input"),
    ("the report of a dry run is a table", &[],
        "rewrite export --map ids.csv --dry-run --report export/tickets.jsonl", 2, "--report clashes with the input"),
    ("the default report is the map", &[("out.report.json", File(MAP))],
        "rewrite export --map out.report.json --out out", 2, "--report clashes with the input out.report.json"),
    ("the change log is a table", &[],
        "rewrite export --map ids.csv --out out --changes export/tickets.jsonl", 2, "--changes clashes with the input"),
    ("the change log is a table, by a link", &[("link", Link("export/tickets.jsonl"))],
        "rewrite export --map ids.csv --out out --changes link", 2, "--changes clashes with the input"),
    ("the change log is a table, by a second name", &[("twin", Twin("export/tickets.jsonl"))],
        "rewrite export --map ids.csv --out out --changes twin", 2, "--changes clashes with the input"),
    ("the change log is an unruled table", &[("export/notes.jsonl", File("{}\n"))],
        "rewrite export --map ids.csv --out out --changes export/notes.jsonl", 2, "--changes clashes with the input"),
    ("the change log would become a table", &[],
        "rewrite export --map ids.csv --out out --changes export/changes.jsonl", 2, "--changes clashes with the input"),
    ("the unmapped list is the map", &[],
        "rewrite export --map ids.csv --out out --unmapped ids.csv", 2, "--unmapped clashes with the input ids.csv"),
    ("the unmapped list is a table", &[],
        "rewrite export --map ids.csv --out out --unmapped export/tickets.jsonl", 2, "--unmapped clashes with the input"),
    ("the unmapped list of a dry run is the map", &[],
        "rewrite export --map ids.csv --dry-run --unmapped ids.csv", 2, "--unmapped clashes with the input ids.csv"),
    ("rejects would replace the map", &[("out.rejects", File(MAP))],
        "rewrite export --map out.rejects --out out --on-invalid reject", 2, "clashes with the input out.rejects"),
    ("the report is a file that goes along", &[
            ("snapshot/_tables/documents.jsonl", File("{\"name\":\"tickets\",\"id\":1}\n")),
            ("snapshot/tickets/documents.jsonl", File("{}\n")), ("snapshot/README.md", File("# Hello\n"))],
        "rewrite snapshot --map ids.csv --out out --all-tables --report snapshot/README.md", 2, "--report clashes with the input"),
    ("the report is a stored file that goes along", &[
            ("snapshot/_tables/documents.jsonl", File("{\"name\":\"tickets\",\"id\":1}\n")),
            ("snapshot/tickets/documents.jsonl", File("{}\n")), ("snapshot/_storage/photo.png", File("png"))],
        "rewrite snapshot --map ids.csv --out out --all-tables --report snapshot/_storage/photo.png", 2, "--report clashes with the input"),
    ("the change log is a schema file", &[
            ("export/ticketComments/documents.jsonl", File("{}\n")),
            ("export/ticketComments/generated_schema.jsonl", File("\"uniform\"\n"))],
        "rewrite export --map ids.csv --out out --changes export/ticketComments/generated_schema.jsonl", 2,
        "--changes clashes with the input"),

    ("two logs in one file", &[],
        "rewrite export --map ids.csv --out out --changes x --unmapped x", 2, "clashes with the output of --"),
    ("two logs in one file, spelled with dots", &[],
        "rewrite export --map ids.csv --out out --changes x --unmapped ./x", 2, "clashes with the output of --"),
    ("two logs in one file, by a link", &[("x", File("")), ("link", Link("x"))],
        "rewrite export --map ids.csv --out out --changes x --unmapped link", 2, "clashes with the output of --"),
    ("the change log is the report", &[],
        "rewrite export --map ids.csv --out out --changes x --report x", 2, "clashes with the output of --report"),
    ("the change log is the default report", &[],
        "rewrite export --map ids.csv --out out --changes out.report.json", 2, "clashes with the output of --report"),
    ("the change log is OUT", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out out.jsonl --changes out.jsonl", 2, "clashes with the output of --out"),
    ("the report is OUT", &[],
        "rewrite export --map ids.csv --out out --report out", 2, "--report clashes with the output of --out"),
    ("the report is the folder of rejects", &[],
        "rewrite export --map ids.csv --out out --report out.rejects --on-invalid reject", 2, "clashes with the output of --"),
    ("the report is in OUT", &[],
        "rewrite export --map ids.csv --out out --report out/report.json", 2, "--report clashes with the output of --out"),
    ("the report is in an OUT that stands", &[("out/old", File("old"))],
        "rewrite export --map ids.csv --out out --report out/report.json", 2, "--report clashes with the output of --out"),
    ("the change log is in the folder of rejects", &[("out.rejects/old", File("old"))],
        "rewrite export --map ids.csv --out out --changes out.rejects/changes.jsonl", 2, "clashes with the output of --"),
    ("output and report on standard output", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --report -", 2, "clashes with the output of --"),
    ("output and change log on standard output", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --changes -", 2, "clashes with the output of --"),
    ("two lists on standard output", &[],
        "rewrite export --map ids.csv --dry-run --unmapped - --changes -", 2, "clashes with the output of --"),
    ("output and report on standard output, one by its device", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out /dev/stdout --report -", 2, "clashes with the output of --"),
    ("output and report on standard output, one by its descriptor", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out - --report /dev/fd/1", 2, "clashes with the output of --"),
    ("output and report on standard output, by two devices", &[],
        "rewrite export/tickets.jsonl --map ids.csv --out /dev/stdout --report /proc/self/fd/1", 2, "clashes with the output of --"),

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
