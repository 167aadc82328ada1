//! The other commands over packed exports: verify, diff, undo, scan, report
//! check.

use async_zip::Compression;
use serde_json::json;

use super::tools::encodings::{decode, gzip, sealed_frame};
use super::tools::importer::import;
use super::tools::listing::{self, Files};
use super::tools::places::{FEW_SPEEDS, Left, left, left_at, unpack};
use super::tools::snapshots::{Source, map, sources};
use super::tools::streamed::{streamed, whole};
use crate::support::folder::{Folder, Ran};
use crate::support::standard::{self, A, B, MAP, ticket};

const RUN: &str = "rewrite snapshot.zip --map ids.csv --changes changes.jsonl --exit-zero --out";

/// A folder with a packed snapshot, what a run made of it, and both unpacked.
fn rewritten(source: &Source) -> Folder {
    let folder = Folder::in_memory();
    folder.write("ids.csv", map());
    folder.write("snapshot.zip", &source.zip);
    unpack(&folder, "snapshot/", &source.files());
    let out = left(&folder, &format!("{RUN} out.zip"));
    assert_eq!(out.code(), 0, "{}", out.ran.stderr);
    folder.write("changes.jsonl", out.file("changes.jsonl"));
    folder.write("out.zip", out.file("out.zip"));
    unpack(&folder, "out/", &listing::files(out.file("out.zip")));
    folder
}

/// Words that say the same of packed and unpacked exports.
fn unpacked_words(text: &str) -> String {
    text.replace("snapshot.zip", "snapshot").replace("out.zip", "out")
}

fn told(left: &Left) -> (i32, String, String) {
    let stdout = String::from_utf8_lossy(&left.ran.stdout);
    (left.code(), unpacked_words(&stdout), unpacked_words(&left.ran.stderr))
}

/// Runs a command on each pair of packed and unpacked exports, and holds what
/// they tell against each other.
fn same_for_all_pairs(folder: &Folder, name: &str, command: impl Fn(&str, &str) -> String) -> Left {
    let reference = left(folder, &command("snapshot", "out"));
    for (before, after) in
        [("snapshot.zip", "out"), ("snapshot", "out.zip"), ("snapshot.zip", "out.zip")]
    {
        let args = command(before, after);
        let other = left_at(&FEW_SPEEDS, folder, &args);
        assert_eq!(told(&other), told(&reference), "{name}: {args}");
        for (path, content) in &reference.files {
            assert!(other.file(path) == content, "{name}: {args}: {path}");
        }
    }
    reference
}

#[test]
fn packed_outputs_are_verified() {
    for source in sources() {
        let folder = rewritten(&source);
        let left = same_for_all_pairs(&folder, source.name, |before, after| {
            format!("verify {before} {after} --map ids.csv --report verdict.json")
        });
        assert_eq!(left.code(), 0, "{}: {}", source.name, left.ran.stderr);
        let verdict = standard::json(left.text("verdict.json"));
        assert_eq!(verdict["tables"]["tickets"]["mapped"], 54);
        let swapped = same_for_all_pairs(&folder, source.name, |before, after| {
            format!("verify {after} {before} --map ids.csv")
        });
        assert_eq!(swapped.code(), 1, "the other way round nothing is as it should be");
    }
}

#[test]
fn packed_outputs_are_compared() {
    for source in sources() {
        let folder = rewritten(&source);
        let left = same_for_all_pairs(&folder, source.name, |before, after| {
            format!("diff {before} {after} --map ids.csv --format jsonl --limit 1000")
        });
        let mapped =
            String::from_utf8_lossy(&left.ran.stdout).matches("\"class\":\"mapped\"").count();
        assert_eq!((left.code(), mapped), (1, 48 + 37 + 80 + 90), "{}", source.name);
        let same = left_at(&FEW_SPEEDS, &folder, "diff out.zip out --map ids.csv");
        assert_eq!(same.code(), 0, "{}: {}", source.name, same.ran.stderr);
    }
}

/// The tables that a run worked on come back as they were, in an archive that
/// an import takes.
#[test]
fn packed_outputs_are_taken_back() {
    for source in sources() {
        let folder = rewritten(&source);
        let before = source.files();
        let out = listing::files(&folder.read("out.zip"));
        for export in ["out.zip", "out"] {
            for back in ["back.zip", "back"] {
                let args = format!("undo {export} --changes changes.jsonl --out {back}");
                let undone = left_at(&FEW_SPEEDS, &folder, &args);
                assert_eq!(undone.code(), 0, "{}: {args}: {}", source.name, undone.ran.stderr);
                let files = match back {
                    "back" => undone.below("back"),
                    _ => listing::files(undone.file("back.zip")),
                };
                assert!(files.keys().eq(out.keys()), "{}: {args}", source.name);
                for (path, content) in files {
                    let original = if path.starts_with("_tables") { &out } else { &before };
                    assert!(content == original[&path], "{}: {args}: {path}", source.name);
                }
                if let Some(zip) = undone.files.get("back.zip") {
                    let import = import(&listing::entries(zip));
                    assert!(import.emptied.is_empty() && import.refused.is_empty());
                    assert_eq!(import.replaced.len(), 3, "no table but those of the run");
                }
            }
        }
    }
}

