//! How a shard names places: by offsets, for it does not know lines.

use serde_json::json;

use crate::support::folder::Folder;
use crate::support::standard::*;

/// A table, a shard of it, and the place of the first line in it that is no
/// record: the record's offset and the column.
#[rustfmt::skip]
const INVALID: &[(&str, &str, u64, u64)] = &[
    ("{", "1/1", 0, 2),
    ("{\n", "1/1", 0, 2),
    ("[1]\n{}\n", "1/2", 0, 1),
    ("{}\n{\n", "2/2", 3, 2),
    ("{}\n{\"a\":01}\n{}\n", "1/3", 3, 7),
    ("{}\r\n{}\r\n{\"a\" 1}\r\n", "2/2", 8, 6),
    ("{}\n\n{}\n", "1/1", 3, 1),
    ("{}\n{}\n \t", "3/3", 6, 3),
    ("\u{feff}{\n{}\n", "1/1", 3, 2),
    ("\u{feff}{\n{}\n", "1/50", 3, 2),
    ("\u{feff}{}\n{}{}\n", "2/2", 6, 3),
    ("{}\n\u{feff}{}\n", "1/2", 3, 1),
    ("{\"a\":\"\u{1b}[31m\"}\n", "1/1", 0, 7),
    ("{}\n{\"a\":\"\u{e9}\",é}\n", "1/2", 3, 11),
];

#[test]
fn an_invalid_line_is_named_by_its_offset() {
    for (content, shard, offset, column) in INVALID {
        for block_size in ["1", "1000"] {
            let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", content)]);
            let args = format!("rewrite tickets.jsonl --map ids.csv --out out --shard {shard}");
            let ran = run(&folder, &format!("{args} --block-size {block_size}"));
            let case = format!("{content:?} {shard}: {}", ran.stderr);
            // No record begins in the first bytes of a table with a mark.
            if *shard == "1/50" {
                assert_eq!(ran.code, Some(0), "{case}");
                continue;
            }
            assert_eq!((ran.code, ran.stdout.len()), (Some(3), 0), "{case}");
            let place = format!("tickets.jsonl:+{offset}:{column}");
            let said = ran.stderr.lines().next().expect("words");
            let message = said.strip_prefix(&format!("idswap: {place}: ")).expect(&case);
            assert_eq!(ran.stderr.lines().count(), 2, "{case}");
            assert!(!ran.stderr.contains('\u{1b}'), "{case}");
            let error = json!({"file": "tickets.jsonl", "offset": offset, "column": column, "message": message});
            let report = report(&folder);
            assert_eq!((&report["error"], &report["shard"]), (&error, &json!(shard)), "{case}");
            assert!(report.get("tables").is_none() && report.get("summary").is_none(), "{case}");
            assert_eq!(entries(&folder.path("")), ["ids.csv", "out.report.json", "tickets.jsonl"]);
            let ran = run(&folder, "report show out.report.json");
            assert_eq!(ran.code, Some(0), "{case}");
            assert!(String::from_utf8_lossy(&ran.stdout).contains(&place), "{case}");
        }
    }
}

/// The second of two shards, with all that it can leave.
#[test]
fn no_side_file_has_lines() {
    let pad = "x".repeat(300);
    let first = format!("{{\"requester_id\":\"{C}\",\"t\":\"{pad}\"}}\n");
    let second = format!("{{\"_id\":\"t2\",\"requester_id\":\"{B}\",\"assigned_to\":\"{C}\"}}\n");
    let last = ticket(A);
    let content = [&first, &second, "[]\n", &last].concat();
    assert!(first.len() > content.len() / 2, "the others are those of the second shard");
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", &content)]);
    let args = "rewrite tickets.jsonl --map ids.csv --out out --shard 2/2 --on-invalid reject \
        --changes changes.jsonl --unmapped unmapped.csv --patches patches";
    let ran = run(&folder, args);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(folder.text("out"), (second.clone() + &last).replace(B, BOB).replace(A, ALICE));
    let [at, then, end] = [&first[..], &second, "[]\n"].map(str::len);
    let (then, end) = (at + then, at + then + end);
    let place = |offset: usize| format!("{{\"table\":\"tickets\",\"offset\":{offset}");
    let change =
        |old, new| format!(",\"path\":\"/requester_id\",\"old\":\"{old}\",\"new\":\"{new}\"}}\n");
    let changes =
        [place(at), ",\"_id\":\"t2\"".to_owned(), change(B, BOB), place(end), change(A, ALICE)];
    assert_eq!(folder.text("changes.jsonl"), changes.concat());
    let unmapped =
        format!("source_id,target_id,count,table,field,line\n{C},,1,tickets,assigned_to,\n");
    assert_eq!(folder.text("unmapped.csv"), unmapped);
    assert_eq!(folder.text("out.rejects/tickets.jsonl"), "[]\n");
    for (name, offset) in [("out.rejects/reasons.jsonl", then), ("patches/left-out.jsonl", end)] {
        let mut reason = json(&folder.text(name));
        let members = reason.as_object_mut().expect("an object");
        assert!(members.remove("message").is_some_and(|message| message.is_string()), "{name}");
        members.remove("column");
        assert_eq!(reason, json!({"table": "tickets", "offset": offset}), "{name}");
    }
}
