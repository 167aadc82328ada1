//! Where IDs live, as `idswap scan` finds them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::folder::{Folder, Ran};

const A: &str = "a11ce000-0000-4000-8000-000000000001";
const B: &str = "b0b00000-0000-4000-8000-000000000002";
/// Of source form, and not in the map.
const C: &str = "ca401000-0000-4000-8000-000000000003";
const X: &str = "user_2AliceAliceAliceAliceAlice0";

fn folder(records: &str) -> Folder {
    let map = format!("source_id,target_id\n{A},{X}\n{B},user_2BobBobBobBobBobBobBobBobB0\n");
    let records =
        records.replace("$A", A).replace("$B", B).replace("$C", C).replace("$X", X) + "\n";
    Folder::with(&[("ids.csv", map.as_str()), ("export/t.jsonl", &records)])
}

fn scan(folder: &Folder, more: &str) -> Ran {
    let args = format!("scan export --map ids.csv {more}");
    folder.idswap(&args.split_whitespace().collect::<Vec<_>>())
}

/// The places of a scan: `path[ keys] sources/targets/sourceForm/quoted in
/// records`, and `+` where a rule covers it.
fn places(ran: &Ran) -> Vec<String> {
    let document: Value =
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    assert_eq!((&document["schemaVersion"], &document["command"]), (&json!(1), &json!("scan")));
    let places = document["places"].as_array().expect("places");
    places.iter().map(line).collect()
}

fn line(place: &Value) -> String {
    let keys = if place["match"] == "keys" { " keys" } else { "" };
    let covered = if place["covered"] == true { " +" } else { "" };
    format!(
        "{}{keys} {}/{}/{}/{} in {}{covered}",
        place["path"].as_str().expect("a path"),
        place["sources"],
        place["targets"],
        place["sourceForm"],
        place["quoted"],
        place["records"],
    )
}

