//! Tables of every shape, in any number of shards, by any threads and blocks.

use idswap::Digest;
use idswap::rewrite::{OnInvalid, OnUnmapped, Options};
use idswap::rules;

use super::joined::check;
use super::open_ticket;
use super::trial::Trial;
use crate::support::folder::Folder;
use crate::support::standard::*;

/// A second ID that no map has, and one of the target's form.
const D: &str = "d00d0000-0000-4000-8000-000000000004";
const NEW: &str = "user_2CarolCarolCarolCarolCarol0";

/// A text with the names of IDs in place of them.
pub fn filled(text: &str) -> Vec<u8> {
    let ids = [("@A", A), ("@B", B), ("@C", C), ("@D", D), ("@T", ALICE), ("@N", NEW)];
    let filled = ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
    // The one byte that no text holds.
    filled.split('\u{fffd}').map(str::as_bytes).collect::<Vec<_>>().join(&0xff)
}

/// The tables: what is special, and the content.
#[rustfmt::skip]
const TABLES: &[(&str, &str)] = &[
    ("LF", "{\"requester_id\":\"@A\"}\n{\"requester_id\":\"@C\"}\n{\"assigned_to\":\"@B\"}\n"),
    ("CRLF", "{\"requester_id\":\"@A\"}\r\n{\"requester_id\":\"@C\"}\r\n{}\r\n{\"requester_id\":\"@B\"}\r\n"),
    ("mixed, no final newline", "{\"requester_id\":\"@A\"}\r\n{\"requester_id\":\"@D\"}\n{\"requester_id\":\"@B\"}"),
    ("a final CR", "{\"requester_id\":\"@A\"}\n{\"requester_id\":\"@B\"}\r"),
    ("nothing", ""),
    ("one record", "{\"requester_id\":\"@A\"}\n"),
    ("one record without an end", "{\"requester_id\":\"@A\"}"),
    ("the shortest records", "{}\n{}\n{}\n{}\n{}"),
    ("a mark", "\u{feff}{\"requester_id\":\"@A\"}\n{\"requester_id\":\"@B\"}\n"),
    ("a mark alone", "\u{feff}"),
    ("a mark and one record", "\u{feff}{\"requester_id\":null}"),
    ("a mark among records", "{\"requester_id\":\"@A\"}\n\u{feff}{\"requester_id\":\"@B\"}\n"),
    // 64 bytes each: halves, quarters and eighths end at a newline.
    ("equal records", "{\"requester_id\":\"@A\",\"t\":\"1\"}   \n{\"requester_id\":\"@B\",\"t\":\"22\"}  \n{\"requester_id\":\"@C\",\"t\":\"333\"} \n{\"requester_id\":\"@D\",\"t\":\"4444\"}\n"),
    ("blank lines", "\n\n\r\n \n\n"),
    ("a blank line at the end", "{\"requester_id\":\"@A\"}\n\n"),
    ("invalid lines", "{\"requester_id\":\"@A\"}\n\n[\"@A\"]\r\n{\"requester_id\":\"@B\"\n{\"t\":\"\u{fffd}\"}\n{\"requester_id\":\"@B\"}\n{"),
    ("a creation time", "{\"requester_id\":\"@A\",\"_creationTime\":1.5}\n{}\n{\"requester_id\":\"@B\"}\n"),
    ("a mark and a creation time", "\u{feff}{\"_creationTime\":1,\"requester_id\":\"@A\"}\n{}\n"),
    ("a later creation time", "{\"requester_id\":\"@A\"}\n{}\n{\"_creationTime\":1.5,\"requester_id\":\"@B\"}\n"),
    ("nothing to map", "{\"requester_id\":\"@T\"}\n{\"requester_id\":\"@N\"}\n"),
];

/// A table in which every fate is met.
const RICH: &str = "{\"_id\":\"1\",\"requester_id\":\"@A\",\"assigned_to\":\"@B\",\"n\":1700000000000.0}\n\
    {\"_id\":\"2\", \"requester_id\" : \"@C\",\"assigned_to\":null}\r\n\
    {\"_id\":\"3\",\"requester_id\":null,\"assigned_to\":\"@A\"}\n\
    {\"_id\":\"4\",\"assigned_to\":\"B0B00000-0000-4000-8000-000000000002\"}\n\
    {\"requester_id\":\"@A\"}\n\
    {\"_id\":\"6\",\"requester_id\":\"@A\",\"requester_id\":\"@B\"}\n\
    {\"_id\":\"7\",\"requester_id\":7,\"assigned_to\":[\"@A\"]}\r\n\
    {\"_id\":\"8\",\"requester_id\":\"nobody\",\"t\":\"\\ud800\"}\n\
    {\"_id\":\"9\",\"requester_id\":\"\",\"assigned_to\":\"@D\"}\n\
    {\"_id\":\"10\",\"requester_id\":\"\\u00611ce000-0000-4000-8000-000000000001\",\"assigned_to\":\"@C\"}\n\
    {\"_id\":\"11\",\"requester_id\":\"@T\",\"t\":\"\\udfff\"}\n\
    {\"_id\":\"12\",\"requester_id\":\"@N\",\"assigned_to\":true}\n\
    {\"_id\":\"13\",\"requester_id\":null,\"_creationTime\":1.5}\n\
    {\"_id\":\"14\",\"requester_id\":\"some\\u0009body\\u001b\",\"assigned_to\":\"@A\"}\n\
    {\"_id\":\"15\",\"requester_id\":\"@B\"}";

