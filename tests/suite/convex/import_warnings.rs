//! Runs over snapshots and tables of Convex: what they warn of and refuse.

use serde_json::Value;

use crate::support::folder::Folder;
use crate::support::standard::*;

const LIST: &str = "{\"name\":\"tickets\",\"id\":10001}\n{\"name\":\"notes\",\"id\":10002}\n";

/// A snapshot with one ruled table, its schema, and one that is not ruled.
fn snapshot(tickets: &str, schema: Option<&str>) -> Folder {
    let folder = Folder::with(&[("ids.csv", MAP), ("snapshot/_tables/documents.jsonl", LIST)]);
    folder.write("snapshot/tickets/documents.jsonl", tickets);
    if let Some(schema) = schema {
        folder.write("snapshot/tickets/generated_schema.jsonl", schema);
    }
    folder.write("snapshot/notes/documents.jsonl", "{\"_id\":\"n1\",\"n\":1}\n");
    folder.write("snapshot/notes/generated_schema.jsonl", "\"{}\"\n");
    folder
}

/// Code, table and offset of each warning that is about an import.
fn warnings(report: &Value) -> Vec<(String, String, Option<u64>)> {
    let all = report["warnings"].as_array().expect("warnings").iter();
    let ours = [
        "noSchema",
        "legacySchema",
        "largeRow",
        "noId",
        "repeatedId",
        "refusedName",
        "integerTime",
    ];
    all.filter(|warning| ours.contains(&warning["code"].as_str().expect("a code")))
        .map(|warning| {
            let text = |member: &str| warning[member].as_str().expect(member).to_owned();
            (text("code"), text("table"), warning["offset"].as_u64())
        })
        .collect()
}

const RUN: &str = "rewrite snapshot --map ids.csv --out out";

/// Schemas of the ruled table, and the warning that there is.
const SCHEMAS: &[(Option<&str>, Option<&str>)] = &[
    (Some("\"uniform\"\n"), None),
    (Some("\"uniform\""), None),
    (Some("\"{}\"\n"), Some("legacySchema")),
    (Some(""), Some("legacySchema")),
    (None, Some("noSchema")),
];

/// Rules for the one ruled table, so that no other is missed.
const TICKETS: &str = "version = 1\n[[field]]\ntable = \"tickets\"\npath = \"requester_id\"\n";

#[test]
fn schemas_are_told_apart() {
    for &(schema, expected) in SCHEMAS {
        let folder = snapshot(&row(A, 200), schema);
        folder.write("ids.csv", format!("source_id,target_id\n{A},{ALICE}\n"));
        folder.write("rules.toml", TICKETS);
        let ran = run(&folder, &format!("{RUN} --rules rules.toml"));
        let found = warnings(&report(&folder));
        let expected: Vec<_> =
            expected.iter().map(|code| ((*code).to_owned(), "tickets".to_owned(), None)).collect();
        assert_eq!(found, expected, "{schema:?}: {}", ran.stderr);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let strict = run(&folder, &format!("{RUN} --rules rules.toml --force --strict"));
        assert_eq!(strict.code, Some(i32::from(!expected.is_empty())), "{}", strict.stderr);
        let all = run(&folder, &format!("{RUN} --rules rules.toml --force --all-tables"));
        let passed = ("legacySchema".to_owned(), "notes".to_owned(), None);
        assert!(warnings(&report(&folder)).contains(&passed), "{}", all.stderr);
    }
}

/// The lines of a table outside of a snapshot, and whether its numbers would
/// become floats.
const PLAIN: &[(&str, bool)] = &[
    ("{\"_creationTime\":1.0}\n{}\n", true),
    ("{\"\\u005fcreationTime\":null}", true),
    ("\u{feff}{\"a\":{},\"_creationTime\":1.0}\n", true),
    ("{}\n{\"_creationTime\":1.0}\n", false),
    ("{\"a\":{\"_creationTime\":1.0}}\n", false),
    ("[]\n{\"_creationTime\":1.0}\n", false),
    ("", false),
];

#[test]
fn plain_tables_of_convex_are_told_by_their_first_record() {
    for &(table, warned) in PLAIN {
        for at in ["export/tickets.jsonl", "export/tickets/documents.jsonl", "tickets.jsonl"] {
            let folder = Folder::with(&[("ids.csv", MAP), (at, table)]);
            let export = at.split('/').next().expect("a name");
            for more in ["", "--block-size 1 --threads 2", "--block-size 7"] {
                let out = if export == at { "out.jsonl" } else { "out" };
                let ran = run(
                    &folder,
                    &format!(
                        "rewrite {export} --map ids.csv --out {out} --report out.report.json \
                         --on-invalid reject --force {more}"
                    ),
                );
                assert_ne!(ran.code, Some(2), "{}", ran.stderr);
                let expected = ("noSchema".to_owned(), "tickets".to_owned(), None);
                let found = warnings(&report(&folder));
                assert_eq!(found, vec![expected; usize::from(warned)], "{at} {table:?}");
                assert_eq!(ran.stderr.contains("records of Convex without a schema"), warned);
            }
        }
        let folder = Folder::with(&[("ids.csv", MAP), ("export/tickets/documents.jsonl", table)]);
        folder.write("export/tickets/generated_schema.jsonl", "\"uniform\"\n");
        run(&folder, "rewrite export --map ids.csv --out out --on-invalid reject");
        let found = warnings(&report(&folder));
        assert!(found.iter().all(|(code, ..)| code != "noSchema"), "a schema beside {table:?}");
    }
}

