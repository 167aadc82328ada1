//! `idswap map check`, `convert` and `join`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::inputs::maps::FAULTY_MAPS;
use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

/// Runs the program on a map in `ids.csv` and nothing else.
fn with_map(rows: &str, args: &str) -> (Folder, Ran) {
    let folder = Folder::with(&[("ids.csv", format!("source_id,target_id\n{rows}"))]);
    let ran = run(&folder, args);
    (folder, ran)
}

fn text(ran: &Ran) -> &str {
    str::from_utf8(&ran.stdout).expect("UTF-8")
}

/// A map's rows and what `map check` prints of them: its counts (entries,
/// undecided, repeated rows, shared targets, odd targets), and its warnings.
#[rustfmt::skip]
const CHECKED: &[(&str, &str, [u64; 5], &[&str])] = &[
    ("plain", "A,X\nB,Y\n", [2, 0, 0, 0, 0], &[]),
    ("no rows", "", [0, 0, 0, 0, 0], &[]),
    ("undecided", "A,X\nB,\n", [1, 1, 0, 0, 0], &[]),
    ("a row three times", "A,X\nA,X\nB,Y\nA,X\n", [2, 0, 2, 0, 0],
        &["ids.csv:3 repeats ids.csv:2", "ids.csv:5 repeats ids.csv:2"]),
    ("rows of both kinds twice", "A,X\nB,\nB,\nA,X\nB,\n", [1, 1, 3, 0, 0],
        &["ids.csv:4 repeats ids.csv:3", "ids.csv:5 repeats ids.csv:2", "ids.csv:6 repeats ids.csv:3"]),
    ("a row twice in letter case", "a11ce000-0000-4000-8000-000000000001,X\nA11CE000-0000-4000-8000-000000000001,X\n",
        [1, 0, 1, 0, 0], &["ids.csv:3 repeats ids.csv:2"]),
    ("targets shared", "A,X\nB,Y\nC,X\nD,Y\nE,X\n", [5, 0, 0, 2, 0],
        &["X: ids.csv:2, ids.csv:4, ids.csv:6", "Y: ids.csv:3, ids.csv:5"]),
    ("an identity beside a row to it", "A,B\nB,B\n", [2, 0, 0, 1, 0], &["B: ids.csv:2, ids.csv:3"]),
    ("a target shared in letter case", "A,B0B00000-0000-4000-8000-000000000002\nB,b0b00000-0000-4000-8000-000000000002\n",
        [2, 0, 0, 1, 0], &["b0b00000-0000-4000-8000-000000000002: ids.csv:2, ids.csv:3"]),
    ("odd targets", "A,user_2AliceAliceAliceAliceAlice0\nB,user_2BobBobBobBobBobBobBobBobB0\nC,ghost\nD,user_2CarolCarolCarolCarolCarol0\nE,D\u{e9}j\u{e0}\n",
        [5, 0, 0, 0, 2], &["ids.csv:4: ghost", "ids.csv:6: D\u{e9}j\u{e0}"]),
    ("quoted line breaks before", "\"A\nA\",\nB,Y\nB,Y\n", [1, 1, 1, 0, 0], &["ids.csv:5 repeats ids.csv:4"]),
];

#[test]
fn check_counts_and_lists_with_lines() {
    for (case, rows, counts, lines) in CHECKED {
        let (_, ran) = with_map(rows, "map check ids.csv");
        assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
        let names = ["entries", "undecided", "repeated rows", "shared targets", "odd targets"];
        let printed = text(&ran);
        for (name, count) in names.iter().zip(counts) {
            assert!(printed.contains(&format!("\n  {name:<16}{count}\n")), "{case}: {printed}");
        }
        let listed: Vec<_> =
            printed.lines().skip_while(|line| !line.starts_with("warning:")).collect();
        let places = listed.iter().filter_map(|line| line.strip_prefix("  ")).collect::<Vec<_>>();
        assert_eq!(places, *lines, "{case}");
        assert_eq!(ran.stderr, "next: idswap scan EXPORT --map ids.csv\n", "{case}");
        says_what_a_run_says(case, rows, &listed);
    }
}

/// The run has the same warnings, in the same words.
fn says_what_a_run_says(case: &str, rows: &str, listed: &[&str]) {
    let folder = standard(&[]);
    folder.write("ids.csv", format!("source_id,target_id\n{rows}"));
    let ran = run(&folder, "rewrite export --map ids.csv --dry-run");
    let warnings: Vec<_> = listed.iter().filter(|line| line.starts_with("warning:")).collect();
    for warning in &warnings {
        assert!(ran.stderr.contains(**warning), "{case}: {warning} is not in {}", ran.stderr);
    }
    let of_rows = |line: &&str| line.contains("of the map") && !line.contains("never used");
    assert_eq!(
        ran.stderr.lines().filter(of_rows).count(),
        warnings.len(),
        "{case}: {}",
        ran.stderr
    );
}

#[test]
fn check_says_of_a_faulty_map_what_a_run_says() {
    for (case, map, _) in FAULTY_MAPS {
        let folder = standard(&[]);
        folder.write("ids.csv", map);
        let checked = run(&folder, "map check ids.csv");
        let rewritten = run(&folder, "rewrite export --map ids.csv --dry-run");
        assert_eq!(checked.code, Some(1), "{case}: {}", checked.stderr);
        assert_eq!(checked.stdout, b"", "{case}");
        assert_eq!(checked.stderr, rewritten.stderr, "{case}");
        let quiet = run(&folder, "map check ids.csv -q");
        assert_eq!((quiet.code, quiet.stderr), (Some(1), checked.stderr), "{case}");
        let converted = run(&folder, "map convert ids.csv --out new.csv");
        assert_eq!((converted.code, converted.stderr), (Some(2), rewritten.stderr), "{case}");
        assert!(!folder.path("new.csv").exists(), "{case}");
    }
}