/// A map that has something of everything to warn of.
const ODD_MAP: &str = "source_id,target_id\n@A,@T\n@A,@T\n@B,@T\n@D,\n\
    11111111-0000-4000-8000-000000000005,@N\n22222222-0000-4000-8000-000000000006,odd\n";

fn options(folder: &Folder, map: &str) -> Options {
    folder.write("ids.csv", filled(map));
    Options { on_invalid: OnInvalid::Reject, ..Options::new("", folder.path("ids.csv")) }
}

fn trial(content: &[u8], change: Change) -> Trial {
    let folder = Folder::in_memory();
    let mut options = options(&folder, MAP);
    change(&mut options);
    Trial::new(folder, content, options)
}

const BLOCKS: [(usize, usize); 6] = [(1, 1), (3, 7), (1, 1 << 18), (3, 1), (1, 7), (3, 1 << 18)];

/// Shards as many as each of `numbers` says, one after the other by other
/// threads and blocks.
fn holds(trial: &Trial, numbers: &[usize]) {
    let whole = trial.whole();
    for (of, (threads, block_size)) in numbers.iter().zip(BLOCKS.iter().cycle()) {
        check(trial, &whole, &trial.shards(*of, *threads, *block_size));
    }
}

/// By all threads and blocks; then more shards, among them more than there
/// are records, and where that is few more than there are bytes.
fn numbers(content: &[u8]) -> Vec<usize> {
    let most = if content.len() < 50 { content.len() + 1 } else { 50 };
    [[3; 6], [1, 2, 4, 7, 8, most]].concat()
}

#[test]
fn shards_of_any_table_are_the_table() {
    for (case, content) in TABLES.iter().chain([&("everything", RICH)]) {
        let content = filled(content);
        println!("{case}");
        holds(&trial(&content, |_| ()), &numbers(&content));
    }
}

/// Without `--on-invalid reject`, the first invalid line of all is that of the
/// first shard that has one.
#[test]
fn shards_end_at_the_first_invalid_line() {
    for (case, content) in TABLES {
        let content = filled(content);
        println!("{case}");
        let fail = trial(&content, |options| options.on_invalid = OnInvalid::Fail);
        holds(&fail, &[1, 2, 3, 7]);
    }
}

/// Asks something of a run.
type Change = fn(&mut Options);

/// What is asked of a run.
#[rustfmt::skip]
const ASKED: &[(&str, Change)] = &[
    ("nothing", |_| ()),
    ("--strict", |options| options.strict = true),
    ("--dry-run", |options| options.dry_run = true),
    ("--digest sha256", |options| options.digest = Digest::Sha256),
    ("--digest none", |options| options.digest = Digest::None),
    ("--on-unmapped fail", |options| options.on_unmapped = OnUnmapped::Fail),
    ("--on-unmapped fail --dry-run --strict", |options| {
        (options.on_unmapped, options.dry_run, options.strict) = (OnUnmapped::Fail, true, true);
    }),
    ("--patch-batch 1", |options| options.patch_batch = 1),
    ("--patch-batch 2", |options| options.patch_batch = 2),
    ("--patch-batch 1000", |options| options.patch_batch = 1000),
    ("--table ticketComments", |options| options.table = Some("ticketComments".to_owned())),
];

/// A run that refuses its unmapped IDs says nothing of patches, while those of
/// its shards that have none do; reports of dry runs do not tell which refused.
fn asking(content: &[u8], change: Change) -> Trial {
    let trial = trial(content, change);
    if trial.refuses_unmapped() && trial.is_dry() { trial.without_patches() } else { trial }
}

#[test]
fn shards_do_all_that_is_asked_of_a_run() {
    for (case, change) in ASKED {
        println!("{case}");
        holds(&asking(&filled(RICH), *change), &[1, 2, 3, 7]);
        // All well, nothing to map, and nothing at all.
        for content in [[A, B].map(ticket).concat(), ticket(ALICE).repeat(3), String::new()] {
            println!("{content:?}");
            holds(&asking(content.as_bytes(), *change), &[1, 2, 3]);
        }
    }
}

#[test]
fn shards_warn_of_the_map_as_one_run_does() {
    for content in [filled(RICH), filled(TABLES[0].1), Vec::new()] {
        for strict in [false, true] {
            let folder = Folder::in_memory();
            let options = Options { strict, ..options(&folder, ODD_MAP) };
            holds(&Trial::new(folder, &content, options), &[1, 2, 3, 7]);
        }
    }
}

