//! What the checks of a snapshot find in records: cases by hand, and random
//! tables against an oracle, however they are cut and whoever looks at them.

use idswap::idmap::{Forms, LoadedMap};
use idswap::internal::{Checks, Outcome, Rewriter};
use idswap::internal::{IdHasher, Schema, row_size};
use idswap::internal::{ImportTally, Occurrences, TableTally, Tally};
use idswap::rules::{FieldRule, IdRules, Match, Path, Plan};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::models::import_oracle::{Findings, findings, size};
use crate::models::places::after_blanks;
use crate::models::worlds::{blanks, mask, token};

use Schema::{Legacy, Missing, Uniform};

/// A schema, a record, and its size as a row, counted by hand.
#[rustfmt::skip]
const SIZES: &[(Schema, &str, u64)] = &[
    (Uniform, "{}", 2),
    (Uniform, " { } \r", 2),
    (Uniform, r#"{"":null}"#, 4),
    (Uniform, r#"{"a":1}"#, 13),
    (Uniform, r#"{"a":-1.5e300,"b":true,"c":false}"#, 2 + 11 + 3 + 3),
    (Uniform, r#"{"a":"xyz"}"#, 9),
    (Uniform, "{\"é\":\"é€😀\"}", 2 + 3 + 2 + 9),
    (Uniform, r#"{"\u00e9":"\ud83d\ude00\n\\"}"#, 2 + 3 + 2 + 6),
    (Uniform, r#"{"a":[]}"#, 6),
    (Uniform, r#"{"a":[1, "", null, [2], {}]}"#, 2 + 2 + 2 + 9 + 2 + 1 + 11 + 2),
    (Uniform, r#"{"a":{"b":{"c":1}}}"#, 4 + 4 + 4 + 9),
    (Uniform, r#"{"a":1,"a":1}"#, 24),
    (Uniform, r#"{"a":{"$bytes":""}}"#, 4 + 2),
    (Uniform, r#"{"a":{"$bytes":"Cv8A"}}"#, 4 + 5),
    (Uniform, r#"{"a":{"$bytes":"Cv8="}}"#, 4 + 4),
    (Uniform, r#"{"a":{"\u0024bytes":"Cg\u003d="}}"#, 4 + 3),
    (Uniform, r#"{"a":{"$integer":"AAAAAAAAAIA="}}"#, 4 + 9),
    (Uniform, r#"{"a":[{"$float":"AAAAAAAA+H8="}]}"#, 4 + 2 + 9),
    // No markers, but objects.
    (Legacy, r#"{"a":{"$bytes":"Cv8A"}}"#, 4 + 2 + 7 + 6),
    (Missing, r#"{"a":{"$bytes":"Cv8A"}}"#, 4 + 2 + 7 + 6),
    (Uniform, r#"{"$bytes":"Cv8A"}"#, 2 + 7 + 6),
    (Uniform, r#"{"a":{"$bytes":1}}"#, 4 + 2 + 7 + 9),
    (Uniform, r#"{"a":{"$bytes":["Cv8A"]}}"#, 4 + 2 + 7 + 2 + 6),
    (Uniform, r#"{"a":{"$bytes":"Cv8A","b":1}}"#, 4 + 2 + 7 + 6 + 2 + 9),
    (Uniform, r#"{"a":{"b":1,"$bytes":"Cv8A"}}"#, 4 + 2 + 7 + 6 + 2 + 9),
    (Uniform, r#"{"a":{"$bytes":"Cv8A","$bytes":"Cv8A"}}"#, 4 + 2 + 2 * (7 + 6)),
    (Uniform, r#"{"a":{"$Bytes":"Cv8A"}}"#, 4 + 2 + 7 + 6),
];

#[test]
fn rows_have_the_size_that_convex_counts() {
    for &(schema, record, expected) in SIZES {
        assert_eq!(row_size(record.as_bytes(), schema), expected, "{record}");
        let at = after_blanks(record, 0);
        assert_eq!(size(record, at, schema == Uniform, true), expected, "the oracle: {record}");
    }
}

/// A schema, lines, and what is found: codes with counts, names, the newest
/// creation time.
#[rustfmt::skip]
const TABLES: &[(Schema, &[&str], &str)] = &[
    (Uniform, &[r#"{"_id":"a","_creationTime":1.0}"#], "newest 1.0"),
    (Uniform, &[r#"{"_creationTime":1.5,"_id":"a"}"#, r#"{"_id":"b"}"#], "newest 1.5"),
    // IDs.
    (Uniform, &["{}"], "1 noId"),
    (Uniform, &[r#"{"_id":null}"#, r#"{"_id":1}"#, r#"{"_id":["a"]}"#, r#"{"_id":true}"#], "4 noId"),
    (Uniform, &[r#"{"a":{"_id":"a"}}"#, r#"{"id":"a"}"#, r#"{"_ID":"a"}"#], "3 noId, 1 refusedName _ID"),
    (Uniform, &[r#"{"_id":""}"#, r#"{"\u005fid":"b"}"#], ""),
    (Legacy, &[r#"{"_id":"a"}"#, r#"{"_id":"b"}"#, r#"{"_id":"a"}"#, r#"{"_id":"a"}"#], "2 repeatedId"),
    (Missing, &[r#"{"_id":"a"}"#, r#"{ "\u005fid" : "\u0061" }"#], "1 repeatedId"),
    (Uniform, &[r#"{"_id":"A"}"#, r#"{"_id":"a"}"#], ""),
    (Uniform, &[r#"{"_id":"\ud800"}"#, r#"{"_id":"\udfff"}"#, r#"{"_id":"\ud800"}"#], ""),
    (Uniform, &[r#"{"_id":"a","_id":"b"}"#, r#"{"_id":"a"}"#, r#"{"_id":"b"}"#], "1 repeatedId"),
    (Uniform, &[r#"{"_id":"a","_id":"a"}"#], ""),
    (Uniform, &[r#"{"_id":"a","_id":null}"#], "1 noId"),
    // Names.
    (Uniform, &[r#"{"_id":"a","_ts":1,"_table":"t"}"#], "1 refusedName _ts _table"),
    (Uniform, &[r#"{"_id":"a","_":1,"_":2}"#], "1 refusedName _"),
    (Uniform, &[r#"{"_id":"a","\u005fx":1}"#, r#"{"_id":"b","a\u005fx":1,"a_":"_x"}"#], "1 refusedName _x"),
    (Uniform, &[r#"{"_id":"a","b":{"_x":[{"_id":1,"_y":2}]}}"#], ""),
    (Uniform, &[r#"{"_id":"a","b":"_x","c":"$x","d":"\"_x","e":["$bytes"]}"#], ""),
    (Uniform, &[r#"{"_id":"a","$x":1}"#, r#"{"_id":"b","c":[{"d":{"\u0024y":1}}]}"#], "2 refusedName $x $y"),
    (Uniform, &[r#"{"_id":"a","$bytes":"AA=="}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"$bytes":"AA=="}"#], "1 noId, 1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"$bytes":"AA=="},"c":[{"$integer":"A"},{"\u0024float":""}]}"#], ""),
    (Legacy, &[r#"{"_id":"a","b":{"$bytes":"AA=="}}"#], "1 refusedName $bytes"),
    (Missing, &[r#"{"_id":"a","b":{"$bytes":"AA=="}}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"$bytes":1}}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"$bytes":{}}}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"$bytes":"AA==","c":1}}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"c":1,"$bytes":"AA=="}}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"$bytes":"AA==","$bytes":"AA=="}}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"$bytes":{"$float":""}}}"#], "1 refusedName $bytes"),
    (Uniform, &[r#"{"_id":"a","b":{"$set":"AA=="}}"#], "1 refusedName $set"),
    (
        Uniform,
        &[r#"{"_id":"a","_0":0,"_1":0,"_2":0,"_3":0,"_4":0,"_5":0,"_6":0,"_7":0,"_8":0,"_9":0,"_a":0}"#],
        "1 refusedName _0 _1 _2 _3 _4 _5 _6 _7 _8 _9",
    ),
    // Creation times.
    (Uniform, &[r#"{"_id":"a","_creationTime":5}"#], "1 integerTime, newest 5.0"),
    (Uniform, &[r#"{"_id":"a","_creationTime":-0}"#], "1 integerTime, newest -0.0"),
    (Uniform, &[r#"{"_id":"a","_creationTime":5e0}"#, r#"{"_id":"b","_creationTime":4E0}"#], "newest 5.0"),
    (Legacy, &[r#"{"_id":"a","_creationTime":5}"#], "newest 5.0"),
    (Missing, &[r#"{"_id":"a","_creationTime":5}"#], "newest 5.0"),
    (Uniform, &[r#"{"_id":"a","_creationTime":"5"}"#, r#"{"_id":"b","_creationTime":null}"#], ""),
    (Uniform, &[r#"{"_id":"a","_creationTime":true}"#, r#"{"_id":"b","_creationTime":[5]}"#], ""),
    (Uniform, &[r#"{"_id":"a","_creationTime":1e999}"#], ""),
    (Uniform, &[r#"{"_id":"a","_creationTime":5,"_creationTime":4.0}"#], "newest 4.0"),
    (Uniform, &[r#"{"_id":"a","\u005fcreationTime" : 5 }"#], "1 integerTime, newest 5.0"),
    (Uniform, &[r#"{"_id":"a","_creationTime":1755824460180.3606}"#], "newest 1755824460180.3606"),
    // Lines that are no record.
    (Uniform, &["", "[]", r#"{"_ts":1"#, r#"{"_id":"a"}"#], ""),
];

fn in_words(found: &Findings) -> String {
    let noted = found.noted.iter().map(|(code, count, _)| match *code {
        "refusedName" => format!("{count} {code} {}", found.names.join(" ")),
        _ => format!("{count} {code}"),
    });
    let newest = found.newest.map(|newest| format!("newest {newest:?}"));
    noted.chain(newest).collect::<Vec<_>>().join(", ")
}

#[test]
fn tables_have_the_findings_that_they_should() {
    for &(schema, lines, expected) in TABLES {
        let table = lines.join("\n");
        let oracle = findings(table.as_bytes(), schema == Uniform);
        assert_eq!(in_words(&oracle), expected, "the oracle: {table}");
        for plan in plans() {
            for (lines, workers) in [(1, 1), (1, 2), (2, 3), (100, 1)] {
                let found = check(table.as_bytes(), schema, &plan, lines, workers);
                assert_eq!(found, oracle, "{table}, {lines} lines a block, {workers} workers");
            }
        }
    }
}

/// Rules of every kind that the search for members takes another way for.
fn plans() -> Vec<Plan> {
    let rule = |path: &str, matches| FieldRule {
        path: Path::parse(path).expect("a path"),
        matches,
        ..FieldRule::optional("t", "x")
    };
    let plan = |fields| Plan::new("test", fields, IdRules::default()).expect("a plan");
    vec![
        plan(vec![rule("a", Match::Value)]),
        plan(vec![rule("_creationTime", Match::Value), rule("_id", Match::Value)]),
        plan(vec![rule("b.c", Match::Value), rule("_x", Match::Value)]),
        plan(vec![rule("*", Match::Value)]),
    ]
}

/// Rewrites a table in blocks of so many lines, one worker after the other,
/// and adds up what they found.
fn check(table: &[u8], schema: Schema, plan: &Plan, lines: usize, workers: usize) -> Findings {
    let map = LoadedMap::default().map;
    let classes = plan.ids.classes(Forms::default());
    let checks = Checks::All(schema, IdHasher::default());
    let plan = plan.table("t").expect("rules");
    let rewriter = Rewriter {
        plan,
        map: &map,
        classes: &classes,
        reject: true,
        log: lines.is_multiple_of(2),
        patches: false,
        checks: &checks,
    };
    let tally = || Tally { tables: vec![TableTally::new(plan.fields.len())], used: Vec::new() };
    let mut tallies: Vec<_> = std::iter::repeat_with(tally).take(workers).collect();
    let mut outcome = Outcome::default();
    let mut offset = 0;
    let all: Vec<_> = table.split_inclusive(|byte| *byte == b'\n').collect();
    for (number, block) in all.chunks(lines).enumerate() {
        let block = block.concat();
        rewriter.block(&block, offset, 0, &mut tallies[number % workers], &mut outcome);
        offset += block.len() as u64;
    }
    let mut all = tallies.into_iter().rev().reduce(Tally::merge).expect("a worker");
    all.tables[0].settle();
    found(&all.tables[0].import)
}

fn found(tally: &ImportTally) -> Findings {
    let mut found = Findings { newest: tally.newest, ..Findings::default() };
    found.names = tally.names.in_order().into_iter().map(str::to_owned).collect();
    let mut note = |code, noted: Occurrences| {
        found.noted.extend(noted.first.map(|first| (code, noted.count, first)));
    };
    note("largeRow", tally.large_rows);
    note("noId", tally.no_id);
    note("repeatedId", tally.repeated_ids);
    note("refusedName", tally.refused_names);
    note("integerTime", tally.integer_times);
    found.sorted()
}

const NAMES: [&str; 16] = [
    "_id",
    "_creationTime",
    "_ts",
    "_",
    "__",
    "$bytes",
    "$integer",
    "$float",
    "$",
    "$x",
    "a",
    "b",
    "c",
    "é",
    "",
    "id",
];
const TEXTS: [&str; 9] = ["", "a", "_x", "$x", "\"_", "\\$", "Cv8A", "Cg==", "é😀"];
const WORDS: [&str; 9] = ["null", "true", "false", "0", "-1", "1.0", "2e3", "\"\\ud800\"", "[]"];

fn name() -> impl Strategy<Value = String> {
    (select(&NAMES[..]), mask()).prop_map(|(name, mask)| token(name, mask))
}

fn string() -> impl Strategy<Value = String> {
    (select(&TEXTS[..]), mask()).prop_map(|(text, mask)| token(text, mask))
}

fn any_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![3 => string(), 2 => select(&WORDS[..]).prop_map(str::to_owned)];
    leaf.prop_recursive(4, 12, 4, |inner| {
        let member = (name(), inner.clone()).prop_map(|(name, value)| format!("{name}:{value}"));
        prop_oneof![
            vec(member, 0..3).prop_map(|all| format!("{{{}}}", all.join(","))),
            vec(inner, 0..3).prop_map(|all| format!("[{}]", all.join(","))),
            (name(), string()).prop_map(|(name, text)| format!("{{{name}:{text}}}")),
        ]
    })
}

/// A record that mostly has what it should have, and now and then more.
fn record() -> impl Strategy<Value = String> {
    let id = prop_oneof![
        8 => (select(&["1", "2", "3", "_4"][..]), mask()).prop_map(|(id, mask)| token(id, mask)),
        1 => any_value(),
    ];
    let time = select(&["1755824460180.3606", "1755824460180", "1e3", "null", "-5.0"][..]);
    let id = (mask(), blanks(), id).prop_map(|(m, b, id)| format!("{}{b}:{id}", token("_id", m)));
    let time =
        (mask(), time).prop_map(|(mask, time)| format!("{}:{time}", token("_creationTime", mask)));
    let other = (name(), blanks(), any_value()).prop_map(|(n, b, value)| format!("{n}:{b}{value}"));
    let plain = select(&["\"a\":1", "\"b\":\"x\"", "\"c\":\"_\""][..]).prop_map(str::to_owned);
    let others = prop_oneof![2 => vec(other, 0..3).boxed(), 3 => vec(plain, 0..3).boxed()];
    (vec(id, 0..3), vec(time, 0..2), others)
        .prop_map(|(ids, times, others)| [ids, times, others].concat())
        .prop_shuffle()
        .prop_map(|members| format!("{{{}}}", members.join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn random_tables_have_the_findings_of_the_oracle(
        records in vec(prop_oneof![20 => record(), 1 => Just("{a: 1}".to_owned())], 0..40),
        end in select(&["\n", "\r\n"][..]),
        schema in select(&[Uniform, Legacy, Missing][..]),
        plan in select(plans()),
        lines in 1..12_usize,
        workers in 1..4_usize,
    ) {
        let table = records.join(end);
        let expected = findings(table.as_bytes(), schema == Uniform);
        let found = check(table.as_bytes(), schema, &plan, lines, workers);
        prop_assert_eq!(found, expected);
        for record in records.iter().filter(|record| !record.starts_with("{a")) {
            let expected = size(record, 0, schema == Uniform, true);
            prop_assert_eq!(row_size(record.as_bytes(), schema), expected, "{}", record);
        }
    }
}

/// A member name, a value that is repeated, and what one more adds to a row.
const GROWING: [(&str, &str, u64); 3] = [("[", "1", 9), ("[", "\"é\"", 4), ("[", "{}", 2)];

#[test]
fn rows_are_too_large_from_one_byte_over_a_mebibyte_on() {
    for (open, item, adds) in GROWING {
        for (wanted, is_large) in [(1_048_575, false), (1_048_576, false), (1_048_577, true)] {
            // {"_id":"a","b":[…],"c":"…"}
            let fixed = 2 + 4 + 3 + 2 + 2 + 2 + 2;
            let items = (wanted - fixed - 30) / adds;
            let rest = (wanted - fixed - items * adds) as usize;
            let items = vec![item; items as usize].join(",");
            let record =
                format!("{{\"_id\":\"a\",\"b\":{open}{items}],\"c\":\"{}\"}}", "x".repeat(rest));
            assert_eq!(row_size(record.as_bytes(), Uniform), wanted);
            let table = format!("{{\"_id\":\"z\"}}\n{record}\n{{\"_id\":\"b\"}}\n");
            for plan in plans() {
                let found = check(table.as_bytes(), Uniform, &plan, 2, 1);
                let expected: &[_] = if is_large { &[("largeRow", 1, 12)] } else { &[] };
                assert_eq!(found.noted, expected, "{item} {wanted}");
            }
        }
    }
}
