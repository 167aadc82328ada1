//! `--force`: what it replaces, and what a failed run leaves alone.

use std::fs;

use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

fn no_temporary_files(folder: &Folder) {
    let left: Vec<_> = entries(&folder.path(""));
    assert!(left.iter().all(|path| !path.contains(".idswap-")), "{left:?}");
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

/// A slip of the hand must not cost a folder of something else.
#[test]
fn force_removes_no_folder_that_is_no_output() {
    for foreign in [".git/HEAD", "src/main.rs", ".profile"] {
        let folder = standard(&[]);
        folder.write(&format!("out/{foreign}"), "precious");
        let before = everything(&folder);
        let ran = run(&folder, "rewrite export --map ids.csv --out out --force");
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert_eq!(everything(&folder), before, "{foreign}");
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
        for (path, what) in [("out/old.jsonl", "old"), ("changes.jsonl", "old")] {
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

/// Names may be as long as the system allows, those beside OUT counted.
#[test]
fn long_names_are_replaced_like_others() {
    let folder = standard(&[]);
    let out = format!("{}x", "é".repeat(121));
    for data in [ticket(A) + "{\n", ticket(B)] {
        folder.write("export/tickets.jsonl", data);
        let args = "rewrite export/tickets.jsonl --map ids.csv --on-invalid reject --force --out";
        let ran = run(&folder, &format!("{args} {out}"));
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    }
    assert_eq!(folder.text(&out), ticket(BOB));
    assert!(!folder.path(&format!("{out}.rejects")).exists());
    no_temporary_files(&folder);
}
