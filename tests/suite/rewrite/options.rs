//! What the options of a run change, one by one.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

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
