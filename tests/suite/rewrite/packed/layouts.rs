//! From folder to ZIP and from ZIP to folder.

use std::collections::{BTreeMap, BTreeSet};

use async_zip::Compression;

use super::tools::encodings::{gzip, sealed_frame};
use super::tools::importer::import;
use super::tools::listing::{self, Files};
use super::tools::places::{FEW_SPEEDS, left, left_at, unpack};
use super::tools::python::readers_agree;
use super::tools::snapshots::{map, sources};
use super::tools::streamed::{read, streamed, whole};
use crate::support::folder::Folder;
use crate::support::standard::{A, ALICE, B, BOB, MAP, json, ticket};

/// A snapshot may be packed on the way out and unpacked on the way in: what
/// comes of it is the same, byte for byte.
#[test]
fn folders_and_archives_hold_the_same() {
    for source in sources() {
        let folder = Folder::in_memory();
        folder.write("ids.csv", map());
        folder.write("snapshot.zip", &source.zip);
        unpack(&folder, "snapshot/", &source.files());
        for more in ["", "--all-tables"] {
            let run = |export: &str, out: &str| {
                left(&folder, &format!("rewrite {export} --map ids.csv --out {out} {more}"))
            };
            let reference = run("snapshot", "out").below("out");
            let unpacked = run("snapshot.zip", "out");
            assert!(without_junk(unpacked.below("out")) == reference, "{}", source.name);
            for export in ["snapshot", "snapshot.zip"] {
                let packed = run(export, "out.zip");
                let files = listing::files(packed.file("out.zip"));
                assert!(without_junk(files) == reference, "{}: {export}", source.name);
            }
        }
    }
}

fn without_junk(mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    files.retain(|name, _| !super::tools::snapshots::is_junk(name));
    files
}

/// The emitted tables of an output ZIP, as the importer sees them.
fn replaced(zip: &[u8]) -> Vec<String> {
    let import = import(&listing::entries(zip));
    assert_eq!((&import.emptied, &import.refused), (&BTreeSet::new(), &Vec::new()));
    import.replaced.into_iter().collect()
}

const COMMENT: &str = "{\"author_id\":\"b0b00000-0000-4000-8000-000000000002\"}\n";

/// Tables in either layout, however compressed, stand in a ZIP as an import
/// expects them.
#[test]
fn plain_tables_are_packed_as_an_import_expects_them() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("export/tickets.jsonl", ticket(A));
    folder.write("export/ticketComments.jsonl.gz", gzip(COMMENT.as_bytes()));
    folder.write("export/ticketStatusHistory/documents.jsonl.zst", sealed_frame(b"{}\n"));
    folder.write("export/notes.jsonl", "a note");
    folder.write("export/README.md", "# Tables");
    let args = "rewrite export --map ids.csv --out out.zip --exit-zero";
    let cut = left_at(&FEW_SPEEDS, &folder, args);
    let whole = left_at(&FEW_SPEEDS, &folder, &format!("{args} --all-tables"));
    let documents = |tables: &[(&str, String)]| -> BTreeMap<String, Vec<u8>> {
        let path = |table| format!("{table}/documents.jsonl");
        tables.iter().map(|(table, content)| (path(table), content.clone().into_bytes())).collect()
    };
    let mut tables = vec![
        ("tickets", ticket(ALICE)),
        ("ticketComments", COMMENT.replace(B, BOB)),
        ("ticketStatusHistory", "{}\n".to_owned()),
    ];
    assert_eq!(listing::files(cut.file("out.zip")), documents(&tables));
    assert_eq!(replaced(cut.file("out.zip")), ["ticketComments", "ticketStatusHistory", "tickets"]);
    tables.push(("notes", "a note".to_owned()));
    assert_eq!(listing::files(whole.file("out.zip")), documents(&tables));
    readers_agree(&[cut.file("out.zip").to_vec(), whole.file("out.zip").to_vec()]);
}

/// A ZIP of tables without a list is an export as well: our own, for one.
#[test]
fn an_archive_without_a_list_is_read() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let files: Files = vec![
        ("tickets/documents.jsonl".to_owned(), ticket(A).into_bytes()),
        ("notes/documents.jsonl".to_owned(), b"a note".to_vec()),
    ];
    folder.write("tables.zip", streamed(&files, Compression::Deflate));
    for out in ["out", "out.zip"] {
        let run =
            left(&folder, &format!("rewrite tables.zip --map ids.csv --out {out} --exit-zero"));
        assert_eq!(run.code(), 0, "{}", run.ran.stderr);
        let written = match out {
            "out" => run.below("out"),
            _ => listing::files(run.file("out.zip")),
        };
        let expected = [("tickets/documents.jsonl".to_owned(), ticket(ALICE).into_bytes())];
        assert_eq!(written, BTreeMap::from(expected));
    }
}

