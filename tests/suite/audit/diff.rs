//! `idswap diff`: classes, options, odd records, and sides that are not there.

use std::collections::BTreeMap;

use crate::models::audits::{Line, audit, verification};
use crate::models::worlds::{Case, EXPORT, OUT};
use crate::rewrite::properties::quick_folder;
use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;
use fastrand::Rng;
use serde_json::value::RawValue;

const LETTERS: &str = "source_id,target_id\nA,a\nB,b\nG,g\nH,g\n";

/// `; ` becomes a newline, and a last one is added unless a `~` ends them.
fn lines(short: &str) -> String {
    match short.strip_suffix('~') {
        Some(short) => short.replace("; ", "\n"),
        None if short.is_empty() => String::new(),
        None => short.replace("; ", "\n") + "\n",
    }
}

fn pair(before: &str, after: &str) -> Folder {
    let folder = Folder::with(&[("ids.csv", LETTERS)]);
    folder.write("before/t.jsonl", lines(before));
    folder.write("after/t.jsonl", lines(after));
    folder
}

fn diff(folder: &Folder, options: &str) -> (Ran, String) {
    let ran = run(folder, &format!("diff before after {options}"));
    let told = String::from_utf8(ran.stdout.clone()).expect("UTF-8");
    (ran, told)
}

/// Two numbers, and what becomes of one where the other one stands.
const NUMBERS: &[(&str, &str, &str)] = &[
    ("1", "1.0", "changed"),
    ("1", "1e0", "changed"),
    ("100", "1e2", "changed"),
    ("1.0", "1.00", "formatting"),
    ("1.0", "1e0", "formatting"),
    ("1.0", "1E+0", "formatting"),
    ("1e2", "100.0", "formatting"),
    ("1e2", "1.0e+02", "formatting"),
    ("1.5e3", "1500.0", "formatting"),
    ("0", "-0", "changed"),
    ("0.0", "-0.0", "changed"),
    ("0.0", "0e5", "formatting"),
    ("-0e1", "-0.00", "formatting"),
    ("1", "-1", "changed"),
    ("1", "2", "changed"),
    ("10", "1", "changed"),
    ("0.1", "0.10000000000000000000000000001", "changed"),
    ("0.1", "0.100000000000000000000000000000", "formatting"),
    ("123456789012345678901234567890", "123456789012345678901234567891", "changed"),
    ("123456789012345678901234567890", "123456789012345678901234567890.0", "changed"),
    ("123456789012345678901234567890.0", "1.2345678901234567890123456789e29", "formatting"),
    ("123456789012345678901234567890.0", "1.2345678901234567890123456788e29", "changed"),
    ("9007199254740993.0", "9007199254740992.0", "changed"),
    ("1e400", "10e399", "formatting"),
    ("1e400", "1e401", "changed"),
    ("1e-400", "0.1e-399", "formatting"),
    ("1e-400", "1e400", "changed"),
    ("1e-400", "0.0", "changed"),
    ("1e99999999999999999999", "10e99999999999999999998", "formatting"),
    ("1e99999999999999999999", "1e99999999999999999998", "changed"),
    (
        "1e99999999999999999999999999999999999999999999999999",
        "0.1e+100000000000000000000000000000000000000000000000000",
        "formatting",
    ),
    (
        "1e-99999999999999999999999999999999999999999999999999",
        "1e99999999999999999999999999999999999999999999999999",
        "changed",
    ),
    ("0e99999999999999999999999999999999999999999999999999", "0.0", "formatting"),
    ("1e0000000000000000000000000000000000000000000000000001", "10.0", "formatting"),
];

#[test]
fn numbers_are_the_same_by_kind_sign_and_decimal_value() {
    let both: Vec<_> =
        NUMBERS.iter().flat_map(|&(a, b, class)| [(a, b, class), (b, a, class)]).collect();
    let table = |of: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
        let line = |(at, pair)| format!("{{\"_id\":{at},\"n\":[{}]}}\n", of(pair));
        both.iter().enumerate().map(line).collect::<String>()
    };
    let folder = Folder::new();
    // As members of records that are read anew, too, where a blank is added.
    for blank in ["", " "] {
        folder.write("before/t.jsonl", table(|pair| pair.0));
        folder.write("after/t.jsonl", table(|pair| pair.1).replace('[', &format!("[{blank}")));
        let told = diff(&folder, "--format jsonl").1;
        // As they are written: big and small, and to the last digit.
        let found: Vec<_> =
            told.lines().map(short).filter(|line| line.contains(" /n/0 ")).collect();
        for ((a, b, class), line) in both.iter().zip(&found) {
            let whole = line.starts_with(class) && line.ends_with(&format!(" /n/0 {a} {b}"));
            assert!(whole, "{line} and not {class} {a} {b}");
        }
        assert_eq!(found.len(), both.len());
    }
}

