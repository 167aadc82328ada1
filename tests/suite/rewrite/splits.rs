//! Wherever a table is cut into blocks, a run leaves the same bytes, counts
//! and words.

use std::io::Write;

use serde_json::Value;

use crate::models::oracle::expect;
use crate::models::worlds::{Asked, Case, MAP, OUT};
use crate::rewrite::properties::{check, quick_folder, root, run};
use crate::support::folder::{Folder, Ran};

const SOURCE: &str = "0e8f2c1a-B7d4-4e0f-9a3c-5d6e7f801234";

/// Lines around which a careless reader would stumble: `@` is the source.
const RECORDS: [&str; 12] = [
    "{\"requester_id\":\"@\",\"t\":\"\\\\\"}\n",
    "{\"t\":\"\\\\\\\"\",\"requester_id\" : \"@\"}\r\n",
    "{\"requester_id\":\"\\\"\",\"t\":\"\\\\\\\\\"}\n",
    "{}\n",
    "{\"assigned_to\":\"@\",\"t\":\"\u{e9}\u{20ac}\u{1f600}\"}\n",
    "{\"\\u0072equester_id\":\"\\ud83d\\ude00\",\"t\":\"\\ud800\"}\n",
    " {\"requester_id\":-1.5E+300,\"n\":1700000000000.0}\t\r\n",
    "{\"requester_id\":[{\"requester_id\":\"@\"}],\"assigned_to\":null}\n",
    "{\"t\":\"{\\n}\",\"requester_id\":\"@\",\"requester_id\":\"@\"}\n",
    "{\"t\":\"..................................................................\"}\n",
    "{\"requester_id\":\"\u{2028}\"}\n",
    "{\"requester_id\":\"11111111-2222-3333-4444-555555555555\"}",
];

/// Lines that are no record, one for each way in which a block could tempt a
/// reader to misjudge them.
const BROKEN: [&[u8]; 6] = [
    b"\n",
    b"{\"t\":\"\\\n",
    b"{\"t\":\"\xe2\x82\n",
    b"{\"requester_id\":\r\n",
    b"{}{}\n",
    b"\xef\xbb\xbf{}\n",
];

fn case(content: Vec<u8>, asked: Asked) -> Case {
    let rows = vec![(SOURCE.to_owned(), "user_2OrUA3aRnSnKyBzqscwLftvIASC".to_owned())];
    Case { rows, asked, ..Case::of_tickets(content) }
}

fn content() -> Vec<u8> {
    RECORDS.concat().replace('@', SOURCE).into_bytes()
}

/// Runs a case with blocks of every size up to the whole table and beyond.
fn holds_at_every_split(case: &Case, threads: &[usize]) {
    let folder = quick_folder();
    case.write(folder.path());
    let whole = run(case, folder.path(), 1, 1 << 20);
    check(&whole, &expect(case, &root(&folder)));
    for block_size in 1..=case.tables["tickets"].content.len() + 1 {
        for &threads in threads {
            let left = run(case, folder.path(), threads, block_size);
            assert!(
                left == whole,
                "{threads} threads, blocks of {block_size}: {left:#?}\nwhole: {whole:#?}"
            );
        }
    }
}

#[test]
fn splits_never_show_in_valid_tables() {
    let with_mark = [b"\xef\xbb\xbf", &*content()].concat();
    let with_newline = [&*content(), b"\n"].concat();
    for content in [content(), with_mark, with_newline] {
        holds_at_every_split(&case(content, Asked::default()), &[1, 2]);
    }
}

/// Short records with a bad line before, between or after them, and in every
/// other table a second one, which must not be taken for the first.
fn broken_tables() -> Vec<Vec<u8>> {
    let table = |(number, broken): (usize, &&[u8])| {
        let records =
            ["{\"requester_id\":\"@\"}\n", "{\"t\":\"\u{e9}\\\\\"}\r\n", "{\"assigned_to\":1}\n"];
        let mut lines = records.map(|record| record.replace('@', SOURCE).into_bytes()).to_vec();
        lines.insert(number % 4, broken.to_vec());
        lines.extend((number % 2 == 0).then(|| b"{\"late\"}".to_vec()));
        lines.concat()
    };
    BROKEN.iter().enumerate().map(table).collect()
}

#[test]
fn splits_never_move_an_error() {
    for content in broken_tables() {
        holds_at_every_split(&case(content, Asked::default()), &[1, 2]);
    }
}

#[test]
fn splits_never_show_in_rejects() {
    for content in broken_tables() {
        let asked = Asked { reject: true, ..Asked::default() };
        holds_at_every_split(&case(content, asked), &[1, 2]);
    }
}

/// Feeds a table to the program in small pieces; what it leaves must not
/// depend on its options.
fn stream(content: &[u8]) -> (Ran, Vec<u8>) {
    let folder = Folder::new();
    folder.write(MAP, case(Vec::new(), Asked::default()).csv());
    let mut ways = [("1", "1"), ("2", "2"), ("1", "3"), ("5", "7"), ("2", "64"), ("2", "4096")]
        .iter()
        .map(|(threads, block_size)| {
            let more =
                ["--report", "report.json", "--threads", threads, "--block-size", block_size];
            (feed(&folder, content, &more), folder.read("report.json"))
        });
    let first = ways.next().expect("a way");
    // Output of a refused run is void, so how much came is left open.
    let lasting = |(ran, report): &(Ran, Vec<u8>)| {
        let stdout = if ran.code == Some(3) { Vec::new() } else { ran.stdout.clone() };
        (ran.code, stdout, ran.stderr.clone(), String::from_utf8_lossy(report).into_owned())
    };
    ways.for_each(|other| assert_eq!(lasting(&other), lasting(&first)));
    first
}

fn feed(folder: &Folder, content: &[u8], more: &[&str]) -> Ran {
    let args = [&["rewrite", "-", "--table", "tickets", "--map", MAP, "--out", "-"], more].concat();
    let mut child = folder.command(&args).spawn().expect("started");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::thread::scope(|scope| {
        // A program that met an error does not read on.
        scope.spawn(move || content.chunks(5).try_for_each(|piece| stdin.write_all(piece)));
        Ran::from(child.wait_with_output().expect("ended"))
    })
}

#[test]
fn splits_never_show_in_streams() {
    let content = content();
    let expected = expect(&case(content.clone(), Asked::default()), "");
    let (ran, report) = stream(&content);
    assert_eq!(ran.code, Some(expected.exit));
    assert!(ran.stdout == expected.files[&format!("{OUT}/tickets.jsonl")]);
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!(report["summary"], expected.report["summary"]);
    let counts = |report: &Value| report["tables"]["tickets"]["fields"].clone();
    assert_eq!(counts(&report), counts(&expected.report));
}

#[test]
fn splits_never_move_an_error_of_a_stream() {
    for content in broken_tables() {
        let expected = expect(&case(content.clone(), Asked::default()), "");
        let place = expected.error.expect("an error");
        let (_, place) = place.split_once(".jsonl").expect("a file");
        let (ran, _) = stream(&content);
        assert_eq!(ran.code, Some(3));
        assert!(ran.stderr.starts_with(&format!("idswap: -{place}")), "{}", ran.stderr);
    }
}