/// A re-export has other tables and later edits; what is drifted is said.
#[test]
fn a_packed_re_export_is_taken_back() {
    let source = &sources()[0];
    let folder = rewritten(source);
    let mut files = source.files();
    files.extend(listing::files(&folder.read("out.zip")));
    let tickets = String::from_utf8(files["tickets/documents.jsonl"].clone()).expect("UTF-8");
    let mut lines: Vec<_> = tickets.split_inclusive('\n').collect();
    lines.reverse();
    files.insert("tickets/documents.jsonl".to_owned(), lines.concat().into());
    let files: Files = files.into_iter().collect();
    folder.write("today.zip", streamed(&files, Compression::Deflate));
    let undo = "undo today.zip --changes changes.jsonl --out back.zip";
    for (more, tables) in [("", 7), ("--only-changed", 3)] {
        let undone = left_at(&FEW_SPEEDS, &folder, &format!("{undo} {more}"));
        assert_eq!(undone.code(), 0, "{}", undone.ran.stderr);
        let back = listing::files(undone.file("back.zip"));
        let tickets = back["tickets/documents.jsonl"].split_inclusive(|byte| *byte == b'\n');
        let mut lines: Vec<_> = tickets.collect();
        lines.reverse();
        assert!(lines.concat() == source.files()["tickets/documents.jsonl"]);
        let import = import(&listing::entries(undone.file("back.zip")));
        assert_eq!(import.replaced.len(), tables, "{more}: {:?}", import.replaced);
        assert!(import.emptied.is_empty() && import.refused.is_empty(), "{import:?}");
    }
}

#[test]
fn packed_exports_are_scanned() {
    for source in sources() {
        let folder = rewritten(&source);
        for format in ["json", "text"] {
            let scan = |export: &str| {
                format!("scan {export} --map ids.csv --format {format} --rules-out rules.toml")
            };
            let plain = left(&folder, &scan("snapshot"));
            let packed = left(&folder, &scan("snapshot.zip"));
            assert_eq!(told(&packed), told(&plain), "{}", source.name);
            let alone = left(&folder, &format!("{} --threads 1", scan("snapshot.zip")));
            assert!(alone == packed, "{}", source.name);
            assert_eq!(packed.code(), 1, "owners are forgotten: {}", packed.ran.stderr);
            assert_eq!(
                unpacked_words(packed.text("rules.toml")),
                unpacked_words(plain.text("rules.toml")),
                "{}",
                source.name
            );
        }
    }
}

/// Tables, with the endings of how they are compressed.
const TABLES: [(&str, &str); 2] = [("tickets", "gz"), ("ticketComments", "zst")];