#[test]
fn plain_tables_are_not_held_against_the_rules_of_an_import() {
    let folder = standard(&[]);
    folder.write("export/tickets.jsonl", "{\"_ts\":1,\"$x\":{\"$y\":1}}\n{\"_creationTime\":1}\n");
    run(&folder, "rewrite export --map ids.csv --out out");
    let report = report(&folder);
    assert_eq!(warnings(&report), []);
    assert!(report.get("newestCreationTime").is_none());
}

/// A row of this size as Convex counts; its requester is `id`.
fn row(id: &str, size: usize) -> String {
    // {"_id":"t1","requester_id":"…","text":"…"}
    let fixed = 2 + 4 + 4 + 13 + 2 + id.len() + 5 + 2;
    let text = "x".repeat(size - fixed);
    format!("{{\"_id\":\"t1\",\"requester_id\":\"{id}\",\"text\":\"{text}\"}}\n")
}

/// The size of a row before, a target that it gets, and whether it is too
/// large then.
const ROWS: &[(usize, usize, bool)] = &[
    (1_048_576, 36, false),
    (1_048_577, 36, true),
    (1_048_576, 37, true),
    (1_048_577, 35, false),
    (1_048_600, 10, false),
    (1_048_000, 700, true),
];

#[test]
fn the_row_that_is_imported_counts() {
    for &(size, target, is_large) in ROWS {
        let table = format!("{{\"_id\":\"t0\"}}\n{}", row(A, size));
        let folder = snapshot(&table, Some("\"uniform\"\n"));
        folder.write("ids.csv", format!("source_id,target_id\n{A},{}\n", "u".repeat(target)));
        let ran = run(&folder, RUN);
        let expected = ("largeRow".to_owned(), "tickets".to_owned(), Some(13));
        let found = warnings(&report(&folder));
        assert_eq!(found, vec![expected; usize::from(is_large)], "{size}: {}", ran.stderr);
    }
}

#[test]
fn lines_set_aside_are_not_imported() {
    let table = "{\"_id\":\"a\",\"_ts\":1\n{\"_id\":\"a\"}\n{\"_creationTime\":9,}\n";
    let folder = snapshot(table, Some("\"uniform\"\n"));
    let ran = run(&folder, &format!("{RUN} --on-invalid reject"));
    assert_eq!(warnings(&report(&folder)), [], "{}", ran.stderr);
}

#[test]
fn the_newest_creation_time_is_that_of_all_ruled_tables() {
    let folder = snapshot("{\"_id\":\"a\",\"_creationTime\":1755824460180.3606}\n", None);
    folder
        .write("snapshot/ticketComments/documents.jsonl", "{\"_creationTime\":1755824460180.0}\n");
    folder.write("snapshot/notes/documents.jsonl", "{\"_creationTime\":1955824460180.0}\n");
    run(&folder, &format!("{RUN} --all-tables"));
    let text = folder.text("out.report.json");
    assert!(text.contains("\"newestCreationTime\": 1755824460180.3606,"), "{text}");
    let shown = run(&folder, "report show out.report.json");
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    assert!(shown.contains("2025-08-22T01:01:00.180Z"), "{shown}");
}

const KEYS: &str =
    "version = 1\n[[field]]\ntable = \"tickets\"\npath = \"votes\"\nmatch = \"keys\"\n";

#[test]
fn member_names_of_a_legacy_table_are_not_rewritten() {
    for (schema, refused) in
        [(Some("\"{}\"\n"), true), (Some("\"uniform\"\n"), false), (None, false)]
    {
        for more in ["", " --dry-run", " --all-tables --force"] {
            let folder = snapshot(&format!("{{\"votes\":{{\"{A}\":1}}}}\n"), schema);
            folder.write("rules.toml", KEYS);
            let before = folder.tree();
            let ran = run(&folder, &format!("{RUN} --rules rules.toml{more}"));
            assert_eq!(ran.code == Some(2), refused, "{schema:?}{more}: {}", ran.stderr);
            if refused {
                assert!(ran.stderr.starts_with("idswap: rules.toml: "), "{}", ran.stderr);
                assert!(ran.stderr.contains("tickets.votes"), "{}", ran.stderr);
                assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
                assert_eq!(folder.tree(), before, "nothing is written");
            }
        }
    }
}

#[test]
fn member_names_of_a_legacy_table_that_is_not_ruled_are_no_concern() {
    let folder = snapshot("", Some("\"{}\"\n"));
    folder.write("rules.toml", format!("{KEYS}[[field]]\ntable = \"notes\"\npath = \"author\"\n"));
    std::fs::remove_dir_all(folder.path("snapshot/tickets")).expect("removed");
    let ran = run(&folder, &format!("{RUN} --rules rules.toml"));
    assert_ne!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn a_schema_that_cannot_be_read_ends_the_run() {
    let folder = snapshot("", None);
    std::fs::create_dir(folder.path("snapshot/tickets/generated_schema.jsonl")).expect("made");
    let ran = run(&folder, RUN);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains("snapshot/tickets/generated_schema.jsonl"), "{}", ran.stderr);
}

#[test]
fn a_packed_snapshot_is_to_become_a_packed_one() {
    let snapshot = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/convex/snapshot_uniform.zip");
    let folder = Folder::with(&[("ids.csv", MAP)]);
    folder.write("snapshot.zip", std::fs::read(snapshot).expect("a snapshot"));
    let dry = run(&folder, "rewrite snapshot.zip --map ids.csv --dry-run --unmapped open.csv");
    assert!(dry.stderr.ends_with(" --out out.zip\n"), "{}", dry.stderr);
    let ran = run(&folder, "rewrite snapshot.zip --map ids.csv --out out.zip --exit-zero");
    let import = "npx convex import --replace out.zip\n";
    assert!(ran.stderr.contains(import), "{}", ran.stderr);
    assert!(!dry.stderr.contains("npx convex import"), "{}", dry.stderr);
}
