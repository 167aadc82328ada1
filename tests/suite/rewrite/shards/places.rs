//! A shard reads its range, the byte before it and the end of its last record:
//! of files larger than anything could read, too.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;

use serde_json::Value;

use crate::support::folder::Folder;
use crate::support::standard::*;

/// A tebibyte, of which nothing is on disk but what is written.
const SIZE: u64 = 1 << 40;

/// A record of 64 bytes: A's, if it is not another one's.
fn record(id: &str) -> String {
    format!("{:63}\n", ticket(id).trim_end())
}

/// The report of a shard of the large file, and its output.
fn shard(folder: &Folder, number: u64, of: u64) -> (Value, String) {
    let args = "rewrite tickets.jsonl --map ids.csv --out out --threads 2 --force";
    let ran = run(folder, &format!("{args} --shard {number}/{of}"));
    assert_eq!(ran.code, Some(0), "{number}/{of}: {}", ran.stderr);
    (report(folder), folder.text("out"))
}

/// The range and its records lie in the midst of zeros, which are no records.
#[test]
fn a_shard_of_a_tebibyte_is_done_at_once() {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    let path = folder.path("tickets.jsonl");
    let file = OpenOptions::new().write(true).create_new(true).open(path).expect("a file");
    file.set_len(SIZE).expect("a sparse file");
    let (of, number) = (1 << 20, 700_000);
    let range = SIZE / of;
    let begin = range * (number - 1);
    let records = record(A).repeat(1000) + &record(B).repeat((range / 64) as usize - 1001);
    // The last of them ends in the next range, which it fills.
    let blanks = " ".repeat(63 + range as usize - ticket(A).trim_end().len());
    let last = format!("{}{blanks}\n", ticket(A).trim_end());
    let written = ["\n", &records, &last].concat();
    file.write_all_at(written.as_bytes(), begin - 1).expect("written");

    let (report, out) = shard(&folder, number, of);
    let table = &report["tables"]["tickets"];
    assert_eq!(table["total"], range / 64);
    assert_eq!(
        (&table["input"]["offset"], &table["input"]["fileBytes"]),
        (&begin.into(), &SIZE.into())
    );
    assert_eq!(table["input"]["bytes"], written.len() as u64 - 1);
    assert!(out == written[1..].replace(A, ALICE).replace(B, BOB));
    // Nothing begins before, and what lies behind is the end of a record.
    for (number, of) in [(number - 1, of), (number + 1, of), (1 << 33, 1 << 34)] {
        let (report, out) = shard(&folder, number, of);
        let table = &report["tables"]["tickets"];
        assert_eq!((&table["total"], &*out), (&0.into(), ""), "{number}/{of}");
        assert_eq!(
            (&table["input"]["bytes"], &report["warnings"]),
            (&0.into(), &Value::Array(Vec::new()))
        );
    }
    // One record: its range ends exactly at its newline.
    let of = SIZE / 64;
    let (report, out) = shard(&folder, begin / 64 + 1, of);
    assert_eq!(report["tables"]["tickets"]["input"]["bytes"], 64);
    assert_eq!(out, record(A).replace(A, ALICE));
}
