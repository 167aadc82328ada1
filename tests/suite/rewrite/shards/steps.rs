//! The steps after a run in shards take what was joined as that of one run; and
//! pieces that were cut upstream.

use super::reports::{both, content};
use crate::support::folder::Folder;
use crate::support::standard::*;

const MAPPED: &str = "--map ids.csv";

/// Records that need nobody's attention.
fn calm() -> String {
    [A, B, A, A, B].map(ticket).concat()
}

#[test]
fn verify_accepts_what_was_joined() {
    for (content, args, code) in
        [(calm(), MAPPED, 0), (content(), "--map ids.csv --on-invalid reject", 1)]
    {
        let folder = both(&content, 3, args);
        if code == 1 {
            let rejects = |ending: &str| {
                let parts = (1..=3).filter_map(|n| {
                    std::fs::read(folder.path(&format!("{n}.rejects/{ending}"))).ok()
                });
                parts.collect::<Vec<_>>().concat()
            };
            let all = rejects("tickets.jsonl");
            assert_eq!(all, b"[]\n");
            folder.write("rejects/tickets.jsonl", all);
        }
        let rejects = if code == 1 { "--rejects rejects" } else { "" };
        for after in ["joined.jsonl", "whole"] {
            let args =
                format!("verify tickets.jsonl {after} --table tickets --map ids.csv {rejects}");
            let ran = run(&folder, &args);
            assert_eq!(ran.code, Some(0), "{after}: {}", ran.stderr);
        }
        let twice = [folder.read("joined.jsonl"), folder.read("1")].concat();
        folder.write("twice.jsonl", twice);
        let args =
            format!("verify tickets.jsonl twice.jsonl --table tickets --map ids.csv {rejects}");
        assert_eq!(run(&folder, &args).code, Some(1), "a shard too many");
    }
}

/// The log of shards has no lines: its records are found by their `_id`.
#[test]
fn undo_takes_back_what_was_joined() {
    let mut number = 0;
    let content = content().replace("[]\n", "{}\n");
    let marked = content.split_inclusive('{').map(|piece| {
        number += 1;
        piece.replace('{', &format!("{{\"_id\":\"t{number}\","))
    });
    let content = marked.collect::<String>().replace(",}", "}");
    let folder = both(&content, 3, MAPPED);
    let undo = "undo joined.jsonl --table tickets --changes joined.changes --out back.jsonl";
    let ran = run(&folder, undo);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // A mark is dropped for good.
    assert_eq!(folder.text("back.jsonl"), content.trim_start_matches('\u{feff}'));
    assert_ne!(folder.text("joined.jsonl"), folder.text("back.jsonl"));
}

/// A run's arguments, and whether `report check` lets it pass.
#[rustfmt::skip]
const CHECKED: &[(&str, bool, bool)] = &[
    (MAPPED, true, true),
    (MAPPED, false, false),
    ("--map ids.csv --digest sha256", true, true),
    ("--map ids.csv --digest none", true, false),
    ("--map ids.csv --strict", true, true),
    ("--map ids.csv --strict", false, false),
];

#[test]
fn check_judges_the_merged_report_as_that_of_one_run() {
    for (args, is_calm, clear) in CHECKED {
        let content = if *is_calm { calm() } else { calm() + &ticket(C) };
        let folder = both(&content, 3, args);
        for name in ["whole.json", "merged.json"] {
            let ran = run(&folder, &format!("report check {name}"));
            assert_eq!(ran.code, Some(i32::from(!clear)), "{args} {name}: {}", ran.stderr);
        }
    }
}

/// A part of the data is nothing to import, however well its run ended.
#[test]
fn no_shard_is_clear_on_its_own() {
    for of in [1, 3] {
        let folder = both(&calm(), of, MAPPED);
        for number in 1..=of {
            let ran = run(&folder, &format!("report check {number}.json"));
            assert_eq!(ran.code, Some(1), "{number}/{of}: {}", ran.stderr);
        }
        assert_eq!(run(&folder, "report check merged.json").code, Some(0));
    }
}

/// Each file that a merged report names is looked at.
#[test]
fn check_sees_a_change_of_any_part() {
    let folder = both(&calm(), 3, MAPPED);
    for (file, at) in [("1", 0), ("2", 5), ("3", 1), ("ids.csv", 9), ("tickets.jsonl", 3)] {
        let before = folder.read(file);
        let mut after = before.clone();
        after[at] ^= 1;
        folder.write(file, after);
        let ran = run(&folder, "report check merged.json");
        assert_eq!(ran.code, Some(1), "{file}: {}", ran.stderr);
        let shown = String::from_utf8(ran.stdout).expect("UTF-8");
        assert!(
            shown.lines().any(|line| line.contains("changed") && line.contains(file)),
            "{shown}"
        );
        folder.write(file, &before[..before.len() - 1]);
        assert_eq!(run(&folder, "report check merged.json").code, Some(1), "{file}");
        folder.write(file, before);
        assert_eq!(run(&folder, "report check merged.json").code, Some(0), "{file}");
    }
}

/// The last of three shards changes, and no other part of the file does.
#[test]
fn check_sees_a_change_behind_the_last_record() {
    let folder = both(&calm(), 3, MAPPED);
    folder.write("tickets.jsonl", calm() + &ticket(A));
    assert_eq!(run(&folder, "report check merged.json").code, Some(1));
}

#[test]
fn dry_runs_are_not_clear() {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", &calm())]);
    for number in 1..=2 {
        let args = "rewrite tickets.jsonl --map ids.csv --dry-run";
        let ran = run(&folder, &format!("{args} --shard {number}/2 --report {number}.json"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    let merged = run(&folder, "report merge 1.json 2.json");
    assert_eq!(json(str::from_utf8(&merged.stdout).expect("UTF-8"))["dryRun"], true);
    folder.write("merged.json", merged.stdout);
    let ran = run(&folder, "report check merged.json");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
}

/// As `split -n l/N` cuts: the pieces end at newlines.
fn pieces(content: &str, of: usize) -> Vec<&str> {
    let ends = |at: usize| {
        let rest = content.as_bytes()[at..].iter().position(|byte| *byte == b'\n');
        rest.map_or(content.len(), |more| at + more + 1)
    };
    let cuts: Vec<_> = (1..of).map(|n| ends(content.len() * n / of)).collect();
    let begins = std::iter::once(0).chain(cuts.iter().copied());
    begins.zip(cuts.iter().copied().chain([content.len()])).map(|(a, b)| &content[a..b]).collect()
}

#[test]
fn pieces_go_through_pipes() {
    let content = content().replace("[]\n", "").replace('\u{feff}', "");
    let folder = both(&content, 1, MAPPED);
    for of in [1, 2, 3, 50] {
        let (mut joined, mut total) = (Vec::new(), 0);
        for piece in pieces(&content, of) {
            let args = "rewrite - --table tickets --map ids.csv --out - --report report.json";
            let args: Vec<_> = args.split_whitespace().collect();
            let ran = folder.idswap_fed(&args, piece.as_bytes());
            assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
            joined.extend(ran.stdout);
            let report = json(&folder.text("report.json"));
            assert!(report.get("shard").is_none());
            total += report["summary"]["totalRecords"].as_u64().expect("a count");
        }
        assert!(joined == folder.read("whole"), "{of}");
        assert_eq!(total, content.lines().count() as u64);
    }
}