/// Only a ruled table in a component: the root has nothing to list.
#[test]
fn a_list_that_names_no_emitted_table_is_left_out() {
    let rules = "version = 1\n[[field]]\ntable = \"betterAuth/user\"\npath = \"userId\"\n";
    for source in sources() {
        let folder = Folder::in_memory();
        folder.write("ids.csv", map());
        folder.write("rules.toml", rules);
        folder.write("snapshot.zip", &source.zip);
        let args = "rewrite snapshot.zip --map ids.csv --rules rules.toml --out out.zip";
        let run = left(&folder, &format!("{args} --exit-zero"));
        assert_eq!(run.code(), 0, "{}", run.ran.stderr);
        let files = listing::files(run.file("out.zip"));
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        let component = "_components/betterAuth/";
        let expected =
            ["_tables/documents.jsonl", "user/documents.jsonl", "user/generated_schema.jsonl"];
        assert_eq!(names, expected.map(|name| format!("{component}{name}")), "{}", source.name);
        assert_eq!(replaced(run.file("out.zip")), ["betterAuth/user"]);
        let report = json(run.text("out.zip.report.json"));
        assert_eq!(report["tables"]["betterAuth/user"]["fields"]["userId"]["mapped"], 5);
    }
}

/// What stands at OUT stays until the new archive is complete.
#[test]
fn an_archive_is_replaced_only_by_a_complete_one() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("export/tickets.jsonl", ticket(A));
    folder.write("out.zip", "kept");
    let args = "rewrite export --map ids.csv --out out.zip";
    let exists = left(&folder, args);
    assert_eq!((exists.code(), exists.files.len()), (2, 0), "{}", exists.ran.stderr);
    folder.write("export/tickets.jsonl", [ticket(A), "{".to_owned()].concat());
    let failed = left(&folder, &format!("{args} --force"));
    assert_eq!(failed.code(), 3, "{}", failed.ran.stderr);
    assert!(failed.files.keys().all(|path| path == "out.zip.report.json"));
    folder.write("export/tickets.jsonl", ticket(A));
    let ran = crate::support::standard::run(&folder, &format!("{args} --force"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let files = listing::files(&folder.read("out.zip"));
    assert_eq!(files["tickets/documents.jsonl"], ticket(ALICE).into_bytes());
}

/// An output that runs into its input is refused, as for folders.
#[test]
fn an_archive_is_not_both_ends() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let files: Files = vec![("tickets/documents.jsonl".to_owned(), ticket(A).into_bytes())];
    folder.write("tables.zip", streamed(&files, Compression::Deflate));
    folder.write("export/tickets.jsonl", ticket(A));
    for args in [
        "rewrite tables.zip --map ids.csv --out tables.zip --force",
        "rewrite tables.zip --map ids.csv --out ./tables.zip --force",
        "rewrite tables.zip --map ids.csv --out out.zip --changes tables.zip --force",
        "rewrite export --map ids.csv --out export/out.zip",
        "rewrite tables.zip --map ids.csv --out out.zip --changes out.zip",
    ] {
        let run = left(&folder, args);
        assert_eq!(run.code(), 2, "{args}: {}", run.ran.stderr);
        assert!(run.ran.stderr.contains("clashes with"), "{args}: {}", run.ran.stderr);
        assert!(run.files.is_empty(), "{args}");
    }
}

/// Rejected lines of a packed export stand beside the output.
#[test]
fn lines_of_an_archive_are_set_aside() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let content = format!("{}[1]\n{}", ticket(A), ticket(B));
    let files: Files = vec![("tickets/documents.jsonl".to_owned(), content.into_bytes())];
    folder.write("tables.zip", streamed(&files, Compression::Deflate));
    let args = "rewrite tables.zip --map ids.csv --out out.zip --on-invalid reject";
    let run = left_at(&FEW_SPEEDS, &folder, args);
    assert_eq!(run.code(), 1, "{}", run.ran.stderr);
    assert_eq!(run.text("out.zip.rejects/tickets.jsonl"), "[1]\n");
    let files = listing::files(run.file("out.zip"));
    let expected = [ticket(ALICE), ticket(BOB)].concat();
    assert_eq!(String::from_utf8_lossy(&files["tickets/documents.jsonl"]), expected);
    let failed = left_at(&FEW_SPEEDS, &folder, "rewrite tables.zip --map ids.csv --out out.zip");
    let start = "idswap: tables.zip/tickets/documents.jsonl:2:1: ";
    assert!(failed.ran.stderr.starts_with(start), "{}", failed.ran.stderr);
    let report = json(failed.text("out.zip.report.json"));
    assert_eq!(report["error"]["file"], "tables.zip/tickets/documents.jsonl");
}