/// A folder with tables as they are and compressed, and what a run made of
/// both.
fn compressed() -> Folder {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    for (table, ending) in TABLES {
        let content = tickets_of(table);
        folder.write(&format!("plain/{table}.jsonl"), &content);
        let packed = if ending == "gz" { gzip(&content) } else { sealed_frame(&content) };
        folder.write(&format!("packed/{table}.jsonl.{ending}"), packed);
    }
    for kind in ["plain", "packed"] {
        let args = format!("rewrite {kind} --map ids.csv --changes {kind}.log --out {kind}-out");
        let ran = standard::run(&folder, &args);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    assert_eq!(folder.text("plain.log"), folder.text("packed.log"));
    folder
}

fn tickets_of(table: &str) -> Vec<u8> {
    let name = if table == "tickets" { "requester_id" } else { "author_id" };
    super::hostile::tickets().replace("requester_id", name).into_bytes()
}

/// Every other command says of compressed tables what it says of plain ones.
#[test]
fn compressed_tables_are_audited_as_plain_ones() {
    let folder = compressed();
    for (args, code) in [
        ("verify KIND KIND-out --map ids.csv --report verdict.json", 0),
        ("verify KIND-out KIND --map ids.csv", 1),
        ("diff KIND KIND-out --map ids.csv --format jsonl --limit 1000", 1),
        ("scan KIND --map ids.csv --format json", 0),
        ("undo KIND-out --changes KIND.log --out back", 0),
        ("report check KIND-out.report.json", 0),
    ] {
        let run = |kind: &str| left(&folder, &args.replace("KIND", kind));
        let (plain, packed) = (run("plain"), run("packed"));
        assert_eq!(packed.code(), code, "{args}: {}", packed.ran.stderr);
        let told = |left: &Left, kind: &str| {
            let stdout = String::from_utf8_lossy(&left.ran.stdout).into_owned();
            let words = [stdout, left.ran.stderr.clone()].concat().replace(kind, "KIND");
            words.replace(".jsonl.gz", ".jsonl").replace(".jsonl.zst", ".jsonl")
        };
        assert_eq!(told(&packed, "packed"), told(&plain, "plain"), "{args}");
        assert_eq!(packed.files.get("verdict.json"), plain.files.get("verdict.json"));
        for (table, ending) in TABLES.iter().filter(|_| args.starts_with("undo")) {
            let back = packed.file(&format!("back/{table}.jsonl.{ending}"));
            assert!(decode(ending, back) == tickets_of(table), "{table}");
        }
    }
}

/// A snapshot about which nothing needs attention.
fn clear() -> Files {
    let list = "{\"name\":\"tickets\",\"id\":1}\n{\"name\":\"notes\",\"id\":2}\n";
    let files = [
        ("_tables/documents.jsonl", list.to_owned()),
        ("tickets/documents.jsonl", [A, B].map(ticket).concat()),
        ("tickets/generated_schema.jsonl", "\"uniform\"\n".to_owned()),
        ("notes/documents.jsonl", "{\"text\":\"a note\"}\n".to_owned()),
        ("notes/generated_schema.jsonl", "\"uniform\"\n".to_owned()),
    ];
    files.map(|(name, content)| (name.to_owned(), content.into_bytes())).into()
}

/// A folder after a run that nothing is against.
fn cleared() -> Folder {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("snapshot.zip", streamed(&clear(), Compression::Deflate));
    let ran = standard::run(&folder, "rewrite snapshot.zip --map ids.csv --out out.zip");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    folder
}

fn checked(folder: &Folder) -> Ran {
    folder.idswap(&["report", "check", "out.zip.report.json"])
}

#[test]
fn an_unchanged_packed_output_is_cleared() {
    let folder = cleared();
    let ran = checked(&folder);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let zip = folder.read("out.zip");
    let archive = &standard::json(&folder.text("out.zip.report.json"))["archive"];
    let digest = format!("blake3:{}", blake3::hash(&zip).to_hex());
    assert_eq!(*archive, json!({"path": "out.zip", "bytes": zip.len(), "digest": digest}));
}

/// What happens to a folder after a run, and what the check names then.
type Change = (&'static str, fn(&Folder), i32, &'static str);

fn edit(folder: &Folder, zip: &str, edit: impl FnOnce(&mut Files)) {
    let mut files: Files = listing::files(&folder.read(zip)).into_iter().collect();
    edit(&mut files);
    folder.write(zip, streamed(&files, Compression::Deflate));
}

fn tickets(files: &mut Files) -> &mut (String, Vec<u8>) {
    files.iter_mut().find(|(name, _)| name == "tickets/documents.jsonl").expect("tickets")
}

#[rustfmt::skip]
const CHANGES: &[Change] = &[
    ("a table of the output changed", |folder| edit(folder, "out.zip", |files| tickets(files).1[3] ^= 1), 1, "out.zip/tickets/documents.jsonl"),
    ("a table of the output longer", |folder| edit(folder, "out.zip", |files| tickets(files).1.extend(b"{}\n")), 1, "out.zip/tickets/documents.jsonl"),
    ("a table of the output gone", |folder| edit(folder, "out.zip", |files| files.retain(|(name, _)| !name.starts_with("tickets/d"))), 1, "out.zip/tickets/documents.jsonl"),
    ("a table of the export changed", |folder| edit(folder, "snapshot.zip", |files| tickets(files).1[3] ^= 1), 1, "snapshot.zip/tickets/documents.jsonl"),
    ("the output packed otherwise", |folder| {
        let files: Files = listing::files(&folder.read("out.zip")).into_iter().collect();
        folder.write("out.zip", whole(&files, Compression::Stored));
    }, 1, "out.zip"),
    ("a schema of the output gone", |folder| edit(folder, "out.zip", |files| files.retain(|(name, _)| !name.starts_with("tickets/g"))), 1, "out.zip"),
    ("the output gone", |folder| std::fs::remove_file(folder.path("out.zip")).expect("removed"), 1, "out.zip"),
    ("the output cut", |folder| folder.write("out.zip", &folder.read("out.zip")[1..]), 1, "out.zip"),
    ("the output no archive", |folder| folder.write("out.zip", "{}"), 1, "out.zip"),
];

#[test]
fn a_changed_packed_output_is_not_cleared() {
    for (name, change, code, says) in CHANGES {
        let folder = cleared();
        change(&folder);
        let ran = checked(&folder);
        let words = [String::from_utf8_lossy(&ran.stdout).into_owned(), ran.stderr].concat();
        assert_eq!(ran.code, Some(*code), "{name}: {words}");
        assert!(words.contains(says), "{name}: {words}");
    }
}