#[test]
fn check_describes_each_file() {
    let folder = Folder::with(&[
        ("one.csv", "source_id,target_id\nA,X\nB,\nC,Z\n"),
        ("two.csv", "from,to\r\nB,Y\r\n"),
        ("three.csv", "from,to\n"),
    ]);
    let ran = run(&folder, "map check one.csv two.csv three.csv");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let lines: Vec<_> = text(&ran).lines().collect();
    for (line, start) in lines.iter().zip([
        "one.csv: 3 rows, 31 bytes, blake3:",
        "  source_id -> target_id, separated by commas",
        "two.csv: 1 row, 14 bytes, blake3:",
        "  from -> to, separated by commas",
        "three.csv: 0 rows, 8 bytes, blake3:",
        "  from -> to, separated by commas",
        "  entries         3",
    ]) {
        assert!(line.starts_with(start), "{line} starts with {start}");
    }
    assert_eq!(
        ran.stderr,
        "next: idswap scan EXPORT --map one.csv --map two.csv --map three.csv\n"
    );
}

#[test]
fn check_is_quiet_when_told_so() {
    let (_, ran) = with_map("A,X\nA,X\n", "map check ids.csv -q");
    assert_eq!((ran.code, text(&ran), ran.stderr.as_str()), (Some(0), "", ""));
}

#[test]
fn chains_are_for_whoever_allows_them() {
    let chain = "A,B\nB,C\n";
    for (args, code) in [
        ("map check ids.csv", 1),
        ("map check ids.csv --allow-chains", 0),
        ("map convert ids.csv", 2),
        ("map convert ids.csv --allow-chains", 0),
        ("map convert ids.csv --invert", 2),
        ("map convert ids.csv --invert --allow-chains", 0),
    ] {
        let (_, ran) = with_map(chain, args);
        assert_eq!(ran.code, Some(code), "{args}: {}", ran.stderr);
    }
}

