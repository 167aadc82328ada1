//! The ID map: its faults, its health, its decisions.

use std::path::PathBuf;

use crate::support::standard::*;

/// A map, and what is said of it: all of its faults, each with its lines.
pub type FaultyMap = (&'static str, &'static [u8], &'static [&'static str]);

#[rustfmt::skip]
pub const FAULTY_MAPS: &[FaultyMap] = &[
    ("a contradiction", b"source_id,target_id\nA,X\nB,Y\nA,Z\n", &["ids.csv:4: source A", "line 2"]),
    ("a contradiction in letter case",
        b"source_id,target_id\na11ce000-0000-4000-8000-000000000001,X\nA11CE000-0000-4000-8000-000000000001,Y\n",
        &["ids.csv:3: source a11ce000-0000-4000-8000-000000000001", "line 2"]),
    ("an identity contradicted", b"source_id,target_id\nA,A\nA,X\n", &["ids.csv:3: source A", "line 2"]),
    ("an empty source", b"source_id,target_id\nA,X\n,Y\n", &["ids.csv:3: "]),
    ("an empty row of two cells", b"source_id,target_id\n,\n", &["ids.csv:2: "]),
    ("a chain", b"source_id,target_id\nA,B\nC,D\nB,E\n", &["ids.csv:2: target B", "line 4"]),
    ("a cycle", b"source_id,target_id\nA,B\nB,A\n", &["ids.csv:2: target B", "ids.csv:3: target A"]),
    ("a cycle of three", b"source_id,target_id\nA,B\nB,C\nC,A\n", &["ids.csv:2: ", "ids.csv:3: ", "ids.csv:4: "]),
    ("a chain in letter case",
        b"source_id,target_id\nA,B0B00000-0000-4000-8000-000000000002\nb0b00000-0000-4000-8000-000000000002,X\n",
        &["ids.csv:2: target", "line 3"]),
    ("a row too short", b"source_id,target_id\nA,X\nB\n", &["ids.csv:3: "]),
    ("a row too long", b"source_id,target_id\nA,X,Y\n", &["ids.csv:2: "]),
    ("an empty file", b"", &["ids.csv:1: "]),
    ("a header that is data", b"a11ce000-0000-4000-8000-000000000001,X\nB,Y\n", &["ids.csv:1: "]),
    ("a header with a target", b"A,user_2AliceAliceAliceAliceAlice0\nB,Y\n", &["ids.csv:1: "]),
    ("three columns, none known", b"alpha,beta,gamma\nA,X,1\n", &["ids.csv:1: ", "alpha, beta, gamma"]),
    ("three columns, one known", b"source_id,beta,gamma\nA,X,1\n", &["ids.csv:1: ", "source_id, beta, gamma"]),
    ("a single column", b"source_id\nA\n", &["ids.csv:1: ", "source_id"]),
    ("Latin-1", b"source_id,target_id\nA,X\nB,caf\xe9\n", &["ids.csv:3: "]),
    ("Latin-1 in a header", b"source_id,caf\xe9\nA,X\n", &["ids.csv:1: "]),
    ("a quoted line break before a fault", b"source_id,target_id\n\"A\nA\",\nB\n", &["ids.csv:4: "]),
    ("a quote that is not closed", b"source_id,target_id\nA,\"X\nB,Y\n", &["ids.csv:2: "]),
    ("a quote that is closed in a later row", b"source_id,target_id\n\"A,X\nB\",Y\n", &["ids.csv:2: a line break within a source"]),
    ("a blank after the comma", b"source_id, target_id\nA, X\n", &["ids.csv:2: "]),
    ("a header turned around", b"clerk_id,users\nX,A\n", &["ids.csv:1: ", "clerk_id, users"]),
    ("a header that is data, after a blank", b" a11ce000-0000-4000-8000-000000000001,X\nB,Y\n", &["ids.csv:1: "]),
    ("all at once", b"source_id,target_id\nA,X\nA,Y\n,Z\nB,C\nC,D\nE\n\xff,F\nA,W\n",
        &["ids.csv:3: ", "line 2", "ids.csv:4: ", "ids.csv:5: ", "line 6", "ids.csv:7: ", "ids.csv:8: ", "ids.csv:9: "]),
];

