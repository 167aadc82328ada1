//! A shard may be tried again, and at once: whatever stands there, one complete
//! output does in the end.

use std::thread::sleep;
use std::time::Duration;

use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

const SHARD: &str = "rewrite tickets.jsonl --map ids.csv --shard 2/3 --out part --force \
    --report part.json --changes changes.jsonl --unmapped open.csv --on-invalid reject";

fn folder() -> Folder {
    let records = [ticket(A), ticket(C), "[]\n".to_owned(), ticket(B)].concat();
    Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", &records.repeat(300))])
}

/// All that a complete attempt leaves.
fn complete() -> Folder {
    let folder = folder();
    let ran = run(&folder, SHARD);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let left = ["changes.jsonl", "open.csv", "part", "part.json", "part.rejects/tickets.jsonl"];
    left.iter().for_each(|path| assert!(!folder.read(path).is_empty(), "{path}"));
    folder
}

/// What earlier attempts left.
#[rustfmt::skip]
const STANDING: &[&[(&str, Put)]] = &[
    &[],
    &[("part.json", File("half a rep"))],
    &[("changes.jsonl", File("old"))],
    &[("part", File("old")), ("part.json", File("old"))],
    &[("part", File("old")), ("part.json", File("old")), ("changes.jsonl", File("old")), ("open.csv", File("old")), ("part.rejects/tickets.jsonl", File("old")), ("part.rejects/reasons.jsonl", File("old"))],
];

#[test]
fn a_retry_replaces_what_earlier_attempts_left() {
    let complete = complete();
    for standing in STANDING {
        let folder = folder();
        standing.iter().for_each(|(path, what)| put(&folder, path, *what));
        for _ in 0..2 {
            let ran = run(&folder, SHARD);
            assert_eq!(ran.code, Some(1), "{}", ran.stderr);
            assert!(everything(&folder) == everything(&complete));
        }
    }
    let before = everything(&complete);
    let ran = run(&complete, &SHARD.replace("--force", ""));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(everything(&complete) == before);
}

/// A retry that fails changes nothing but the report.
#[test]
fn a_failed_retry_leaves_the_output_of_an_earlier_attempt() {
    let folder = complete();
    let mut before = everything(&folder);
    let ran = run(&folder, &SHARD.replace("reject", "fail"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let mut after = everything(&folder);
    for all in [&mut before, &mut after] {
        all.1.remove("part.json");
    }
    assert!(after == before);
}

/// Starts several attempts at once.
fn at_once(folder: &Folder, many: usize) -> Vec<Ran> {
    let args: Vec<_> = SHARD.split_whitespace().collect();
    let start = |_| folder.command(&args).spawn().expect("started");
    let children: Vec<_> = (0..many).map(start).collect();
    children.into_iter().map(|child| Ran::from(child.wait_with_output().expect("ended"))).collect()
}

#[test]
fn attempts_at_once_leave_one_complete_output() {
    let expected = everything(&complete());
    for repetition in 0..6 {
        let folder = if repetition % 2 == 0 { folder() } else { complete() };
        for ran in at_once(&folder, 2 + repetition / 2) {
            assert_eq!(ran.code, Some(1), "{repetition}: {}", ran.stderr);
        }
        let left = everything(&folder);
        assert!(left == expected, "{repetition}: {:?}", left.0);
    }
}

/// An attempt is killed while it writes: it waits for a reader of its change
/// log that does not come.
#[test]
fn a_killed_attempt_can_be_repeated() {
    for stands in [false, true] {
        let folder = if stands { complete() } else { folder() };
        let fifo = folder.fifo("log");
        let before = entries(&folder.path(""));
        // Opened for both: it neither waits for anybody nor is it read.
        let _pipe = std::fs::OpenOptions::new().read(true).write(true).open(fifo).expect("opened");
        let stuck =
            SHARD.replace("changes.jsonl", "log").replace("2/3", "1/1") + " --block-size 64";
        let mut child =
            folder.command(&stuck.split_whitespace().collect::<Vec<_>>()).spawn().expect("started");
        while !entries(&folder.path("")).iter().any(|path| path.contains(".idswap-")) {
            assert_eq!(child.try_wait().expect("a child"), None, "it ended early");
            sleep(Duration::from_millis(1));
        }
        child.kill().expect("killed");
        assert_eq!(child.wait().expect("ended").code(), None);
        let new = entries(&folder.path("")).into_iter().filter(|path| !before.contains(path));
        let new: Vec<_> = new.collect();
        assert!(!new.is_empty() && new.iter().all(|path| path.starts_with('.')), "{new:?}");
        let ran = run(&folder, SHARD);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let complete = complete();
        for path in entries(&complete.path("")).iter().filter(|path| !path.ends_with('/')) {
            assert!(folder.read(path) == complete.read(path), "{path}");
        }
    }
}