/// Before, after, options, and the lines of JSON but for the table, which is
/// `t`, and the lines, which are `N` before and `+N` after.
type Single = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const SINGLES: &[Single] = &[
    ("{}", "{}", "", &[]),
    ("", "", "", &[]),
    (r#"{"a":1}"#, r#"{"a":2}"#, "", &[r#"changed 1 +1 /a 1 2"#]),
    (r#"{"a":1}"#, r#"{"a":"1"}"#, "", &[r#"changed 1 +1 /a 1 "1""#]),
    (r#"{"a":true}"#, r#"{"a":false}"#, "", &["changed 1 +1 /a true false"]),
    (r#"{"a":null}"#, r#"{}"#, "", &["removed 1 +1 /a null -"]),
    (r#"{}"#, r#"{"a":null}"#, "", &["added 1 +1 /a - null"]),
    (r#"{"a":{"b":1}}"#, r#"{"a":[1]}"#, "", &[r#"changed 1 +1 /a {"b":1} [1]"#]),
    (r#"{"a":[1,2,3]}"#, r#"{"a":[1,3]}"#, "", &["changed 1 +1 /a/1 2 3", "removed 1 +1 /a/2 3 -"]),
    (r#"{"a":[]}"#, r#"{"a":[[1]]}"#, "", &["added 1 +1 /a/0 - [1]"]),
    (r#"{"a":{}}"#, r#"{"a":{ }}"#, "", &["formatting 1 +1 /a {} { }"]),
    (r#"{"a":1}"#, r#" {"a":1}"#, "", &[r#"formatting 1 +1  {"a":1} {"a":1}"#]),
    (r#"{"a":1,"b":2}"#, r#" {"b":2,"a":1,"c":3}"#, "", &[
        r#"formatting 1 +1  {"a":1,"b":2} {"b":2,"a":1,"c":3}"#, "added 1 +1 /c - 3"]),
    (r#"{"é":1}"#, r#"{"\u00e9":1}"#, "", &[r#"formatting key 1 +1 /é "é" "\u00e9""#]),
    (r#"{"a/b~":1}"#, r#"{"a/b~":2}"#, "", &["changed 1 +1 /a~1b~0 1 2"]),
    (r#"{"":{"":1}}"#, r#"{"":{"":2}}"#, "", &["changed 1 +1 // 1 2"]),
    (r#"{"a":"\ud800"}"#, r#"{"a":"\uD800"}"#, "", &[r#"formatting 1 +1 /a "\ud800" "\uD800""#]),
    (r#"{"a":"\ud800"}"#, r#"{"a":"\udc00"}"#, "", &[r#"changed 1 +1 /a "\ud800" "\udc00""#]),
    (r#"{"a":"\ud800"}"#, r#"{"a":"\ufffd"}"#, "", &[r#"changed 1 +1 /a "\ud800" "\ufffd""#]),
    (r#"{"\ud800":1}"#, r#"{"\ud800":2}"#, "", &["changed 1 +1 /\u{fffd} 1 2"]),
    (r#"{"\ud800":1}"#, r#"{"\udc00":1}"#, "", &["removed 1 +1 /\u{fffd} 1 -", "added 1 +1 /\u{fffd} - 1"]),
    // Members of one name go together in their order.
    (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#, "", &["changed 1 +1 /a 2 3"]),
    (r#"{"a":1,"a":2}"#, r#"{"a":1}"#, "", &["removed 1 +1 /a 2 -"]),
    (r#"{"a":1}"#, r#"{"a":1,"a":1}"#, "", &["added 1 +1 /a - 1"]),
    // The map, of values and member names.
    (r#"{"a":"A"}"#, r#"{"a":"a"}"#, "", &[r#"changed 1 +1 /a "A" "a""#]),
    (r#"{"a":"A"}"#, r#"{"a":"a"}"#, "--map ids.csv", &[r#"mapped 1 +1 /a "A" "a""#]),
    (r#"{"a":"A"}"#, r#"{"a":"\u0061"}"#, "--map ids.csv", &[r#"mapped 1 +1 /a "A" "\u0061""#]),
    (r#"{"a":"A"}"#, r#"{"a":"b"}"#, "--map ids.csv", &[r#"changed 1 +1 /a "A" "b""#]),
    (r#"{"a":"a"}"#, r#"{"a":"A"}"#, "--map ids.csv", &[r#"changed 1 +1 /a "a" "A""#]),
    (r#"{"a":"A"}"#, r#"{"a":"\u0041"}"#, "--map ids.csv", &[r#"formatting 1 +1 /a "A" "\u0041""#]),
    (r#"{"v":{"A":1}}"#, r#"{"v":{"a":1}}"#, "--map ids.csv", &[r#"mapped key 1 +1 /v/A "A" "a""#]),
    (r#"{"v":{"A":1}}"#, r#"{"v":{"a":1}}"#, "", &["removed 1 +1 /v/A 1 -", "added 1 +1 /v/a - 1"]),
    (r#"{"v":{"A":{"x":1}}}"#, r#"{"v":{"a":{"y":1}}}"#, "--map ids.csv", &[
        r#"mapped key 1 +1 /v/A "A" "a""#, "added 1 +1 /v/a/y - 1", "removed 1 +1 /v/A/x 1 -"]),
    (r#"{"v":{"A":1,"A":2}}"#, r#"{"v":{"a":1,"a":2,"c":3}}"#, "--map ids.csv", &[
        "added 1 +1 /v/c - 3", r#"mapped key 1 +1 /v/A "A" "a""#, r#"mapped key 1 +1 /v/A "A" "a""#]),
    // Records, by their keys.
    (r#"{"_id":1}; {"_id":2}"#, r#"{"_id":2}; {"_id":1}"#, "", &[]),
    (r#"{"_id":1}"#, r#"{"_id":2}"#, "", &[r#"removed 1 #1 1  {"_id":1} -"#, r#"added #2 +1  - {"_id":2}"#]),
    (r#"{"_id":1}"#, r#"{"_id":1.0}"#, "", &[r#"removed 1 #1 1  {"_id":1} -"#, r#"added #1.0 +1  - {"_id":1.0}"#]),
    (r#"{"_id":"a"}; {"_id":"b"}"#, r#"{"_id":"b"}; {"_id":"\u0061"}"#, "", &[r#"formatting #"a" 1 +2 /_id "a" "\u0061""#]),
    (r#"{"_id":{"x":1},"n":1}; {}"#, r#"{}; {"_id":{"x":1},"n":2}"#, "", &[r#"changed #{"x":1} 1 +2 /n 1 2"#]),
    (r#"{"_id":"A","n":1}; {}"#, r#"{}; {"_id":"a","n":2}"#, "--map ids.csv", &[
        r#"mapped #"A" 1 +2 /_id "A" "a""#, r#"changed #"A" 1 +2 /n 1 2"#]),
    (r#"{"_id":"A","n":1}; {}"#, r#"{}; {"_id":"A","n":2}"#, "--map ids.csv", &[r#"changed #"A" 1 +2 /n 1 2"#]),
    (r#"{"k":{"i":1},"n":1}; {"k":{"i":2}}"#, r#"{"k":{"i":2}}; {"k":{"i":1},"n":2}"#, "--key k.i", &[r#"changed #1 1 +2 /n 1 2"#]),
    (r#"{"k":1,"_id":1}; {"k":2,"_id":2}"#, r#"{"k":2,"_id":1}; {"k":1,"_id":2}"#, "--key k", &[
        "changed #1 1 +2 /_id 1 2", "changed #2 2 +1 /_id 2 1"]),
    // Records of one key, and of none, are not lost.
    (r#"{"_id":1}; {"_id":1}; {"_id":1}"#, r#"{"_id":1}"#, "", &[r#"removed #1 2  {"_id":1} -"#, r#"removed #1 3  {"_id":1} -"#]),
    (r#"{"_id":1}"#, r#"{"_id":0}; {"_id":1}; {"_id":1}"#, "", &[r#"added #0 +1  - {"_id":0}"#, r#"added #1 +3  - {"_id":1}"#]),
    (r#"{}; {}"#, r#"{}; {}; {}"#, "", &["added +3  - {}"]),
    (r#"{"_id":null}; {"a":1}"#, r#"{"a":1}"#, "", &[
        r#"removed 1 +1 /_id null -"#, r#"added 1 +1 /a - 1"#, r#"removed 2  {"a":1} -"#]),
    // Lines that are no records.
    ("{", "{", "", &[]),
    ("{", "{}", "", &["noRecord 1  \"{\" -"]),
    ("{}", "[1]", "", &["noRecord +1  - [1]"]),
    ("{", "[", "", &["noRecord 1  \"{\" -", "noRecord +1  - \"[\""]),
    ("{}", "{}; ", "", &["noRecord +2  - \"\""]),
    ("{}; [", "{}", "", &["noRecord 2  \"[\" -"]),
    ("\u{feff}{}", "{}", "", &["markRemoved  - -"]),
    ("{}", "\u{feff}{}", "", &["markAdded  - -"]),
    ("{}", "{}~", "", &["formatting 1 +1  {} {}"]),
    ("{}~", "{}", "", &["formatting 1 +1  {} {}"]),
    ("{}; {\"a\":1}~", "{}", "", &["removed 2  {\"a\":1} -"]),
    // Places that are no matter.
    (r#"{"a":1,"b":{"c":1}}"#, r#"{"a":2,"b":{"c":2}}"#, "--ignore a --ignore b.c", &[]),
    (r#"{"a":1,"b":{"c":1}}"#, r#"{"a":2,"b":{"c":2}}"#, "--ignore b", &["changed 1 +1 /a 1 2"]),
    (r#"{"a":[{"t":1},{"t":2}]}"#, r#"{"a":[{"t":2},{"t":2,"u":1}]}"#, "--ignore a[*].t", &["added 1 +1 /a/1/u - 1"]),
    (r#"{"a":1}"#, r#"{}"#, "--ignore a", &[]),
    (r#"{"_id":1}; {"_id":2}"#, r#"{"_id":3}; {"_id":4}"#, "--ignore _id", &[]),
    (r#"{"ab":1}"#, r#"{"ab":2}"#, "--ignore a", &["changed 1 +1 /ab 1 2"]),
    (r#"{"v":{"A":1}}"#, r#"{"v":{"a":1}}"#, "--map ids.csv --ignore v.*", &[]),
];

/// A line of JSON in the short form of [`SINGLES`].
fn short(line: &str) -> String {
    let line: Line<'_> = serde_json::from_str(line).expect(line);
    assert_eq!(line.table, "t");
    let mut short = line.class.to_owned();
    short += if line.key { " key" } else { "" };
    short += &line.id.map(|id| format!(" #{}", id.get())).unwrap_or_default();
    short += &line.before_line.map(|line| format!(" {line}")).unwrap_or_default();
    short += &line.after_line.map(|line| format!(" +{line}")).unwrap_or_default();
    let value =
        |value: Option<&RawValue>| value.map_or("-".to_owned(), |value| value.get().to_owned());
    format!("{short} {} {} {}", line.path, value(line.before), value(line.after))
}

#[test]
fn every_difference_is_shown_as_what_it_is() {
    let mut wrong = Vec::new();
    for (before, after, options, wanted) in SINGLES {
        let folder = pair(before, after);
        let (ran, told) = diff(&folder, &format!("{options} --format jsonl"));
        let mut found: Vec<_> = told.lines().map(short).collect();
        let mut wanted: Vec<_> =
            wanted.iter().map(|line| line.replace("removed 1 #1 1 ", "removed #1 1 ")).collect();
        found.sort();
        wanted.sort();
        let code = i32::from(!wanted.is_empty());
        if found != wanted || ran.code != Some(code) {
            wrong.push(format!(
                "{before} and {after} {options}: {:?}\n{found:#?}\nnot {wanted:#?}{}",
                ran.code, ran.stderr
            ));
        }
        let (_, text) = diff(&folder, options);
        assert_eq!(text.lines().count(), wanted.len(), "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What people see: before, after, and standard output.
#[rustfmt::skip]
const TEXTS: &[(&str, &str, &str)] = &[
    (r#"{"_id":"x","a":1}"#, r#"{"_id":"x","a":2}"#, "t:1 \"x\" /a: changed 1 -> 2\n"),
    (r#"{"a":1.0}"#, r#"{"a":1.00}"#, "t:1 /a: formatting 1.0 -> 1.00\n"),
    (r#"{"v":{"A":"B"}}"#, r#"{"v":{"a":"b"}}"#, "t:1 /v/A: member name mapped \"A\" -> \"a\"\nt:1 /v/A: mapped \"B\" -> \"b\"\n"),
    (r#"{"a":1}"#, r#"{"b":1}"#, "t:1 /b: added 1\nt:1 /a: removed 1\n"),
    (r#"{"_id":1}"#, r#"{"_id":2}"#, "t:1 1: removed {\"_id\":1}\nt:+1 2: added {\"_id\":2}\n"),
    ("{}", "{\u{7f}}", "t:+1: no record after: column 2, a character that JSON does not have here\n"),
    ("{\"a\":\"\"}", "{\"a\":\"\u{7f}\u{202e}\"}", "t:1 /a: changed \"\" -> \"\\u{7f}\\u{202e}\"\n"),
    ("{}", "\u{feff}{}", "t: begins with a byte order mark after\n"),
];

#[test]
fn people_read_one_line_a_difference() {
    for (before, after, wanted) in TEXTS {
        let told = diff(&pair(before, after), "--map ids.csv").1;
        assert_eq!(told, *wanted, "{before} and {after}");
    }
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(5000));
    assert!(diff(&pair("{}", &long), "").1.len() < 200);
}

const MANY: (&str, &str) = (
    r#"{"_id":1,"x":1,"y":[1.0,2]}; {"_id":2,"x":"A"}; {"_id":3}"#,
    r#"{"_id":2,"x":"a"}; {"_id":1,"x":2,"y":[1.00,3]}; {"_id":4}"#,
);

#[test]
fn stat_and_limit_count_everything() {
    let folder = pair(MANY.0, MANY.1);
    let (ran, told) = diff(&folder, "--map ids.csv --stat");
    assert_eq!(ran.code, Some(1));
    let words: Vec<Vec<&str>> =
        told.lines().map(|line| line.split_whitespace().collect()).collect();
    let rows = [
        &["table.path", "mapped", "changed", "formatting", "added", "removed", "no", "record"][..],
        &["t", "(records)", "1", "1"],
        &["t.x", "1", "1"],
        &["t.y[*]", "1", "1"],
    ];
    assert_eq!(words, rows);
    let said = "1 table, 3 records: 6 differences";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert!(ran.stderr.contains("t: the order of records differs"), "{}", ran.stderr);
    let all = diff(&folder, "--map ids.csv").1;
    assert_eq!(all.lines().count(), 6);
    for limit in 0..8 {
        for more in ["", " --block-size 1 --threads 3"] {
            let (ran, told) = diff(&folder, &format!("--map ids.csv --limit {limit}{more}"));
            let first: String = all.split_inclusive('\n').take(limit).collect();
            assert_eq!((told, ran.code), (first, Some(1)));
            assert!(ran.stderr.contains(said), "{}", ran.stderr);
        }
    }
}

/// Where names are data there are too many places; which ones are shown, and
/// how often, depends on nothing but the data.
#[test]
fn too_many_places_are_counted_the_same_way() {
    let folder = Folder::new();
    let mut random = Rng::with_seed(3);
    let mut names: Vec<_> = (0..3000).map(|n| n % 1500).collect();
    random.shuffle(&mut names);
    folder.write("before/t.jsonl", "{}\n".repeat(names.len()));
    let records = names.iter().map(|name| format!("{{\"x{name:04}\":1}}\n"));
    folder.write("after/t.jsonl", records.collect::<String>());
    let first = diff(&folder, "--stat").1;
    assert_eq!(first.lines().count(), 1002);
    let row = |name: &str| {
        let mut rows = first.lines().filter(|row| row.starts_with(name));
        rows.next()
            .and_then(|row| row.split_whitespace().nth(1))
            .map(|count| count.replace(',', ""))
    };
    assert_eq!(
        (row("t.x0000 "), row("t.x0999 "), row("t.x1000 ")),
        (Some("2".to_owned()), Some("2".to_owned()), None)
    );
    assert_eq!(row("t.…").as_deref(), Some("1000"));
    for more in ["--block-size 1 --threads 2", "--block-size 4500 --threads 3", "--block-size 3000"]
    {
        assert_eq!(diff(&folder, &format!("--stat {more}")).1, first, "{more}");
    }
}

/// Depth, length and number are data.
#[test]
fn records_can_be_deep_long_and_many_membered() {
    let lists =
        |inner: &str| format!("{{\"a\":{}{inner}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = |inner: &str| {
        format!("{{\"a\":{}{inner}{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000))
    };
    let members = |value: &str| {
        let all: Vec<_> = (0..1000).map(|n| format!("\"n{n}\":{value}")).collect();
        format!("{{{}}}", all.join(","))
    };
    for (before, after, count) in [
        (lists("1"), lists("2"), 1),
        (lists("1"), lists(" 1"), 1),
        (lists(""), lists("1"), 1),
        (objects("1"), objects("2"), 1),
        (objects("{}"), objects("{ }"), 1),
        (objects("{}"), objects("[]"), 1),
        (members("1"), members("2"), 1000),
        (members("1"), members(" 1"), 1),
    ] {
        for options in ["--format jsonl", ""] {
            let (ran, told) = diff(&pair(&before, &after), options);
            assert_eq!((ran.code, told.lines().count()), (Some(1), count), "{}", &before[..20]);
        }
    }
}

/// Lengths at which time that grew with its square would be minutes.
#[test]
fn many_members_take_no_time_that_grows_with_its_square() {
    let ids = 0..100_000;
    let map = ids.clone().map(|n| format!("s{n},t{n}\n")).collect::<String>();
    let object = |start: &str, last: &str| {
        let all: Vec<_> = ids.clone().map(|n| format!("\"{start}{n}\":1")).collect();
        format!("{{\"v\":{{{}{last}}}}}\n", all.join(","))
    };
    let folder = Folder::with(&[("ids.csv", format!("source_id,target_id\n{map}"))]);
    folder.write("before/t.jsonl", object("s", ""));
    folder.write("after/t.jsonl", object("t", ",\"new\":1"));
    let (ran, _) = diff(&folder, "--map ids.csv --stat");
    assert!(ran.stderr.contains("100,001 differences"), "{}", ran.stderr);
    let rules = "version = 1\n[[field]]\ntable = \"t\"\npath = \"v\"\nmatch = \"keys\"\n";
    folder.write("rules.toml", rules);
    let ran = run(&folder, "verify before after --map ids.csv --rules rules.toml");
    let told = String::from_utf8(ran.stdout).expect("UTF-8");
    assert_eq!(told, "t:1 /v/new: added 1\n", "{}", ran.stderr);
    // Long lists, and many records of one key.
    let list = |last: &str| format!("{{\"v\":[{}{last}]}}\n", vec!["1"; 100_000].join(","));
    folder.write("before/t.jsonl", list(""));
    folder.write("after/t.jsonl", list(",2"));
    assert_eq!(diff(&folder, "").1, "t:1 /v/100000: added 2\n");
    let record = |n: u32| format!("{{\"_id\":1,\"n\":{n}}}\n");
    folder.write("before/t.jsonl", (0..20_000).map(record).collect::<String>());
    folder.write("after/t.jsonl", (0..20_000).rev().map(record).collect::<String>());
    let (ran, _) = diff(&folder, "--limit 0");
    assert!(ran.stderr.contains("1 table, 20,000 records: "), "{}", ran.stderr);
}

#[test]
fn tables_and_sides_can_be_missing() {
    for (before, after, code, told, said) in [
        (
            &["t"][..],
            &["t", "u"][..],
            1,
            "u:+1: added {}\n",
            "u: the export before lacks the table, 1 record",
        ),
        (
            &["t", "u"],
            &["t"],
            1,
            "u:1: removed {}\n",
            "u: the export after lacks the table, 1 record",
        ),
        (&["t", "u"], &["t", "u"], 0, "", "2 tables, 2 records: no difference"),
    ] {
        let folder = Folder::new();
        for (side, names) in [("before", before), ("after", after)] {
            names.iter().for_each(|name| folder.write(&format!("{side}/{name}.jsonl"), "{}\n"));
        }
        let (ran, text) = diff(&folder, "");
        assert_eq!((ran.code, &*text), (Some(code), told));
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    let folder = pair("{}", "{}");
    folder.write("before/empty.jsonl", "");
    folder.write("after/empty.jsonl", "");
    assert_eq!(diff(&folder, "").0.code, Some(0));
    for (args, code) in [
        ("diff before after/t.jsonl", 2),
        ("diff before none", 4),
        ("diff none after", 4),
        ("diff - - --table t", 2),
        ("diff before after --key a[*]", 2),
        ("diff before after --ignore a..b", 2),
        ("diff before after --stat --limit 3", 2),
        ("diff before after --map none.csv", 4),
        ("diff before/t.jsonl after/t.jsonl", 0),
    ] {
        let ran = run(&folder, args);
        assert_eq!(ran.code, Some(code), "{args}: {}", ran.stderr);
    }
}

#[test]
fn one_side_can_be_standard_input() {
    let folder = pair(MANY.0, MANY.1);
    let files = run(&folder, "diff before/t.jsonl after/t.jsonl --map ids.csv");
    for (args, fed) in [
        ("diff - after/t.jsonl --table t --map ids.csv", MANY.0),
        ("diff before/t.jsonl - --table t --map ids.csv", MANY.1),
        ("diff before/t.jsonl - --map ids.csv", MANY.1),
    ] {
        let words: Vec<_> = args.split_whitespace().collect();
        let ran = folder.idswap_fed(&words, lines(fed).as_bytes());
        assert_eq!(ran, files, "{args}");
    }
}

/// Records of few keys, of none, and such as repeat: none is lost, and no
/// difference is missed.
#[test]
fn repeated_keys_lose_nothing() {
    let mut random = Rng::with_seed(11);
    let case = Case::of_tickets(Vec::new());
    let folder = quick_folder();
    case.write(folder.path());
    let record = |random: &mut Rng| {
        let key =
            random.choice(["\"_id\":1,", "\"_id\":\"1\",", "\"_id\":2,", "", "\"_id\":null,"]);
        format!("{{{}\"n\":{}}}\n", key.expect("one"), random.u32(..3))
    };
    let write = |side: &str, records: &[String]| {
        let path = folder.path().join(side).join("tickets.jsonl");
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, records.concat()).expect("written");
    };
    let mut same = 0;
    for _ in 0..1500 {
        let before: Vec<_> = (0..random.usize(..6)).map(|_| record(&mut random)).collect();
        let mut after = before.clone();
        match random.usize(..4) {
            0 => random.shuffle(&mut after),
            1 if !after.is_empty() => drop(after.remove(random.usize(..after.len()))),
            2 => after.insert(random.usize(..=after.len()), record(&mut random)),
            _ => {
                let at = random.usize(..=after.len());
                after.splice(
                    at..,
                    (0..random.usize(..3)).map(|_| record(&mut random)).collect::<Vec<_>>(),
                );
            }
        }
        write(EXPORT, &before);
        write(OUT, &after);
        let mut first: Option<String> = None;
        for (ruled, block_size) in [(true, 1), (true, 4096), (false, 20), (false, 4096)] {
            let mut options = verification(&case, folder.path(), OUT);
            options.block_size = block_size;
            options.rejects = None;
            if !ruled {
                options.plan = None;
            }
            let verdict = audit(options).expect("an audit");
            let tally = &verdict.tables[0].tally;
            assert_eq!((tally.records, tally.after), (before.len() as u64, after.len() as u64));
            assert_eq!(tally.records - tally.removed, tally.after - tally.added);
            let sorted = |records: &[String]| {
                let mut records = records.to_vec();
                records.sort();
                records
            };
            if verdict.found.is_empty() {
                assert_eq!(sorted(&before), sorted(&after), "a difference was missed");
                same += 1;
            }
            assert!(before != after || verdict.found.is_empty(), "{}", verdict.text);
            assert_eq!(first.get_or_insert_with(|| verdict.text.clone()), &verdict.text);
        }
    }
    assert!(same > 500, "{same}");
}

/// The counts of all classes, by table and place, add up to what is printed.
#[test]
fn the_table_on_standard_error_sums_up_what_is_printed() {
    let folder = pair(MANY.0, MANY.1);
    let (ran, told) = diff(&folder, "--map ids.csv --format jsonl");
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    for line in told.lines().map(json) {
        *classes.entry(line["class"].as_str().expect("a class").to_owned()).or_default() += 1;
    }
    let wanted = [("added", 1), ("changed", 2), ("formatting", 1), ("mapped", 1), ("removed", 1)];
    assert_eq!(classes, wanted.map(|(class, count)| (class.to_owned(), count)).into());
    let stat = diff(&folder, "--map ids.csv --stat").1;
    assert!(stat.lines().all(|row| ran.stderr.contains(row.trim_end())), "{}", ran.stderr);
}