/// Records, and the places that they have; `;` stands between records.
#[rustfmt::skip]
const PLACES: &[(&str, &[&str])] = &[
    (r#"{"a":"$A"}"#, &["a 1/0/0/0 in 1"]),
    (r#"{"a":"$A"};{"a":"$X"};{"a":"$C"};{"a":"none"};{"a":null}"#, &["a 1/1/1/0 in 3"]),
    (r#"{"a":{"b":["$A",{"c":"$B"}]}}"#, &["a.b[*] 1/0/0/0 in 1", "a.b[*].c 1/0/0/0 in 1"]),
    (r#"{"$A":1}"#, &["$ keys 1/0/0/0 in 1"]),
    (r#"{"v":{"$A":1,"$B":{"by":"$C"}}}"#, &["v keys 2/0/0/0 in 1", "v.*.by 0/0/1/0 in 1"]),
    (r#"{"a":"\u0061$A"}"#, &[]),
    (r#"{"a":"see $A."}"#, &["a 0/0/0/1 in 1"]),
    (r#"{"a":"see user_2AliceAliceAliceAliceAlice0!"}"#, &["a 0/0/0/1 in 1"]),
    (r#"{"a":"x$A"}"#, &[]),
    (r#"{"a":"$A0"}"#, &[]),
    (r#"{"a":"($A)"}"#, &["a 0/0/0/1 in 1"]),
    (r#"{"a":"https://x.example/u/$A/edit"}"#, &["a 0/0/0/1 in 1"]),
    (r#"{"by $A":1}"#, &["$ keys 0/0/0/1 in 1"]),
    (r#"{"a":"A11CE000-0000-4000-8000-000000000001"}"#, &["a 1/0/0/0 in 1"]),
    (r#"{"a":"\u0061\u00311ce000-0000-4000-8000-000000000001"}"#, &["a 1/0/0/0 in 1"]),
    (r#"{"a":"$A\ud800"}"#, &["a 0/0/0/1 in 1"]),
    (r#"{"a":["$A","$A"],"b":{}};{"b":["$A"]}"#, &["a[*] 2/0/0/0 in 1", "b[*] 1/0/0/0 in 1"]),
    // Arrays and objects at one place, and names beside names that are data.
    (r#"{"a":["$A"]};{"a":{"x":"$B"}}"#, &["a.x 1/0/0/0 in 1", "a[*] 1/0/0/0 in 1"]),
    (r#"{"a":["$A"]};{"a":{"$A":"$B"}}"#, &["a keys 1/0/0/0 in 1", "a.* 2/0/0/0 in 2"]),
    (r#"{"a":{"$A":"$A","x":"$B"}};{"a":{"x":"$B","y":"$B"}}"#,
        &["a keys 1/0/0/0 in 1", "a.* 1/0/0/0 in 1", "a.x 2/0/0/0 in 2", "a.y 1/0/0/0 in 1"]),
    (r#"{"a":{"$A":1,"x":"$B"}}"#, &["a keys 1/0/0/0 in 1", "a.x 1/0/0/0 in 1"]),
    (r#"{"odd name":"$A","a.b":{"'":"$A"}}"#, &[r"$['a.b']['\''] 1/0/0/0 in 1", "$['odd name'] 1/0/0/0 in 1"]),
    (r#"{"requester_id":"$A","a":5,"b":true}"#, &["requester_id 1/0/0/0 in 1"]),
    ("{}", &[]),
];

#[test]
fn finds_ids_wherever_they_are() {
    for (records, expected) in PLACES {
        let folder = folder(&records.replace(';', "\n"));
        for more in ["", "--threads 1", "--threads 5"] {
            let ran = scan(&folder, &format!("--format json {more}"));
            assert_eq!(places(&ran), *expected, "{records}");
            let forgotten = expected.iter().any(|place| !place.contains(" 0/"));
            assert_eq!(ran.code, Some(i32::from(forgotten)), "{records}: {}", ran.stderr);
        }
    }
}

/// IDs of the map, texts, and whether they are found in them.
#[rustfmt::skip]
const QUOTED: &[(&str, &str, bool)] = &[
    ("auth0|5f7c8ec7", "by auth0|5f7c8ec7.", true),
    ("auth0|5f7c8ec7", "sub:auth0|5f7c8ec7", true),
    ("auth0|5f7c8ec7", "xauth0|5f7c8ec7", false),
    ("alice@b.example", "<mailto:alice@b.example>", true),
    ("alice@b.example", "malice@b.example or", false),
    ("-Abc_1234xyz_", "see -Abc_1234xyz_ ok", true),
    ("ab/cd+ef==", "(ab/cd+ef==)", true),
    ("12345678", "https://x.example/u/12345678", true),
    ("1234567", "https://x.example/u/1234567", false),
    ("user_abcd", "“user_abcd”", true),
    ("user_abcd", "éuser_abcd ", false),
    ("é_user_abcd", "an é_user_abcd, yes", true),
];

#[test]
fn finds_ids_within_text() {
    for (id, text, found) in QUOTED {
        let folder = folder(&json!({ "a": text }).to_string());
        folder.write("ids.csv", format!("source_id,target_id\n{id},X\nother,Y\n"));
        let expected: &[&str] = if *found { &["a 0/0/0/1 in 1"] } else { &[] };
        assert_eq!(places(&scan(&folder, "--format json")), expected, "{id} in {text}");
    }
}

#[test]
fn names_without_end_are_one_place() {
    let names = |from: usize, to: usize| {
        let members = (from..to).map(|n| format!("\"team{n}\":{{\"lead\":\"{A}\"}}"));
        format!("{{\"teams\":{{{}}}}}", members.collect::<Vec<_>>().join(","))
    };
    let few = folder(&names(0, 64));
    assert_eq!(places(&scan(&few, "--format json")).len(), 64);
    let many = folder(&[names(0, 40), names(40, 65), names(0, 1)].join("\n"));
    assert_eq!(places(&scan(&many, "--format json")), ["teams.*.lead 66/0/0/0 in 3"]);
    // A table can have many fields, and those that rules spell are none of the many.
    let wide: Vec<_> = (0..300).map(|n| format!("\"f{n}\":\"{C}\"")).collect();
    let wide = folder(&format!("{{{},\"requester_id\":\"$A\"}}", wide.join(",")));
    assert_eq!(places(&scan(&wide, "--format json")).len(), 301);
    let notes: Vec<_> = (0..70).map(|n| format!("\"n{n}\":\"see {A}\"")).collect();
    let notes = folder(&format!("{{\"custom\":{{{},\"owner\":\"$A\"}}}}", notes.join(",")));
    notes.write("rules.toml", "version = 1\n[[field]]\ntable = \"t\"\npath = \"custom.owner\"\n");
    let ran = scan(&notes, "--format json --rules rules.toml");
    assert_eq!(places(&ran), ["custom.* 0/0/0/70 in 1", "custom.owner 1/0/0/0 in 1 +"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // What can be read only once is refused, not taken for empty.
    let args = ["scan", "-", "--table", "t", "--map", "ids.csv"];
    for path in ["-", "/dev/stdin"] {
        let args = args.map(|arg| if arg == "-" { path } else { arg });
        let ran = many.idswap_fed(&args, &many.read("export/t.jsonl"));
        assert_eq!((ran.code, ran.stdout.len()), (Some(2), 0), "{path}: {}", ran.stderr);
    }
    let ran = few.idswap_fed(&args, &few.read("export/t.jsonl"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
}

#[test]
fn depth_is_data() {
    let deep = 100_000;
    let nested = format!("{{\"a\":{}\"{A}\"{}}}", "[".repeat(deep), "]".repeat(deep));
    let ran = scan(&folder(&nested), "--format json");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let found = places(&ran);
    assert!(found.len() == 1 && found[0].starts_with("a[*][*]"), "{found:?}");
    assert!(found[0].ends_with("[*] 1/0/0/0 in 1"), "{found:?}");
    assert!(String::from_utf8_lossy(&ran.stdout).contains("\"below\": true"));
    assert!(ran.stderr.contains("no rule leads"), "{}", ran.stderr);
}

const RULES: &str = "version = 1\n[[field]]\ntable = \"t\"\npath = \"list[*].id\"\n\
    [[field]]\ntable = \"t\"\npath = \"votes\"\nmatch = \"keys\"\n";

#[test]
fn says_which_rule_covers_a_place() {
    let folder = folder(r#"{"list":[{"id":"$A"}],"votes":{"$A":1},"other":"$A","more":"$C"}"#);
    folder.write("rules.toml", RULES);
    let ran = scan(&folder, "--rules rules.toml --format json");
    let expected = [
        "list[*].id 1/0/0/0 in 1 +",
        "more 0/0/1/0 in 1",
        "other 1/0/0/0 in 1",
        "votes keys 1/0/0/0 in 1 +",
    ];
    assert_eq!(places(&ran), expected);
    let ran = scan(&folder, "--rules rules.toml");
    let text = String::from_utf8(ran.stdout).expect("UTF-8");
    let line = |start: &str| {
        let line = text.lines().find(|line| line.starts_with(start));
        line.and_then(|line| line.split_whitespace().last()).unwrap_or_default().to_owned()
    };
    assert_eq!(line("t.list[*].id"), "list[*].id", "{text}");
    assert_eq!(line("t.votes (member names)"), "votes", "{text}");
    assert_eq!((line("t.other"), line("t.more")), ("NONE".to_owned(), "none".to_owned()), "{text}");
    assert!(
        ran.stderr
            .contains("next: idswap scan export --map ids.csv --rules rules.toml --rules-out"),
        "{}",
        ran.stderr
    );
}

/// Records of which the draft covers everything.
#[rustfmt::skip]
const DRAFTS: &[&str] = &[
    r#"{"a":"$A","b":"$C","c":"see $A"}"#,
    r#"{"list":[{"id":"$B"},{"id":"$A"}],"votes":{"$A":1},"other":"$A"};{}"#,
    r#"{"v":{"$A":{"by":"$B"},"x":{"by":"$A"}},"$A":{"deep":"$A"}}"#,
    r#"{"a":["$A"]};{"a":{"x":"$B"}};{"a":{"$B":"$A"}};{"a":"$A"}"#,
    r#"{"odd 'name'":"$A","\"\\":"$A","é\n":{"":"$A"},"\u007f":"$B"}"#,
    r#"{"requester_id":"$A"}"#,
    r#"{"odd-name":"$A"};{"odd-name":{"$B":1}}"#,
    r#"{"v":"$A"};{"v":{"$B":1}}"#,
];

#[test]
fn a_draft_works_unchanged() {
    for records in DRAFTS {
        for (rules, more) in [(None, ""), (Some(RULES), "--rules rules.toml")] {
            let folder = folder(&records.replace(';', "\n"));
            rules.iter().for_each(|rules| folder.write("rules.toml", rules));
            let drafted = scan(&folder, &format!("--rules-out new.toml {more}"));
            assert!(matches!(drafted.code, Some(0 | 1)), "{records}: {}", drafted.stderr);
            let again = scan(&folder, "--rules new.toml --format json");
            assert_eq!(
                again.code,
                Some(0),
                "{records}: {}{}",
                again.stderr,
                folder.text("new.toml")
            );
            for place in places(&again) {
                assert!(place.contains(" 0/") || place.ends_with('+'), "{records}: {place}");
            }
            let args = "rewrite export --map ids.csv --rules new.toml --out out --exit-zero";
            let ran = folder.idswap(&args.split_whitespace().collect::<Vec<_>>());
            assert_eq!(ran.code, Some(0), "{records}: {}", ran.stderr);
            let left: Vec<_> = [A, B]
                .into_iter()
                .flat_map(|id| {
                    folder.text("out/t.jsonl").match_indices(id).map(|_| id).collect::<Vec<_>>()
                })
                .collect();
            let quoted = folder.text("out/t.jsonl").matches("see ").count();
            assert_eq!(left.len(), quoted, "{records}: {}", folder.text("out/t.jsonl"));
        }
    }
}

/// Names that lead to names without end: what is kept of them has a bound.
#[test]
fn places_without_end_take_no_memory_without_end() {
    let member = |team: usize, n: usize| format!("\"m{team}_{n}\":{{\"by\":\"{A}\"}}");
    let line = |team: usize| {
        let members: Vec<_> = (0..100).map(|n| member(team, n)).collect();
        format!("{{\"threads\":{{\"t{team}\":{{\"msgs\":{{{}}}}}}}}}", members.join(","))
    };
    let folder = folder(&(0..200).map(line).collect::<Vec<_>>().join("\n"));
    for threads in ["1", "3"] {
        let ran = scan(&folder, &format!("--format json --threads {threads}"));
        assert_eq!(places(&ran), ["threads.*.msgs.*.by 20000/0/0/0 in 200"], "{}", ran.stderr);
    }
    // Two names at each of 17 levels are few names and many places.
    fn tree(depth: usize) -> String {
        match depth {
            0 => format!("\"{A}\""),
            _ => format!("{{\"l\":{0},\"r\":{0}}}", tree(depth - 1)),
        }
    }
    folder.write("export/t.jsonl", tree(17) + "\n");
    let ran = scan(&folder, "");
    assert_eq!((ran.code, ran.stdout.len()), (Some(2), 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("100,000 places"), "{}", ran.stderr);
}

#[test]
fn a_draft_without_rules_is_none() {
    let folder = folder(r#"{"a":"none"}"#);
    let ran = scan(&folder, "--rules-out new.toml");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!folder.path("new.toml").exists() && !ran.stderr.contains("next:"), "{}", ran.stderr);
    assert!(ran.stderr.contains("no rule to draft"), "{}", ran.stderr);
    let ran = scan(&folder, "--rules-out -");
    assert_eq!((ran.code, ran.stdout.len()), (Some(2), 0), "{}", ran.stderr);
}

/// Odd paths in rules that a draft takes over and remarks on.
#[test]
fn a_draft_takes_odd_rules_over() {
    for (path, records) in [
        (r#"a['x\u007f'].*"#, r#"{"a":{"x\u007f":{"$A":"$B","b":"$A"}},"c":"$A"}"#),
        (r#"a['x\ny'].b"#, r#"{"a":{"x\ny":{"b":"$A","$A":"$B"}},"c":"$A"}"#),
    ] {
        let folder = folder(records);
        let path = path.replace("\\", "\\\\");
        let rules = format!("version = 1\n[[field]]\ntable = \"t\"\npath = \"{path}\"\n");
        folder.write("rules.toml", rules);
        let ran = scan(&folder, "--rules rules.toml --rules-out new.toml");
        assert_eq!(ran.code, Some(1), "{path}: {}", ran.stderr);
        let again = scan(&folder, "--rules new.toml --format json");
        assert!(
            matches!(again.code, Some(0 | 1)),
            "{path}: {}\n{}",
            again.stderr,
            folder.text("new.toml")
        );
    }
}

#[test]
fn conditions_and_missing_tables_are_said() {
    let folder = folder(r#"{"a":"$A","kind":"bot"}"#);
    let rules = "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n\
        when = { path = \"kind\", equals = \"user\" }\n\
        [[field]]\ntable = \"tikets\"\npath = \"a\"\n";
    folder.write("rules.toml", rules);
    let ran = scan(&folder, "--rules rules.toml");
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(text.contains("a (partly)"), "{text}");
    assert!(ran.stderr.contains("partly: ") && ran.stderr.contains("tikets"), "{}", ran.stderr);
}

#[test]
fn a_draft_is_not_overwritten() {
    let folder = folder(r#"{"a":"$A"}"#);
    folder.write("new.toml", "mine");
    let ran = scan(&folder, "--rules-out new.toml");
    assert_eq!((ran.code, folder.text("new.toml").as_str()), (Some(2), "mine"), "{}", ran.stderr);
    let ran = scan(&folder, "--rules-out new.toml --force");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(folder.text("new.toml").contains("version = 1"));
    for path in ["ids.csv", "export/t.jsonl"] {
        let ran = scan(&folder, &format!("--rules-out {path} --force"));
        assert_eq!(ran.code, Some(2), "{path}: {}", ran.stderr);
    }
}

#[test]
fn a_scan_refuses_what_a_run_refuses() {
    for (records, says, code) in [
        ("{}\n{\"a\":01}", "export/t.jsonl:2:7: a number with a leading zero", 3),
        ("[]", "export/t.jsonl:1:1: ", 3),
    ] {
        let folder = folder(records);
        folder.write("export/a.jsonl", "{}\n");
        for more in ["", "--rules-out new.toml", "--format json"] {
            let ran = scan(&folder, more);
            assert_eq!((ran.code, ran.stdout.len()), (Some(code), 0), "{}", ran.stderr);
            assert!(ran.stderr.starts_with(&format!("idswap: {says}")), "{}", ran.stderr);
            assert!(!ran.stderr.contains("--on-invalid"), "{}", ran.stderr);
            assert!(!folder.path("new.toml").exists());
        }
    }
    let folder = folder("{}");
    folder.write("ids.csv", "source_id,target_id\nA,\nA,X\nA,Y\n");
    assert_eq!(scan(&folder, "").code, Some(2));
    std::fs::remove_file(folder.path("ids.csv")).expect("removed");
    assert_eq!(scan(&folder, "").code, Some(4));
}

/// Random records over few names, some of which are IDs.
fn value() -> impl Strategy<Value = Value> {
    let text = select(vec![A, B, C, X, "none", "by a11ce000-0000-4000-8000-000000000001", ""]);
    let name = select(vec!["a", "b", "c", A, C, "x y"]);
    let leaf =
        prop_oneof![4 => text.prop_map(Value::from), 1 => Just(json!(1.5)), 1 => Just(Value::Null)];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let members = vec((name.clone(), inner.clone()), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The slow way: every path with its names, and then what becomes of these.
#[derive(Default)]
struct Slow {
    /// Path, whether it is a name, what it is, the record.
    found: Vec<(Vec<Step>, bool, usize, usize)>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Item,
    Any,
    Name(String),
}

fn sort(text: &str) -> Option<usize> {
    match text {
        A | B => Some(0),
        X => Some(1),
        C => Some(2),
        text => text.contains(A).then_some(3),
    }
}

impl Slow {
    fn walk(&mut self, value: &Value, path: &mut Vec<Step>, record: usize) {
        match value {
            Value::String(text) => {
                let found = sort(text).map(|sort| (path.clone(), false, sort, record));
                self.found.extend(found);
            }
            Value::Array(items) => items.iter().for_each(|item| {
                path.push(Step::Item);
                self.walk(item, path, record);
                path.pop();
            }),
            Value::Object(members) => {
                for (name, member) in members {
                    let sort = sort(name);
                    self.found.extend(sort.map(|sort| (path.clone(), true, sort, record)));
                    path.push(sort.map_or_else(|| Step::Name(name.clone()), |_| Step::Any));
                    self.walk(member, path, record);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn places(&self) -> Vec<String> {
        let mut places = BTreeMap::<_, ([u64; 4], BTreeSet<usize>)>::new();
        let mut members: BTreeSet<Vec<Step>> = BTreeSet::new();
        let key = |path: &[Step]| -> Vec<Step> {
            let any = |step: &Step| match step {
                Step::Item => Step::Any,
                other => other.clone(),
            };
            path.iter().map(any).collect()
        };
        for (path, names, sort, record) in &self.found {
            for end in 1..=path.len() {
                if path[end - 1] == Step::Any {
                    members.insert(key(&path[..end]));
                }
            }
            let place = places.entry((key(path), *names)).or_default();
            place.0[*sort] += 1;
            place.1.insert(*record);
        }
        let mut lines: Vec<_> = places
            .iter()
            .map(|((path, names), ([a, b, c, d], records))| {
                let spelled = spell(path, &members);
                let keys = if *names { " keys" } else { "" };
                (
                    spelled.clone(),
                    *names,
                    format!("{spelled}{keys} {a}/{b}/{c}/{d} in {}", records.len()),
                )
            })
            .collect();
        lines.sort();
        lines.into_iter().map(|(.., line)| line).collect()
    }
}

fn spell(path: &[Step], members: &BTreeSet<Vec<Step>>) -> String {
    let mut spelled = "$".to_owned();
    for (place, step) in path.iter().enumerate() {
        spelled += &match step {
            Step::Name(name) if name.contains(' ') => format!("['{name}']"),
            Step::Name(name) => format!(".{name}"),
            _ if members.contains(&path[..=place]) => ".*".to_owned(),
            _ => "[*]".to_owned(),
        };
    }
    match path.first() {
        Some(Step::Name(name)) if !name.contains(' ') => spelled.split_off(2),
        _ => spelled,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn agrees_with_a_slow_scan(records in vec(vec((select(vec!["a", "b", C]), value()), 0..3), 1..12)) {
        let records: Vec<Value> =
            records.into_iter().map(|members| members.into_iter().collect()).collect();
        let mut slow = Slow::default();
        for (number, record) in records.iter().enumerate() {
            slow.walk(record, &mut Vec::new(), number);
        }
        let lines: Vec<_> = records.iter().map(Value::to_string).collect();
        let folder = folder(&lines.join("\n"));
        let ran = scan(&folder, "--format json --threads 2");
        prop_assert_eq!(places(&ran), slow.places(), "{}", lines.join("\n"));
    }
}