#[test]
fn a_wrong_command_is_no_fault_of_the_map() {
    for args in ["", "ids.csv --from A", "ids.csv --from A --to A", "ids.csv --map ids.csv"] {
        let (_, ran) = with_map("A,X\n", &format!("map check {args}"));
        assert_eq!((ran.code, text(&ran)), (Some(2), ""), "{args}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("idswap: "), "{args}: {}", ran.stderr);
    }
}

#[test]
fn a_map_that_cannot_be_read_is_no_fault_of_its_content() {
    for command in ["check", "convert", "convert --invert"] {
        let folder = Folder::new();
        let ran = run(&folder, &format!("map {command} nowhere.csv"));
        assert_eq!((ran.code, text(&ran)), (Some(4), ""), "{command}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("idswap: nowhere.csv: "), "{command}: {}", ran.stderr);
    }
}

/// A run names ten places, `map check` a thousand, and both count all.
#[test]
fn places_are_cut_short_and_counted() {
    let ghosts = |count: u32| (0..count).map(|n| format!("s{n},ghost\n")).collect::<String>();
    let rows = ghosts(12);
    let (folder, ran) = with_map(&rows, "map check ids.csv");
    let all: Vec<_> = (2..14).map(|line| format!("ids.csv:{line}")).collect();
    assert!(text(&ran).contains(&format!("\n  ghost: {}\n", all.join(", "))), "{}", text(&ran));
    folder.write("export/tickets.jsonl", ticket("s1"));
    let ran = run(&folder, "rewrite export --map ids.csv --dry-run");
    let said = format!(
        "warning: 1 target of the map has several sources: {} and 2 more (idswap map check lists them)\n",
        all[..10].join(", ")
    );
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    let (_, ran) = with_map(&ghosts(1500), "map check ids.csv");
    assert!(text(&ran).ends_with(", ids.csv:1001 and 500 more\n"), "{}", text(&ran));
    let again = "A,X\n".repeat(1502);
    let (_, ran) = with_map(&again, "map check ids.csv");
    let end = "\n  ids.csv:1002 repeats ids.csv:2\n  and 501 more\n";
    assert!(text(&ran).ends_with(end), "{}", text(&ran));
}

/// A map's rows and those of the map that `convert` makes of it.
#[rustfmt::skip]
const CONVERTED: &[(&str, &str, &str)] = &[
    ("plain", "A,X\nB,Y\n", "A,X\nB,Y\n"),
    ("no rows", "", ""),
    ("repeated", "A,X\nB,Y\nA,X\n", "A,X\nB,Y\n"),
    ("identities", "A,A\nB,Y\n", "A,A\nB,Y\n"),
    ("undecided among others", "A,X\nB,\nC,Z\nD,\n", "A,X\nB,\nC,Z\nD,\n"),
    ("undecided first", "B,\nA,X\n", "B,\nA,X\n"),
    ("undecided twice", "B,\nA,X\nB,\n", "B,\nA,X\n"),
    ("undecided, decided later", "A,\nB,Y\nA,X\n", "B,Y\nA,X\n"),
    ("decided, undecided later", "A,X\nA,\n", "A,X\n"),
    ("quotes where they are needed", "\"A\",\"X,1\"\n\"B\nb\",\n\"C\"\"\",\"\"\"Y\"\"\"\n", "A,\"X,1\"\n\"B\nb\",\n\"C\"\"\",\"\"\"Y\"\"\"\n"),
    ("letter case kept", "A11CE000-0000-4000-8000-000000000001,B0B00000-0000-4000-8000-00000000000b\n",
        "A11CE000-0000-4000-8000-000000000001,B0B00000-0000-4000-8000-00000000000b\n"),
    ("CRLF", "A,X\r\nB,Y\r\n", "A,X\nB,Y\n"),
    ("CR, all on one line", "A,X\rB,\rC,Z\r", "A,X\nB,\nC,Z\n"),
];

#[test]
fn convert_writes_one_plain_csv() {
    for (case, rows, expected) in CONVERTED {
        let expected = format!("source_id,target_id\n{expected}");
        let (folder, ran) = with_map(rows, "map convert ids.csv");
        assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
        assert_eq!(text(&ran), expected, "{case}");
        let ran = run(&folder, "map convert ids.csv --out plain.csv");
        assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
        assert_eq!(folder.text("plain.csv"), expected, "{case}");
        assert!(
            ran.stderr.ends_with("next: idswap map check plain.csv\n"),
            "{case}: {}",
            ran.stderr
        );
        let again = run(&folder, "map convert plain.csv -q");
        assert_eq!((text(&again), again.stderr.as_str()), (expected.as_str(), ""), "{case}");
    }
}

#[test]
fn convert_adds_files_up() {
    let folder = Folder::with(&[
        ("one.csv", "\u{feff}supabase_id,clerk_id\r\nA,X\r\nB,\r\n"),
        ("two.csv", "name,new_id,old_id\n\"B, the second\",Y,B\nhunter2,,C\n"),
    ]);
    let ran = run(&folder, "map convert one.csv two.csv");
    assert_eq!(text(&ran), "source_id,target_id\nA,X\nB,Y\nC,\n");
    assert_eq!(ran.stderr, "2 entries, 1 undecided source (written to standard output)\n");
}

/// Maps of other forms that say the same, with what it takes to read them, and
/// what they are taken for.
#[rustfmt::skip]
const FORMS: &[(&str, &str, &str, &str)] = &[
    ("ids.csv", "A,X\nB,\nC,Z\nD,\nC,Z\n", "--no-header", "the first column -> the second, without a header, separated by commas"),
    ("ids.csv", "a\tb\nA\tX\nB\t\nC\tZ\nD\t\n", "", "the first column -> the second, separated by tabs"),
    ("ids.csv", "status,clerkId,sourceId\ncreated,X,A\nfailed,,B\ncreated,Z,C\nfailed,,D\n", "", "a run file, sourceId -> clerkId, separated by commas"),
    ("ids.csv", "new;old;hash\nX;A;h\n;B;h\nZ;C;h\n;D;h\n", "--from old --to new", "old -> new, separated by semicolons"),
    ("ids.json", r#"{"A":"X","B":"","C":"Z","D":null,"C":"Z"}"#, "", "one object from sources to targets"),
    ("ids.json", r#"[{"a":"A","b":"X"},{"a":"B"},{"a":"C","b":"Z"},{"a":"D"}]"#, "", "an array of objects: the first column -> the second"),
    ("ids.json", r#"[{"source":"A","target":"X"},{"source":"B"},{"source":"C","target":"Z"},{"source":"D","target":""}]"#, "", "an array of objects: source -> target"),
    ("ids.jsonl", "{\"target\":\"X\",\"source\":\"A\"}\n{\"source\":\"B\"}\n{\"source\":\"C\",\"target\":\"Z\"}\n{\"source\":\"D\"}\n", "", "an object on each line: source -> target"),
];

#[test]
fn maps_of_every_form_are_converted() {
    for (name, map, args, taken) in FORMS {
        let folder = Folder::with(&[(name, map)]);
        let ran = run(&folder, &format!("map convert {name} {args}"));
        assert_eq!(text(&ran), "source_id,target_id\nA,X\nB,\nC,Z\nD,\n", "{map}: {}", ran.stderr);
        let ran = run(&folder, &format!("map check {name} {args}"));
        assert!(
            text(&ran).contains("\n  entries         2\n  undecided       2\n"),
            "{map}: {}",
            text(&ran)
        );
        assert!(text(&ran).contains(&format!("\n  {taken}\n")), "{map}: {}", text(&ran));
        let words = format!("next: idswap scan EXPORT --map {name} {args}");
        assert_eq!(ran.stderr.trim_end(), words.trim_end(), "{map}");
    }
}

/// A JSON map can have sources that no CSV can.
#[test]
fn convert_writes_nothing_that_it_would_not_read() {
    for (map, args) in
        [(r#"{"A\nA":"X"}"#, ""), (r#"{"A\rA":"A\rA"}"#, ""), (r#"{"A\rA":"A\rA"}"#, "--invert")]
    {
        let folder = Folder::with(&[("ids.json", map)]);
        assert_eq!(run(&folder, "map check ids.json").code, Some(0), "{map}");
        let ran = run(&folder, &format!("map convert ids.json {args} --out new.csv"));
        assert_eq!(ran.code, Some(2), "{map} {args}: {}", ran.stderr);
        let said = "idswap: ids.json:1: a line break within a source\nA CSV map";
        assert!(ran.stderr.starts_with(said), "{map} {args}: {}", ran.stderr);
        assert!(!folder.path("new.csv").exists(), "{map} {args}");
    }
}

/// A map's rows and those of its inverse.
#[rustfmt::skip]
const INVERTED: &[(&str, &str, &str, u64)] = &[
    ("plain", "A,X\nB,Y\n", "X,A\nY,B\n", 0),
    ("identities", "A,A\nB,Y\n", "A,A\nY,B\n", 0),
    ("repeated", "A,X\nA,X\n", "X,A\n", 0),
    ("undecided", "A,X\nB,\nC,\n", "X,A\n", 2),
    ("undecided first, and then decided", "A,B\nB,\nB,C\n", "B,A\nC,B\n", 0),
    ("a chain", "A,B\nB,C\n", "B,A\nC,B\n", 0),
    ("a cycle", "A,B\nB,A\n", "B,A\nA,B\n", 0),
    ("letter case kept", "A11CE000-0000-4000-8000-000000000001,X\n", "X,A11CE000-0000-4000-8000-000000000001\n", 0),
    ("an identity spelled twice", "A11CE000-0000-4000-8000-000000000001,A11CE000-0000-4000-8000-000000000001\na11ce000-0000-4000-8000-000000000001,a11ce000-0000-4000-8000-000000000001\n",
        "A11CE000-0000-4000-8000-000000000001,A11CE000-0000-4000-8000-000000000001\n", 0),
    ("an identity with blanks", " A, A\n", " A, A\n", 0),
    ("an undecided ID with blanks", "A,X\n B,\n", "X,A\n", 1),
];

#[test]
fn invert_swaps_the_sides() {
    for (case, rows, expected, undecided) in INVERTED {
        let args = "map convert ids.csv --invert --allow-chains --out back.csv";
        let (folder, ran) = with_map(rows, args);
        assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
        assert_eq!(folder.text("back.csv"), format!("source_id,target_id\n{expected}"), "{case}");
        let said = format!("{undecided} undecided source");
        assert!(ran.stderr.contains(&said), "{case}: {}", ran.stderr);
        let next = "next: idswap map check back.csv --allow-chains\n";
        assert!(ran.stderr.ends_with(next), "{case}: {}", ran.stderr);
        let again = run(&folder, "map check back.csv --allow-chains");
        assert_eq!(again.code, Some(0), "{case}: {}", again.stderr);
    }
}

/// Maps whose inverse would lose something, and what is said of that.
#[rustfmt::skip]
const LOSSES: &[(&str, &str, &[&str])] = &[
    ("a target shared", "A,X\nB,Y\nC,X\n", &["target X has several sources: ids.csv:2, ids.csv:4"]),
    ("a row to an identity", "A,X\nX,X\n", &["target X has several sources: ids.csv:2, ids.csv:3"]),
    ("a UUID in two spellings", "a11ce000-0000-4000-8000-000000000001,X\nA11CE000-0000-4000-8000-000000000001,X\n",
        &["ids.csv:3: source a11ce000-0000-4000-8000-000000000001 is spelled differently on ids.csv:2"]),
    ("a source with blanks", "A,X\nB ,Y\n", &["ids.csv:3: source \"B \""]),
    ("a source with a control character", "A,X\nB\u{7}b,Y\n", &["ids.csv:3: source \"B\\u{7}b\""]),
    ("an undecided source that is a target", "A,B\nB,\n", &["ids.csv:3: source B is undecided, but a target on ids.csv:2"]),
    ("the same in letter case", "A,B0B00000-0000-4000-8000-000000000002\nC,Y\nb0b00000-0000-4000-8000-000000000002,\n",
        &["ids.csv:4: source b0b00000-0000-4000-8000-000000000002 is undecided, but a target on ids.csv:2"]),
    ("all at once", " A,X\nB,Y\nC,Y\na11ce000-0000-4000-8000-000000000001,Z\nA11CE000-0000-4000-8000-000000000001,Z\n\tD,Y\n",
        &["target Y has several sources: ids.csv:3, ids.csv:4, ids.csv:7", "ids.csv:6: source a11ce", "ids.csv:2: source \" A\"", "ids.csv:7: source \"\\u{9}D\""]),
];

#[test]
fn invert_refuses_to_lose_anything() {
    for (case, rows, says) in LOSSES {
        let (folder, ran) = with_map(rows, "map convert ids.csv --invert --out back.csv");
        assert_eq!(ran.code, Some(2), "{case}: {}", ran.stderr);
        let lines: Vec<_> = ran.stderr.lines().collect();
        assert_eq!(lines.len(), says.len() + 2, "{case}: {}", ran.stderr);
        for (line, part) in lines[1..].iter().zip(*says) {
            assert!(line.contains(part), "{case}: {part:?} is not in {line:?}");
        }
        assert!(lines[says.len() + 1].contains("idswap undo"), "{case}: {}", ran.stderr);
        assert!(!folder.path("back.csv").exists(), "{case}");
    }
}

#[test]
fn invert_lists_a_thousand_losses() {
    let rows: String = (0..1200).map(|n| format!("\" s{n}\",t{n}\n")).collect();
    let (_, ran) = with_map(&rows, "map convert ids.csv --invert");
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.stderr.lines().filter(|line| line.contains(": source \" s")).count(), 1000);
    assert!(ran.stderr.contains("\n  and 200 more\n"), "{}", ran.stderr);
}

/// Two lists, the rows of the map that is made of them, and what is listed:
/// of each row its line and ID, and a word of why.
type Lists = (&'static str, &'static str, &'static str, &'static str, &'static [[&'static str; 2]]);

const NO_ADDRESS: &str = "no address";
const AMBIGUOUS: &str = "several IDs:";
const NO_MATCH: &str = "lacks";
const TORN: &str = "leads to several IDs";
const SHARED: &str = "the same ID of";

#[rustfmt::skip]
const JOINED: &[Lists] = &[
    ("all told", "1,a@x\n2,b@x\n", "u,b@x\nv,a@x\n", "1,v\n2,u\n", &[]),
    ("written otherwise", "1, A@x\n2,\u{c4}@x\n", "u,a@X \nv,\u{e4}@x\n", "1,u\n2,v\n", &[]),
    ("no address", "1,a@x\n2,\n3,\" \"\n", "u,a@x\n", "1,u\n2,\n3,\n",
        &[[NO_ADDRESS, "old.csv:3: 2"], [NO_ADDRESS, "old.csv:4: 3"]]),
    ("no address among the new", "1,a@x\n", "u,a@x\nv,\n", "1,u\n", &[[NO_ADDRESS, "new.csv:3: v"]]),
    ("without a match", "1,a@x\n2,b@x\n", "u,a@x\nv,c@x\n", "1,u\n2,\n",
        &[[NO_MATCH, "old.csv:3: 2"], [NO_MATCH, "new.csv:3: v"]]),
    ("ambiguous among the old", "1,a@x\n2,A@x\n", "u,a@x\n", "1,\n2,\n",
        &[[AMBIGUOUS, "old.csv:2: 1"], [AMBIGUOUS, "old.csv:3: 2"], [AMBIGUOUS, "new.csv:2: u"]]),
    ("ambiguous among the new", "1,a@x\n", "u,a@x\nv,A@x\n", "1,\n",
        &[[AMBIGUOUS, "old.csv:2: 1"], [AMBIGUOUS, "new.csv:2: u"], [AMBIGUOUS, "new.csv:3: v"]]),
    ("rows repeated", "1,a@x\n1,A@x\n", "u,a@x\nu,a@x \n", "1,u\n", &[]),
    ("a UUID in two spellings", "a11ce000-0000-4000-8000-000000000001,a@x\nA11CE000-0000-4000-8000-000000000001,a@x\n", "u,a@x\n",
        "a11ce000-0000-4000-8000-000000000001,u\n", &[]),
    ("other IDs in two spellings", "a,a@x\nA,a@x\n", "u,a@x\n", "a,\nA,\n",
        &[[AMBIGUOUS, "old.csv:2: a"], [AMBIGUOUS, "old.csv:3: A"], [AMBIGUOUS, "new.csv:2: u"]]),
    ("two addresses, one match", "1,a@x\n1,b@x\n", "u,b@x\n", "1,u\n", &[[NO_MATCH, "old.csv:2: 1"]]),
    ("two addresses, one user", "1,a@x\n1,b@x\n", "u,b@x\nu,a@x\n", "1,u\n", &[]),
    ("two addresses, two users", "1,a@x\n1,b@x\n", "u,a@x\nv,b@x\n", "1,\n",
        &[[TORN, "old.csv:2: 1"], [TORN, "old.csv:3: 1"]]),
    ("two addresses, one ambiguous", "1,a@x\n2,b@x\n1,b@x\n", "u,a@x\nv,b@x\n", "1,\n2,\n",
        &[[AMBIGUOUS, "old.csv:3: 2"], [AMBIGUOUS, "old.csv:4: 1"], [AMBIGUOUS, "new.csv:3: v"]]),
    ("two old users of one new one", "1,a@x\n2,b@x\n", "u,a@x\nu,b@x\n", "1,u\n2,u\n", &[[SHARED, "old.csv:2: 1"], [SHARED, "old.csv:3: 2"]]),
    ("three old users of two new ones", "1,a@x\n2,c@x\n3,b@x\n3,d@x\n4,d@x\n", "u,a@x\nu,b@x\nv,c@x\n", "1,u\n2,v\n3,\n4,\n",
        &[[AMBIGUOUS, "old.csv:5: 3"], [AMBIGUOUS, "old.csv:6: 4"]]),
    ("the same ID", "1,a@x\n", "1,a@x\n", "1,1\n", &[]),
    ("nobody", "", "", "", &[]),
    ("nobody new", "1,a@x\n", "", "1,\n", &[[NO_MATCH, "old.csv:2: 1"]]),
    ("a comma in an ID", "\"1,1\",a@x\n", "u,a@x\n", "\"1,1\",u\n", &[]),
];

fn lists(old: &str, new: &str) -> Folder {
    let [old, new] = [old, new].map(|rows| format!("id,email\n{rows}"));
    Folder::with(&[("old.csv", old), ("new.csv", new)])
}

#[test]
fn join_makes_a_map_and_guesses_nothing() {
    for (case, old, new, rows, listed) in JOINED {
        let folder = lists(old, new);
        let ran = run(&folder, "map join old.csv new.csv --on email --out ids.csv");
        let code = i32::from(listed.iter().any(|[why, _]| *why != SHARED));
        assert_eq!(ran.code, Some(code), "{case}: {}", ran.stderr);
        assert_eq!(folder.text("ids.csv"), format!("source_id,target_id\n{rows}"), "{case}");
        assert!(!ran.stderr.contains('@'), "{case} shows an address: {}", ran.stderr);
        let mut why = "";
        let mut found = Vec::new();
        for line in ran.stderr.lines() {
            match line.strip_prefix("  ") {
                Some(row) => found.push([why, row]),
                None => why = line,
            }
        }
        assert_eq!(found.len(), listed.len(), "{case}: {}", ran.stderr);
        for ([why, row], [word, expected]) in found.into_iter().zip(*listed) {
            assert!(why.contains(word) && row == *expected, "{case}: {why} {row}");
        }
        let undecided = rows.lines().filter(|row| row.ends_with(',')).count();
        assert!(ran.stderr.contains(&format!(" {undecided} undecided ")), "{case}: {}", ran.stderr);
        let next = match undecided {
            0 => "next: idswap map check ids.csv\n",
            _ => "next: fill in the targets in ids.csv, then idswap map check ids.csv\n",
        };
        assert!(ran.stderr.ends_with(next), "{case}: {}", ran.stderr);
        let quiet = run(&folder, "map join old.csv new.csv --on email --out - -q");
        assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(code), ""), "{case}");
        assert_eq!(text(&quiet), folder.text("ids.csv"), "{case}");
    }
}

/// The headers of two lists, what is asked for, and whether the columns are
/// found. The rows are `1,a@x,hash` and `u,a@x,hash`.
#[rustfmt::skip]
const COLUMNS: &[(&str, &str, &str, bool)] = &[
    ("id,email,pw", "id,email,pw", "--on email", true),
    ("source_id,email,pw", "target_id,email,pw", "--on email", true),
    ("supabase_id,email,pw", "clerk_id,email,pw", "--on email", true),
    ("user_id,email,pw", "user_id,email,pw", "--on email", true),
    ("uid,email,pw", "id,email,pw", "--on email", false),
    ("uid,email,pw", "id,email,pw", "--on email --old-id uid", true),
    ("id,email,pw", "uid,email,pw", "--on email --new-id uid", true),
    ("id,email,pw", "id,email,pw", "--on email --new-id uid", false),
    ("id,mail,pw", "id,email,pw", "--on email", false),
    ("id,mail,pw", "id,email,pw", "--on email --old-on mail", true),
    ("id,email,pw", "id,mail,pw", "--on email --new-on mail", true),
    ("id,mail,pw", "id,post,pw", "--old-on mail --new-on post", true),
];

#[test]
fn join_finds_its_columns_by_name() {
    for (old, new, args, found) in COLUMNS {
        let case = format!("{old} {new} {args}");
        let folder = Folder::with(&[
            ("old.csv", format!("{old}\n1,a@x,hunter2\n")),
            ("new.csv", format!("{new}\nu,a@x,hunter2\n")),
        ]);
        let ran = run(&folder, &format!("map join old.csv new.csv {args} --out ids.csv"));
        assert_eq!(ran.code, Some(if *found { 0 } else { 2 }), "{case}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hunter2"), "{case}: {}", ran.stderr);
        match found {
            true => assert_eq!(folder.text("ids.csv"), "source_id,target_id\n1,u\n", "{case}"),
            false => assert!(!folder.path("ids.csv").exists(), "{case}"),
        }
    }
}

/// Old lists of other forms, of which the same map is made.
#[rustfmt::skip]
const LISTS: &[(&str, &str)] = &[
    ("old.csv", "hash;email;id\r\nh;\"a@x\";1\r\nh;;2\r\n"),
    ("old.tsv", "id\temail\n1\ta@x\n2\t\n"),
    ("old.json", r#"[{"id":1,"email":"a@x","hash":"h"},{"id":"2","email":null}]"#),
    ("old.jsonl", "{\"email\":\"A@x \",\"id\":\"1\"}\n\n{\"id\":2}\n"),
];

#[test]
fn join_reads_lists_of_every_form() {
    for (name, list) in LISTS {
        let folder = Folder::with(&[(*name, *list), ("new.json", r#"[{"id":"u","email":"a@x"}]"#)]);
        let ran = run(&folder, &format!("map join {name} new.json --on email --out ids.csv"));
        assert_eq!(ran.code, Some(1), "{list}: {}", ran.stderr);
        assert_eq!(folder.text("ids.csv"), "source_id,target_id\n1,u\n2,\n", "{list}");
        assert!(ran.stderr.starts_with("warning: 1 row of old."), "{list}: {}", ran.stderr);
    }
}

#[test]
fn join_wants_to_know_its_columns() {
    for args in ["", "--old-on email", "--new-on email"] {
        let ran = run(&lists("", ""), &format!("map join old.csv new.csv {args} --out ids.csv"));
        assert_eq!(ran.code, Some(2), "{args}: {}", ran.stderr);
        assert!(ran.stderr.contains("--on"), "{args}: {}", ran.stderr);
    }
}

/// Lists of which no map can be made, and what is said of them.
#[rustfmt::skip]
const FAULTY_LISTS: &[(&str, &str, &str, &[&str])] = &[
    ("no ID", "1,a@x\n,b@x\n", "u,a@x\n", &["old.csv:3: "]),
    ("no ID in both", ",a@x\n,\n", "u,a@x\n,b@x\n", &["old.csv:2: ", "old.csv:3: ", "new.csv:3: "]),
    ("an old ID with a line break", "\"1,a@x\n2\",b@x\n", "u,b@x\n", &["old.csv:2: "]),
    ("rows too short in both", "1\n", "u,a@x\nv\n", &["old.csv:2: 1 cell", "new.csv:3: 1 cell"]),
    ("a new ID with blanks", "1,a@x\n", "u,c@x\n v,a@x\n", &["new.csv:3: "]),
    ("a new ID with a line break", "1,a@x\n", "\"u\nu\",c@x\n", &["new.csv:2: "]),
];

#[test]
fn join_refuses_ids_that_no_map_can_have() {
    for (case, old, new, says) in FAULTY_LISTS {
        let folder = lists(old, new);
        let ran = run(&folder, "map join old.csv new.csv --on email --out ids.csv");
        assert_eq!(ran.code, Some(2), "{case}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), says.len() + 1, "{case}: {}", ran.stderr);
        for (line, part) in ran.stderr.lines().zip(*says) {
            assert!(line.contains(part) && !line.contains('@'), "{case}: {line}");
        }
        assert!(!folder.path("ids.csv").exists(), "{case}");
    }
}

#[test]
fn join_lists_a_thousand_of_a_kind() {
    let old: String = (0..1050).map(|n| format!("s{n},{n}@x\n")).collect();
    let folder = lists(&old, "u,\n");
    let ran = run(&folder, "map join old.csv new.csv --on email --out ids.csv");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("warning: 1,050 rows of old.csv "), "{}", ran.stderr);
    assert!(ran.stderr.contains("\n  old.csv:1001: s999\n  and 50 more\n"), "{}", ran.stderr);
}

/// Commands on a file that is read row by row, what it begins with, and its
/// rows.
#[rustfmt::skip]
const ROW_BY_ROW: &[(&str, &str, &str)] = &[
    ("map check ids.csv", "sourceId,clerkId,status\n", "s,t,created\n"),
    ("map check ids.csv", "source_id,target_id,note\n", "A,X,\"a\nb\"\n"),
    ("map join ids.csv new.csv --on email --out map.csv", "id,email\n", "A,a@x\n"),
    ("map join new.csv ids.csv --on email --out map.csv", "id,email\n", "A,a@x\n"),
];

#[test]
fn a_file_that_changes_meanwhile_is_refused() {
    for (args, header, row) in ROW_BY_ROW {
        let folder = Folder::with(&[("new.csv", "id,email\n")]);
        folder.write("ids.csv", format!("{header}{}", row.repeat(200_000)));
        let done = AtomicBool::new(false);
        let ran = std::thread::scope(|scope| {
            scope.spawn(|| {
                let file = std::fs::File::options().append(true).open(folder.path("ids.csv"));
                let file = file.expect("opened");
                for second in 1.. {
                    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
                    file.set_modified(time).expect("touched");
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
            let ran = run(&folder, args);
            done.store(true, Ordering::Relaxed);
            ran
        });
        assert_eq!(ran.code, Some(4), "{args}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("idswap: ids.csv: changed while"), "{args}: {}", ran.stderr);
        assert!(!folder.path("map.csv").exists(), "{args}");
    }
}

/// Output that outgrows what is kept for one write.
#[test]
fn a_full_disk_is_told_as_one() {
    let many = |row: &str| (0..9000).map(|n| row.replace('N', &n.to_string())).collect::<String>();
    let folder = lists(&many("sN,N@x\n"), &many("tN,N@x\n"));
    folder.write("ids.csv", format!("source_id,target_id\n{}", many("sN,tN\n")));
    for args in ["convert ids.csv", "join old.csv new.csv --on email"] {
        let ran = run(&folder, &format!("map {args} --out /dev/full"));
        assert_eq!(ran.code, Some(4), "{args}: {}", ran.stderr);
        assert!(ran.stderr.contains("\nFree some space"), "{args}: {}", ran.stderr);
    }
}

#[test]
fn a_missing_list_is_not_read() {
    for lists in ["nowhere.csv new.csv", "old.csv nowhere.csv"] {
        let folder = Folder::with(&[("old.csv", "id,email\n"), ("new.csv", "id,email\n")]);
        let ran = run(&folder, &format!("map join {lists} --on email --out ids.csv"));
        assert_eq!(ran.code, Some(4), "{lists}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("idswap: nowhere.csv: "), "{lists}: {}", ran.stderr);
        assert!(!folder.path("ids.csv").exists(), "{lists}");
    }
}

/// What the control characters of an ID do to no terminal.
#[test]
fn ids_are_printed_without_control_characters() {
    let folder = lists("\"1\u{1b}[31m\",\n", "");
    let ran = run(&folder, "map join old.csv new.csv --on email --out ids.csv");
    assert!(ran.stderr.contains("old.csv:2: 1\\u{1b}[31m"), "{}", ran.stderr);
    for args in ["map check ids.csv", "map convert ids.csv --invert"] {
        let (_, ran) = with_map("\"A\u{1b}[31m\",\"\u{202e}X\"\nB,\"\u{202e}X\"\n", args);
        let printed = format!("{}{}", text(&ran), ran.stderr);
        assert!(!printed.contains(['\u{1b}', '\u{202e}']), "{printed}");
        assert!(printed.contains("\\u{202e}X"), "{printed}");
    }
}

/// What stands before, the output, the exit code, and what is said.
type Placed = (&'static str, &'static [(&'static str, Put)], &'static str, i32, &'static str);

#[rustfmt::skip]
const PLACES: &[Placed] = &[
    ("nothing stands there", &[], "new.csv", 0, ""),
    ("a file stands there", &[("new.csv", File("old"))], "new.csv", 2, "new.csv: exists already"),
    ("a file to be replaced", &[("new.csv", File("old"))], "new.csv --force", 0, ""),
    ("a name of JSON", &[], "new.Json", 2, "new.Json: is not the name of a CSV file"),
    ("a name of lines", &[], "new.jsonl", 2, "new.jsonl: is not the name"),
    ("a name of more lines", &[], "new.ndjson", 2, "new.ndjson: is not the name"),
    ("a name of gzip", &[], "new.csv.gz", 2, "new.csv.gz: is not the name"),
    ("a name of Zstandard", &[], "new.csv.ZST", 2, "new.csv.ZST: is not the name"),
    ("a name of a ZIP", &[], "new.zip --force", 2, "new.zip: is not the name"),
    ("a folder is there now", &[("new.csv", Put::Folder)], "new.csv --force", 2, "new.csv: is a folder"),
    ("a name of a folder", &[], "new.csv/ --force", 2, "new.csv/: is named as a folder"),
    ("no folder to put it in", &[], "nowhere/new.csv", 4, "nowhere"),
    ("the input", &[], "INPUT --force", 2, "--out clashes with the input INPUT"),
    ("a link to the input", &[("new.csv", Link("INPUT"))], "new.csv --force", 2, "--out clashes with the input INPUT"),
    ("a twin of the input", &[("new.csv", Twin("INPUT"))], "new.csv --force", 2, "--out clashes with the input INPUT"),
    ("a dangling link", &[("new.csv", Link("gone"))], "new.csv", 2, "new.csv: exists already"),
];

#[test]
fn outputs_are_placed_as_those_of_a_run() {
    for (command, input) in [
        ("map convert ids.csv", "ids.csv"),
        ("map convert ids.csv --invert", "ids.csv"),
        ("map join old.csv new-users.csv --on email", "old.csv"),
        ("map join old.csv new-users.csv --on email", "new-users.csv"),
    ] {
        for (case, before, out, code, says) in PLACES {
            let case = format!("{command}: {case}");
            let folder = Folder::with(&[
                ("ids.csv", "source_id,target_id\nA,X\n"),
                ("old.csv", "id,email\nA,a@x\n"),
                ("new-users.csv", "id,email\nX,a@x\n"),
            ]);
            for (path, what) in *before {
                let what = match what {
                    Link("INPUT") => Link(input),
                    Twin("INPUT") => Twin(input),
                    other => *other,
                };
                put(&folder, path, what);
            }
            let known = everything(&folder);
            let ran = run(&folder, &format!("{command} --out {}", out.replace("INPUT", input)));
            assert_eq!(ran.code, Some(*code), "{case}: {}", ran.stderr);
            assert!(ran.stderr.contains(&says.replace("INPUT", input)), "{case}: {}", ran.stderr);
            match code {
                0 => assert!(folder.text("new.csv").starts_with("source_id,target_id\n"), "{case}"),
                _ => assert!(everything(&folder) == known, "{case}"),
            }
        }
    }
}

#[test]
fn the_manual_has_the_commands_below_map() {
    let ran = run(&Folder::new(), "man");
    for page in ["idswap-map ", "idswap-map-check ", "idswap-map-convert ", "idswap-map-join "] {
        assert!(text(&ran).contains(&format!(".TH {page}")), "{page}");
    }
}

/// IDs of many kinds; no two are the same to a map.
const IDS: [&str; 12] = [
    "a11ce000-0000-4000-8000-000000000001",
    "B0B00000-0000-4000-8000-00000000000B",
    "Ca401000-0000-4000-8000-00000000000c",
    "user_2AliceAliceAliceAliceAlice0",
    "user_2BobBobBobBobBobBobBobBobB0",
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "anna",
    "Anna",
    "b, \"c\"",
    "\u{e4}\\\u{1f600}",
    "1",
    "a",
];

/// What a random map says of its IDs, and the records that hold them.
#[derive(Debug, Clone)]
struct Loop {
    rows: Vec<(String, String)>,
    values: Vec<String>,
    chains: bool,
    /// Whether an undecided source is also a target.
    loses: bool,
}

/// Maps that can be turned around, unless a cycle is open, and values of which none is a target, but
/// for those that are sources as well.
fn loops() -> impl Strategy<Value = Loop> {
    let order = Just(IDS.to_vec()).prop_shuffle();
    let kinds = vec(0..8_u8, 5);
    let repeated = vec(any::<Index>(), 0..3);
    let values = vec(any::<Index>(), 0..12);
    (order, kinds, repeated, values, any::<bool>()).prop_map(
        |(ids, kinds, repeated, values, cycle)| {
            // The first five are sources, in a cycle or to the next five; the
            // last two are in no row.
            let (sources, others) = ids.split_at(5);
            let in_cycle = |at: usize| sources[(at + 1) % 5];
            let target = |(at, kind): (usize, &u8)| match kind {
                1 => "",
                _ if cycle => in_cycle(at),
                0 => sources[at],
                _ => others[at],
            };
            let row =
                |(at, kind): (usize, &u8)| (sources[at].to_owned(), target((at, kind)).to_owned());
            let mut rows: Vec<_> = kinds.iter().enumerate().map(row).collect();
            for index in repeated {
                rows.push(rows[index.index(5)].clone());
            }
            let open = kinds.iter().filter(|kind| **kind == 1).count();
            let loses = cycle && (1..5).contains(&open);
            let standing = [sources, &others[5..]].concat();
            let value = |index: Index| index.get(&standing).to_string();
            Loop { rows, values: values.into_iter().map(value).collect(), chains: cycle, loses }
        },
    )
}

fn csv_of(rows: &[(String, String)]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["source_id", "target_id"]).expect("written");
    for (source, target) in rows {
        writer.write_record([source, target]).expect("written");
    }
    writer.into_inner().expect("written")
}

fn succeeds(folder: &Folder, args: &str, chains: bool) {
    let chains = if chains { " --allow-chains" } else { "" };
    let ran = run(folder, &format!("{args}{chains}"));
    assert!(matches!(ran.code, Some(0 | 1)), "{args}: {}", ran.stderr);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    /// Rewritten and rewritten back, an export is what it was, byte for byte.
    #[test]
    fn a_map_and_its_inverse_cancel_out(Loop { rows, values, chains, loses } in loops()) {
        let folder = Folder::with(&[("ids.csv", csv_of(&rows))]);
        let tickets: String = values.iter().map(|value| {
            format!("{{\"requester_id\": {}, \"n\": 1.0}}\r\n", serde_json::to_string(value).expect("JSON"))
        }).collect();
        folder.write("export/tickets.jsonl", &tickets);
        succeeds(&folder, "rewrite export --map ids.csv --out there", chains);
        if loses {
            let ran = run(&folder, "map convert ids.csv --invert --allow-chains");
            prop_assert_eq!(ran.code, Some(2), "{}", ran.stderr);
            return Ok(());
        }
        succeeds(&folder, "map convert ids.csv --invert --out back.csv", chains);
        succeeds(&folder, "rewrite there --map back.csv --out again", chains);
        prop_assert_eq!(folder.text("again/tickets.jsonl"), tickets);
        // And the inverse of the inverse is the map, its undecided rows aside.
        succeeds(&folder, "map convert back.csv --invert --out same.csv", chains);
        let mut seen = BTreeSet::new();
        let decided = |row: &&(String, String)| !row.1.is_empty() && seen.insert(row.0.clone());
        let decided: Vec<_> = rows.iter().filter(decided).cloned().collect();
        prop_assert_eq!(folder.read("same.csv"), csv_of(&decided));
    }

    /// What is converted says the same, and stays as it is.
    #[test]
    fn a_converted_map_does_the_same(rows in vec((select(&IDS[..]), 0..9_usize), 0..12)) {
        let mut targets = std::collections::BTreeMap::new();
        let rows: Vec<_> = rows.into_iter().map(|(source, at)| {
            let target = ["", source, "t1", "t2", "t3", "t 4", "\"t5\"", "T1", "t6"][at];
            let target = if target.is_empty() { "" } else { *targets.entry(source).or_insert(target) };
            (source.to_owned(), target.to_owned())
        }).collect();
        let folder = Folder::with(&[("ids.csv", csv_of(&rows))]);
        let tickets: String = IDS.iter().map(|id| {
            format!("{{\"requester_id\":{}}}\n", serde_json::to_string(id).expect("JSON"))
        }).collect();
        folder.write("export/tickets.jsonl", tickets);
        succeeds(&folder, "map convert ids.csv --out plain.csv", false);
        succeeds(&folder, "map convert plain.csv --out plainer.csv", false);
        prop_assert_eq!(folder.text("plainer.csv"), folder.text("plain.csv"));
        for map in ["ids", "plain"] {
            succeeds(&folder, &format!("rewrite export --map {map}.csv --out {map}"), false);
        }
        prop_assert_eq!(folder.text("plain/tickets.jsonl"), folder.text("ids/tickets.jsonl"));
        let [one, other] = ["ids", "plain"].map(|map| json(&folder.text(&format!("{map}.report.json"))));
        for name in ["entries", "undecided", "manyToOne", "unused"] {
            prop_assert_eq!(&one["map"][name], &other["map"][name]);
        }
        prop_assert_eq!(&other["map"]["duplicates"], 0);
    }
}