/// A snapshot of tickets and these further files.
fn snapshot(more: &[(&str, &str)]) -> Folder {
    let list = "{\"name\":\"tickets\",\"id\":10001}\n";
    let files = [
        ("_tables/documents.jsonl", list),
        ("tickets/documents.jsonl", &ticket(A)),
        ("tickets/generated_schema.jsonl", "\"uniform\"\n"),
    ];
    let files: Files = files
        .iter()
        .chain(more)
        .map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec()))
        .collect();
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("snapshot.zip", streamed(&files, Compression::Deflate));
    folder
}

const RUN: &str = "rewrite snapshot.zip --map ids.csv --exit-zero --out out.zip";

/// An import looks at the end of a name alone. What it would take for a table
/// and is none goes into no output.
#[test]
fn what_an_import_would_take_for_a_table_does_not_go_along() {
    for name in ["before/tickets/documents.jsonl", "tickets/before/notes/documents.jsonl"] {
        let folder = snapshot(&[(name, "{}\n")]);
        let cut = left(&folder, RUN);
        assert_eq!(replaced(cut.file("out.zip")), ["tickets"], "{name}");
        assert_eq!(listing::files(cut.file("out.zip")).len(), 3, "{name}");
        for out in ["out", "out.zip"] {
            let args = format!("rewrite snapshot.zip --map ids.csv --all-tables --out {out}");
            let whole = left(&folder, &args);
            assert_eq!(whole.code(), 2, "{name}: {}", whole.ran.stderr);
            assert!(whole.ran.stderr.contains(name), "{}", whole.ran.stderr);
            assert!(!whole.files.keys().any(|path| path == out || path.starts_with("out/")));
        }
    }
}

/// A component may have components.
#[test]
fn a_component_in_a_component_keeps_its_place() {
    let list = "{\"name\":\"t\",\"id\":1}\n{\"name\":\"u\",\"id\":2}\n";
    let record = format!("{{\"by\":\"{A}\"}}\n");
    let folder = snapshot(&[
        ("_components/a/_tables/documents.jsonl", list),
        ("_components/a/t/documents.jsonl", "{}\n"),
        ("_components/a/_components/b/_tables/documents.jsonl", list),
        ("_components/a/_components/b/t/documents.jsonl", &record),
        ("_components/a/_components/b/t/generated_schema.jsonl", "\"uniform\"\n"),
        ("_components/a/_components/b/u/documents.jsonl", "{}\n"),
    ]);
    folder.write("rules.toml", "version = 1\n[[field]]\ntable = \"a/b/t\"\npath = \"by\"\n");
    let run = left_at(&FEW_SPEEDS, &folder, &format!("{RUN} --rules rules.toml"));
    let component = "_components/a/_components/b/";
    let expected = [
        ("_tables/documents.jsonl", "{\"name\":\"t\",\"id\":1}\n".to_owned()),
        ("t/documents.jsonl", record.replace(A, ALICE)),
        ("t/generated_schema.jsonl", "\"uniform\"\n".to_owned()),
    ];
    let expected: BTreeMap<_, _> = expected
        .into_iter()
        .map(|(name, content)| (format!("{component}{name}"), content.into_bytes()))
        .collect();
    assert_eq!(listing::files(run.file("out.zip")), expected);
    assert_eq!(replaced(run.file("out.zip")), ["a/b/t"]);
}

/// Names are text, and every reader has to read the same.
#[test]
fn names_beyond_ascii_go_along() {
    let names = ["_storage/\u{e9} \u{4e2d}.png", "README \u{1f600}.md", "_storage/a'\"b\u{301}"];
    let folder = snapshot(&names.map(|name| (name, "content")));
    let run = left(&folder, &format!("{RUN} --all-tables"));
    assert_eq!(run.code(), 0, "{}", run.ran.stderr);
    let files = listing::files(run.file("out.zip"));
    assert!(names.iter().all(|name| files[*name] == b"content"), "{:?}", files.keys());
    readers_agree(&[run.file("out.zip").to_vec()]);
}

/// More entries than 16 bits count.
#[test]
fn an_archive_of_many_entries_goes_along() {
    let mut files: Files = vec![
        ("_tables/documents.jsonl".to_owned(), b"{\"name\":\"tickets\",\"id\":1}\n".to_vec()),
        ("tickets/documents.jsonl".to_owned(), ticket(A).into_bytes()),
    ];
    files.extend((0..66_000).map(|number| (format!("_storage/{number}.png"), b"x".to_vec())));
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("snapshot.zip", whole(&files, Compression::Stored));
    let run = left(&folder, &format!("{RUN} --all-tables"));
    assert_eq!(run.code(), 0, "{}", run.ran.stderr);
    files[1].1 = ticket(ALICE).into_bytes();
    assert!(read(run.file("out.zip")) == files);
    let cut = left(&folder, RUN);
    assert_eq!(listing::files(cut.file("out.zip")).len(), 2, "{}", cut.ran.stderr);
}