/// A record that lies in many ranges is that of the shard in which it begins.
#[test]
fn a_record_may_span_many_shards() {
    let long = format!("{{\"t\":\"{}\",\"requester_id\":\"{A}\"}}\n", "x".repeat(5000));
    let records = [&ticket(B), &long, &ticket(C), &long, long.trim_end()];
    for records in [&records[..], &records[1..2], &records[4..], &records[..2]] {
        holds(&trial(records.concat().as_bytes(), |_| ()), &[2, 3, 7, 20]);
    }
}

/// As a rule, a path of names and one of values may meet.
#[test]
fn shards_obey_rules_that_meet() {
    let folder = Folder::in_memory();
    let rule = |path, how| format!("[[field]]\ntable = \"tickets\"\npath = \"{path}\"\n{how}");
    let rules = rule("*.a", "") + &rule("a.a", "match = \"keys\"\n");
    folder.write("rules.toml", format!("version = 1\n{rules}"));
    let path = folder.path("rules.toml");
    let plan = rules::read(&path).expect("rules");
    let options = Options { plan, rules: Some(path), ..options(&folder, MAP) };
    let content = filled("{\"a\":{\"a\":{\"@A\":1}}}\n{\"b\":{\"a\":\"@A\"}}\n");
    holds(&Trial::new(folder, &content, options), &[1, 2]);
}

const RULES: &str = r#"version = 1
[[field]]
table = "tickets"
path = "meta.reviewers[*].user_id"
[[field]]
table = "tickets"
path = "votes"
match = "keys"
[[field]]
table = "tickets"
path = "sender_id"
optional = true
when = { path = "sender_type", equals = "user" }
[[field]]
table = "tickets"
path = "changed_by"
exempt = ["system"]
[[field]]
table = "other"
path = "by"
"#;

const RULED: &str = r#"{"meta":{"reviewers":[{"user_id":"@A"},{"user_id":"@C"}]},"votes":{"@B":1},"changed_by":"system"}
{"meta":{"reviewers":[]},"votes":{"@A":1,"@T":2},"sender_id":"@A","sender_type":"user","changed_by":"@B"}
{"meta":{"reviewers":"@A"},"votes":{},"sender_id":"@A","sender_type":"bot","changed_by":"System"}
{"meta":[],"votes":{"@A":1,"@A":2},"sender_type":"user","changed_by":null}
{"votes":{"somebody":1},"sender_id":7,"sender_type":"user"}
{"meta":{"reviewers":[{"user_id":"@D"},{"user_id":null},{}]},"votes":["@A"],"changed_by":"@C"}
{"meta":null,"votes":null,"sender_id":"@B","sender_type":"user","changed_by":"system"}
"#;

#[test]
fn shards_obey_rules_of_every_kind() {
    for forms in ["", "[ids]\nsource = \"any\"\n", "[ids]\ntarget = \"^odd$\"\n"] {
        let folder = Folder::in_memory();
        folder.write("rules.toml", format!("{RULES}{forms}"));
        let path = folder.path("rules.toml");
        let plan = rules::read(&path).expect("rules");
        let options = Options { plan, rules: Some(path), ..options(&folder, MAP) };
        holds(&Trial::new(folder, &filled(RULED), options), &[1, 2, 3, 7, 50]);
    }
}

/// The report of a run lists a thousand, that of a shard all of them: how many
/// there are, nobody could tell else.
#[test]
fn more_than_a_thousand_distinct_ids_are_counted_once() {
    let content: String = (0..4000).map(|n| open_ticket(n * 7 % 1501)).collect();
    let trial = trial(content.as_bytes(), |_| ());
    let whole = trial.whole();
    assert_eq!(whole.report["summary"]["totalUnmapped"], 1501);
    for of in [1, 2, 50] {
        let shards = trial.shards(of, 3, 1 << 18);
        check(&trial, &whole, &shards);
        for left in shards {
            let table = &left.report["tables"]["tickets"];
            let listed = table["unmapped"].as_array().expect("a list").len();
            assert_eq!(table["unmappedTotal"], listed);
            assert!(of == 50 || listed > 1000, "{listed}");
        }
    }
}

/// Warnings show the first ten values of the whole table, cut to what is shown.
#[test]
fn the_first_ten_values_of_all_shards_are_shown() {
    let same = "x".repeat(100);
    let value = |n: usize| match n % 4 {
        0 => format!("value {}", n * 5 % 17),
        1 => format!("{same}{n}"),
        2 => format!("{}é{n}", "y".repeat(97 + n % 5)),
        _ => format!("\\u001b[{n}m\\u2028"),
    };
    let both =
        |n| format!("{{\"requester_id\":\"{}\",\"assigned_to\":\"{}\"}}\n", value(n), value(n + 1));
    for from in [0, 1, 30] {
        let content: String = (from..from + 40).map(both).collect();
        let trial = trial(content.as_bytes(), |_| ());
        assert!(trial.whole().report.to_string().contains(&same));
        holds(&trial, &[1, 2, 3, 7, 50]);
    }
}
