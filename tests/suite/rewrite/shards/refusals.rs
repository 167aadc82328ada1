//! What cannot be read from its middle, and what is no shard.

use crate::rewrite::refusals::{Case, check_all};
use crate::support::folder::Folder;
use crate::support::standard::*;

#[rustfmt::skip]
const NO_FILES: &[Case] = &[
    ("a folder", &[], "rewrite export --map ids.csv --out out --shard 1/2", 2, "export: "),
    ("standard input", &[], "rewrite - --table tickets --map ids.csv --out out --shard 1/2", 2, "-: "),
    ("a missing file", &[], "rewrite nowhere.jsonl --map ids.csv --out out --shard 1/2", 4, "nowhere.jsonl: cannot read"),
    ("a missing file, the only shard", &[], "rewrite nowhere.jsonl --map ids.csv --out out --shard 1/1", 4, "nowhere.jsonl: cannot read"),
    ("a link to nothing", &[("link.jsonl", Link("nowhere"))], "rewrite link.jsonl --table tickets --map ids.csv --out out --shard 1/2", 4, "link.jsonl: cannot read"),
    ("a folder in a dry run", &[], "rewrite export --map ids.csv --dry-run --shard 1/2", 2, "export: "),
    ("OUT that stands", &[("out", File("old"))], "rewrite export/tickets.jsonl --map ids.csv --out out --shard 1/2", 2, "out"),
    ("OUT that is the file", &[], "rewrite export/tickets.jsonl --map ids.csv --out export/tickets.jsonl --shard 1/2 --force", 2, "export/tickets.jsonl"),
];

#[test]
fn only_a_file_has_shards() {
    check_all(NO_FILES, &[]);
}

/// Packed files and streams, made by other programs.
#[test]
fn packed_files_and_streams_have_no_shards() {
    let folder = standard(&[]);
    for (name, made) in [
        ("tickets.jsonl.gz", "rewrite export/tickets.jsonl --map ids.csv --out tickets.jsonl.gz"),
        ("tickets.jsonl.zst", "rewrite export/tickets.jsonl --map ids.csv --out tickets.jsonl.zst"),
        ("tickets.zip", "rewrite export --map ids.csv --out tickets.zip"),
    ] {
        assert_eq!(run(&folder, made).code, Some(0), "{name}");
    }
    folder.fifo("tickets.jsonl");
    let names = ["tickets.jsonl.gz", "tickets.jsonl.zst", "tickets.zip", "tickets.jsonl"];
    let before = entries(&folder.path(""));
    for name in names {
        for shard in ["1/1", "2/3"] {
            let args = format!("rewrite {name} --map ids.csv --out out --shard {shard}");
            let ran = run(&folder, &args);
            assert_eq!((ran.code, ran.stdout.len()), (Some(2), 0), "{name}: {}", ran.stderr);
            assert!(ran.stderr.starts_with(&format!("idswap: {name}: ")), "{name}: {}", ran.stderr);
            assert_eq!(ran.stderr.lines().count(), 2, "{name}: {}", ran.stderr);
            assert_eq!(entries(&folder.path("")), before, "{name}");
        }
    }
}

/// What is no I/N, with I from 1 to N.
const NO_SHARDS: [&str; 29] = [
    "",
    " ",
    "/",
    "1",
    "1/",
    "/2",
    "0/2",
    "3/2",
    "0/0",
    "1/0",
    "-1/2",
    "1/-2",
    "+1/2",
    "1/+2",
    " 1/2",
    "1/2 ",
    "1 / 2",
    "1/2/3",
    "1//2",
    "1\\2",
    "1:2",
    "1of2",
    "1.0/2",
    "1e0/2",
    "0x1/2",
    "a/b",
    "1/18446744073709551616",
    "٣/٧",
    "1/2\u{1b}[31m",
];

#[test]
fn a_shard_is_one_of_all() {
    let folder = standard(&[]);
    let before = entries(&folder.path(""));
    for shard in NO_SHARDS {
        let shard = format!("--shard={shard}");
        let args = ["rewrite", "export/tickets.jsonl", "--map", "ids.csv", "--out", "out", &shard];
        let ran = folder.idswap(&args);
        assert_eq!((ran.code, ran.stdout.len()), (Some(2), 0), "{shard:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("--shard"), "{shard:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains('\u{1b}'), "{shard:?}: {:?}", ran.stderr);
        assert_eq!(entries(&folder.path("")), before, "{shard:?}");
    }
}

/// So many shards that the last number is the largest there is.
#[test]
fn numbers_may_be_as_large_as_they_get() {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", &ticket(A))]);
    for (shard, holds) in [
        ("1/18446744073709551615", false),
        ("18446744073709551615/18446744073709551615", false),
        ("01/001", true),
    ] {
        let args = format!("rewrite tickets.jsonl --map ids.csv --out out --force --shard {shard}");
        let ran = run(&folder, &args);
        assert_eq!(ran.code, Some(0), "{shard}: {}", ran.stderr);
        let expected = if holds { ticket(ALICE) } else { String::new() };
        assert_eq!(folder.text("out"), expected, "{shard}");
    }
    assert_eq!(report(&folder)["shard"], "1/1");
}