#[test]
fn faults_of_a_map_are_listed_at_once() {
    for (case, map, says) in FAULTY_MAPS {
        let folder = standard(&[]);
        folder.write("ids.csv", map);
        let before = everything(&folder);
        let ran = run(&folder, "rewrite export --map ids.csv --out out --changes changes.jsonl");
        assert_eq!(ran.code, Some(2), "{case}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("idswap: ids.csv:"), "{case}: {}", ran.stderr);
        for part in *says {
            assert!(ran.stderr.contains(part), "{case}: {part:?} is not in {}", ran.stderr);
        }
        let advice = ran.stderr.lines().last().unwrap_or_default();
        assert!(!advice.contains("ids.csv:"), "{case}: no advice in {}", ran.stderr);
        assert!(everything(&folder) == before, "{case}");
    }
}

#[test]
fn faults_between_two_maps_name_both() {
    let maps = [("one.csv", "source_id,target_id\nA,X\nB,Y\n"), ("two.csv", "from,to\nB,Z\nC,A\n")];
    let folder = standard(&[]);
    maps.iter().for_each(|(path, map)| folder.write(path, map));
    let ran = run(&folder, "rewrite export --map one.csv --map two.csv --out out");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    for part in ["two.csv:2: source B", "one.csv:3", "two.csv:3: target A", "one.csv:2"] {
        assert!(ran.stderr.contains(part), "{part:?} is not in {}", ran.stderr);
    }
}

/// A row in the header's place may hold anything.
#[test]
fn a_header_that_looks_like_secrets_is_not_shown() {
    let folder = standard(&[]);
    folder.write("ids.csv", "anna,user_1,$2b$10$hunter2\n");
    let ran = run(&folder, "rewrite export --map ids.csv --out out");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("anna, user_1, …"), "{}", ran.stderr);
}

/// Cells of other columns may be password hashes.
#[test]
fn messages_of_a_map_keep_its_other_columns_to_themselves() {
    let folder = standard(&[]);
    folder.write(
        "ids.csv",
        "source_id,password,target_id\nA,hunter2,X\nA,hunter2,Y\n,hunter2,Z\nB,hunter2\n",
    );
    let ran = run(&folder, "rewrite export --map ids.csv --out out");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

/// A map's rows and the report's counts of them: entries, undecided,
/// duplicates, manyToOne, unused; the table has A, B and C once each.
#[rustfmt::skip]
const HEALTH: &[(&str, &str, [u64; 5])] = &[
    ("plain", "A,X\nB,Y\n", [2, 0, 0, 0, 0]),
    ("no rows", "", [0, 0, 0, 0, 0]),
    ("unused rows", "A,X\nE,Y\nF,Z\n", [3, 0, 0, 0, 2]),
    ("two sources, one target", "A,X\nB,X\n", [2, 0, 0, 1, 0]),
    ("three sources, one target", "A,X\nB,X\nC,X\n", [3, 0, 0, 1, 0]),
    ("two targets shared", "A,X\nB,X\nC,Y\nD,Y\n", [4, 0, 0, 2, 1]),
    ("a row three times", "A,X\nA,X\nB,Y\nA,X\n", [2, 0, 2, 0, 0]),
    ("an undecided source", "A,X\nB,\n", [1, 1, 0, 0, 0]),
    ("an undecided source decided later", "A,\nA,X\n", [1, 0, 0, 0, 0]),
    ("a decided source undecided later", "A,X\nA,\n", [1, 0, 0, 0, 0]),
    ("an identity", "A,A\nB,Y\n", [2, 0, 0, 0, 0]),
    ("an identity never used", "E,E\nB,Y\n", [2, 0, 0, 0, 1]),
    ("an identity beside a row to it", "A,B\nB,B\n", [2, 0, 0, 1, 0]),
];

#[test]
fn the_report_counts_the_rows_of_the_map() {
    for (case, rows, expected) in HEALTH {
        let folder = standard(&[]);
        folder.write("ids.csv", format!("source_id,target_id\n{rows}"));
        folder.write("export/tickets.jsonl", ["A", "B", "C"].map(ticket).concat());
        let ran = run(&folder, "rewrite export --map ids.csv --out out");
        assert!(matches!(ran.code, Some(0 | 1)), "{case}: {}", ran.stderr);
        let map = report(&folder)["map"].clone();
        let counts = ["entries", "undecided", "duplicates", "manyToOne", "unused"];
        assert_eq!(counts.map(|name| map[name].as_u64().expect(name)), *expected, "{case}: {map}");
    }
}

/// A map's rows and what becomes of `A` and `B`: the values, and the counts
/// mapped, kept, already.
#[rustfmt::skip]
const FATES: &[(&str, &str, [&str; 2], [u64; 3])] = &[
    ("mapped", "A,X\nB,Y\n", ["X", "Y"], [2, 0, 0]),
    ("kept", "A,A\nB,Y\n", ["A", "Y"], [1, 1, 0]),
    ("kept beside a row to it", "A,B\nB,B\n", ["B", "B"], [1, 1, 0]),
    ("already", "Z,A\nB,Y\n", ["A", "Y"], [1, 0, 1]),
];

#[test]
fn an_identity_is_kept() {
    for (case, rows, values, counts) in FATES {
        let folder = standard(&[]);
        folder.write("ids.csv", format!("source_id,target_id\n{rows}"));
        folder.write("export/tickets.jsonl", ["A", "B"].map(ticket).concat());
        let ran = run(&folder, "rewrite export --map ids.csv --out out");
        assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
        assert_eq!(folder.text("out/tickets.jsonl"), values.map(ticket).concat(), "{case}");
        let field = report(&folder)["tables"]["tickets"]["fields"]["requester_id"].clone();
        let found = ["mapped", "kept", "already"].map(|name| field[name].as_u64().expect(name));
        assert_eq!(found, *counts, "{case}");
        assert_eq!(report(&folder)["summary"]["totalUpdated"], counts[0], "{case}");
    }
}

#[test]
fn the_list_of_unmapped_ids_is_a_map_to_fill_in() {
    let folder = standard(&[]);
    let open =
        ["00000001", "00000002", "00000003"].map(|n| format!("{n}-0000-4000-8000-000000000000"));
    let tickets: String = open.iter().map(|id| ticket(&id.to_uppercase())).collect();
    folder.write("export/tickets.jsonl", ticket(A) + &tickets + &ticket(B));
    let ran = run(&folder, "rewrite export --map ids.csv --dry-run --unmapped open.csv");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let [new, keep, later] = open.each_ref().map(String::as_str);
    let row = |id: &str, target: &str, line: u32| {
        format!("{id},{target},1,tickets,requester_id,{line}\n")
    };
    let header = "source_id,target_id,count,table,field,line\n";
    assert_eq!(
        folder.text("open.csv"),
        [header, &row(new, "", 2), &row(keep, "", 3), &row(later, "", 4)].concat()
    );
    let target = "user_2CarolCarolCarolCarolCarol0";
    let filled = [header, &row(new, target, 2), &row(keep, keep, 3), &row(later, "", 4)].concat();
    folder.write("open.csv", filled);
    let ran = run(&folder, "rewrite export --map ids.csv --map open.csv --out out");
    assert_eq!(ran.code, Some(1), "one is undecided still: {}", ran.stderr);
    let kept = [keep, later].map(|id| ticket(&id.to_uppercase())).concat();
    assert_eq!(
        folder.text("out/tickets.jsonl"),
        [ticket(ALICE), ticket(target), kept, ticket(BOB)].concat()
    );
    let report = report(&folder);
    let field = &report["tables"]["tickets"]["fields"]["requester_id"];
    let found = ["mapped", "kept", "unmapped"].map(|name| field[name].as_u64().expect(name));
    assert_eq!(found, [3, 1, 1]);
    assert_eq!((&report["map"]["entries"], &report["map"]["undecided"]), (&4.into(), &1.into()));
}

/// Files of a map add up, whatever their columns are called.
#[test]
fn later_maps_add_to_earlier_ones() {
    let folder = standard(&[
        ("one.csv", File("\u{feff}supabase_id,clerk_id\r\nA,X\r\n")),
        ("two.csv", File("name,new_id,old_id\n\"B, the second\",Y,B\n")),
    ]);
    folder.write("export/tickets.jsonl", ["A", "B"].map(ticket).concat());
    let ran = run(&folder, "rewrite export --map one.csv --map two.csv --out out");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("out/tickets.jsonl"), ["X", "Y"].map(ticket).concat());
    let files = report(&folder)["map"]["files"].clone();
    let paths =
        [0, 1].map(|place| PathBuf::from(files[place]["path"].as_str().unwrap_or_default()));
    assert_eq!(paths, ["one.csv", "two.csv"].map(PathBuf::from));
}

/// A map that can be read only once, from front to back.
#[test]
fn a_map_may_come_through_a_pipe() {
    for map in [
        "source_id,target_id\nA,X\nB,Y\n",
        "\u{feff}\"source_id\",\"target_id\"\r\n\"A\",\"X\"\r\n\"B\",\"Y\"\r\n",
    ] {
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", ["A", "B"].map(ticket).concat());
        folder.write("ids.csv", map);
        let mut digests = Vec::new();
        for (from, out) in [("/dev/stdin", "piped"), ("ids.csv", "read")] {
            let report = format!("{out}.json");
            let args =
                ["rewrite", "export", "--map", from, "--out", out, "--report", report.as_str()];
            let ran = folder.idswap_fed(&args, map.as_bytes());
            assert_eq!(ran.code, Some(0), "{from}: {}", ran.stderr);
            let tickets = folder.text(&format!("{out}/tickets.jsonl"));
            assert_eq!(tickets, ["X", "Y"].map(ticket).concat(), "{from}");
            digests.push(json(&folder.text(&report))["map"]["files"][0]["digest"].clone());
        }
        assert_eq!(digests[0], digests[1]);
    }
}
