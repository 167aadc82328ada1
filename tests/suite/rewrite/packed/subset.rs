//! What comes out of a packed snapshot: the tables asked for, what belongs to
//! them, and nothing else, in a form that an import takes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::tools::importer::{Import, import, listed, place};
use super::tools::listing::{self, Entry};
use super::tools::places::{FEW_SPEEDS, Left, SPEEDS, left, left_at, unpack};
use super::tools::python::readers_agree;
use super::tools::snapshots::{Source, is_junk, map, sources};
use crate::convex::snapshots::hold_known_counts;
use crate::support::folder::Folder;
use crate::support::standard::json;

/// Rules for a table of a component as well.
const RULES: &str = "version = 1\n\
    [[field]]\ntable = \"tickets\"\npath = \"requester_id\"\n\
    [[field]]\ntable = \"betterAuth/user\"\npath = \"userId\"\n";

/// What a run is asked for.
struct Asked {
    args: &'static str,
    /// The tables that its rules name.
    ruled: &'static [&'static str],
    all: bool,
}

const TICKETS: &[&str] = &["ticketComments", "ticketStatusHistory", "tickets"];
const ASKED: [Asked; 3] = [
    Asked { args: "", ruled: TICKETS, all: false },
    Asked { args: "--all-tables", ruled: TICKETS, all: true },
    Asked { args: "--rules rules.toml", ruled: &["betterAuth/user", "tickets"], all: false },
];

/// A folder with a packed snapshot and the same unpacked.
fn folder(source: &Source) -> Folder {
    let folder = Folder::in_memory();
    folder.write("ids.csv", map());
    folder.write("rules.toml", RULES);
    folder.write("snapshot.zip", &source.zip);
    unpack(&folder, &format!("snapshot/{}", source.leading), &source.files());
    folder
}

fn args(export: &str, out: &str, asked: &Asked) -> String {
    let sides = "--changes changes.jsonl --unmapped unmapped.csv --patches patches";
    format!("rewrite {export} --map ids.csv --out {out} {sides} {}", asked.args)
}

/// What stands in the output, by the contract: `documents` are those of the
/// tables worked on, as a run on the unpacked snapshot writes them.
fn expected(
    source: &Source,
    asked: &Asked,
    documents: &BTreeMap<String, Vec<u8>>,
) -> BTreeMap<String, Vec<u8>> {
    let mut expected = BTreeMap::new();
    for (name, content) in source.files() {
        let (component, folder, file) = place(&name).unwrap_or_default();
        let table = format!("{component}{folder}");
        let is_ruled = asked.ruled.contains(&table.as_str());
        let content = match (folder, file) {
            (_, "documents.jsonl") if is_ruled => Some(documents[&name].clone()),
            _ if asked.all => Some(content),
            ("_tables", _) => cut(&component, &content, asked.ruled),
            (_, "generated_schema.jsonl") if is_ruled => Some(content),
            _ => None,
        };
        expected.extend(content.map(|content| (name, content)));
    }
    expected
}

/// The lines of a list that name one of the tables, if any does.
fn cut(component: &str, list: &[u8], tables: &[&str]) -> Option<Vec<u8>> {
    let is_kept = |line: &&[u8]| tables.contains(&&*listed(component, line)[0]);
    let lines: Vec<_> = list.split_inclusive(|byte| *byte == b'\n').filter(is_kept).collect();
    (!lines.is_empty()).then(|| lines.concat())
}

/// What stands in an output of either kind, apart from what a Mac added.
fn written(left: &Left, out: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = match left.files.get(out) {
        Some(zip) => listing::files(zip),
        None => left.below(out),
    };
    files.retain(|name, _| !is_junk(name));
    files
}

/// Tables, their schemas and lists are what they should be, whatever is read
/// and written, and at every speed.
#[test]
fn a_packed_snapshot_gives_what_the_unpacked_one_does() {
    let mut zips = Vec::new();
    for source in sources() {
        let folder = folder(&source);
        for asked in &ASKED {
            for out in ["out", "out.zip"] {
                let name = format!("{}, {out} {}", source.name, asked.args);
                let plain = left(&folder, &args("snapshot", out, asked));
                let packed = left_at(&SPEEDS, &folder, &args("snapshot.zip", out, asked));
                assert_eq!(packed.code(), 1, "{name}: {}", packed.ran.stderr);
                let documents = written(&plain, out);
                let expected = expected(&source, asked, &documents);
                assert_same(&documents, &expected, &format!("unpacked, {name}"));
                assert_same(&written(&packed, out), &expected, &name);
                hold_the_rest(&packed, &plain, out, &name);
                zips.extend(packed.files.get(out).cloned());
            }
        }
    }
    assert_eq!(zips.len(), 18);
    readers_agree(&zips);
}

fn assert_same(
    found: &BTreeMap<String, Vec<u8>>,
    expected: &BTreeMap<String, Vec<u8>>,
    name: &str,
) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}");
    for (path, content) in expected {
        assert!(found[path] == *content, "{name}: {path}");
    }
}

/// Words and side files, the report among them, but for the export's name and
/// the size and digest of the whole ZIP: what went along was packed by others.
fn hold_the_rest(packed: &Left, plain: &Left, out: &str, name: &str) {
    let packed = packed.with("snapshot.zip", "snapshot");
    assert_eq!(packed.ran, plain.ran, "{name}");
    let is_side = |path: &&String| !path.starts_with("out");
    let sides: Vec<_> = plain.files.keys().filter(is_side).collect();
    assert!(sides.len() >= 3 && packed.files.keys().filter(is_side).eq(sides.iter().copied()));
    for path in sides {
        assert_eq!(packed.text(path), plain.text(path), "{name}: {path}");
    }
    let report = |left: &Left| {
        let mut report = json(left.text(&format!("{out}.report.json")));
        let archive = report.as_object_mut().expect("an object").remove("archive");
        (archive.map(|archive| archive["path"].clone()), report)
    };
    assert_eq!(report(&packed), report(plain), "{name}");
    assert_eq!(report(plain).0.is_some(), out.ends_with("zip"), "{name}");
}

/// What an import would do with each output, by the model of it.
#[test]
fn an_import_replaces_the_emitted_tables_and_empties_none() {
    for source in sources() {
        let folder = folder(&source);
        let files = source.files();
        for asked in &ASKED {
            let left = left(&folder, &args("snapshot.zip", "out.zip", asked));
            let import = import(&listing::entries(left.file("out.zip")));
            let everything = tables(files.keys());
            let ruled = asked.ruled.iter().map(|table| (*table).to_owned()).collect();
            let storage = ["", "betterAuth/"].map(str::to_owned);
            let expected = Import {
                replaced: if asked.all { everything } else { ruled },
                storage: storage.into_iter().filter(|_| asked.all).collect(),
                ..Import::default()
            };
            assert_eq!(import, expected, "{} {}", source.name, asked.args);
            let report = json(left.text("out.zip.report.json"));
            assert_eq!(emitted(&report), expected.replaced, "{}", asked.args);
        }
    }
}

/// The tables that have documents.
fn tables<'n>(names: impl Iterator<Item = &'n String>) -> BTreeSet<String> {
    let table = |name| match place(name)? {
        (_, "_tables" | "_storage", _) => None,
        (component, table, "documents.jsonl") => Some(format!("{component}{table}")),
        _ => None,
    };
    names.filter_map(|name| table(name)).collect()
}

/// The tables that a report says were written.
fn emitted(report: &Value) -> BTreeSet<String> {
    let worked = report["tables"].as_object().expect("tables").keys().cloned();
    let copied = report["copied"].as_array().expect("copied").iter();
    worked.chain(copied.map(|table| table.as_str().expect("a name").to_owned())).collect()
}

/// The list of the root and of each component names exactly what is there.
#[test]
fn lists_name_exactly_the_emitted_tables() {
    for source in sources() {
        let folder = folder(&source);
        for (asked, component) in [(&ASKED[0], false), (&ASKED[2], true)] {
            let left = left(&folder, &args("snapshot.zip", "out.zip", asked));
            let files = listing::files(left.file("out.zip"));
            let root = listed("", &files["_tables/documents.jsonl"]);
            let mut named: BTreeSet<_> = root.into_iter().collect();
            let list = files.get("_components/betterAuth/_tables/documents.jsonl");
            assert_eq!(list.is_some(), component, "{}", source.name);
            named.extend(list.into_iter().flat_map(|list| listed("betterAuth/", list)));
            assert_eq!(named, tables(files.keys()), "{}", source.name);
        }
    }
}

/// Entries that nothing has to be done about keep their packed bytes.
#[test]
fn untouched_entries_are_not_packed_again() {
    for source in sources() {
        let folder = folder(&source);
        let left = left(&folder, &args("snapshot.zip", "out.zip", &ASKED[1]));
        let by_name = |zip: &[u8], leading: &str| -> BTreeMap<String, Entry> {
            let entries = listing::entries(zip).into_iter();
            let own = |entry: Entry| Some((entry.name.strip_prefix(leading)?.to_owned(), entry));
            entries.filter_map(own).collect()
        };
        let before = by_name(&source.zip, source.leading);
        let after = by_name(left.file("out.zip"), "");
        let mut same = 0;
        for name in source.files().keys().filter(|name| !is_worked_on(name)) {
            let (before, after) = (&before[name], &after[name]);
            assert!(after.packed == before.packed, "{}: {name}", source.name);
            assert_eq!((after.method, after.crc), (before.method, before.crc), "{name}");
            same += 1;
        }
        assert_eq!(same, 17, "{}: all but three tables", source.name);
    }
}

fn is_worked_on(name: &str) -> bool {
    TICKETS.iter().any(|table| name == format!("{table}/documents.jsonl"))
}

/// Schema files go along by their packed bytes as well.
#[test]
fn schemas_go_along_as_they_are() {
    for source in sources() {
        let folder = folder(&source);
        let left = left(&folder, &args("snapshot.zip", "out.zip", &ASKED[0]));
        let files = listing::files(left.file("out.zip"));
        for table in TICKETS {
            let schema = format!("{table}/generated_schema.jsonl");
            assert!(files[&schema] == source.files()[&schema], "{}: {schema}", source.name);
        }
    }
}

/// The counts that are known of the two real snapshots.
#[test]
fn packed_snapshots_give_the_counts_known_of_them() {
    for source in sources() {
        let folder = folder(&source);
        for out in ["out", "out.zip"] {
            let left = left(&folder, &args("snapshot.zip", out, &ASKED[0]));
            hold_known_counts(&json(left.text(&format!("{out}.report.json"))));
        }
    }
}

/// A run over its own output changes nothing, in the very bytes of the ZIP.
#[test]
fn a_run_over_a_packed_output_changes_nothing() {
    for source in sources() {
        let folder = folder(&source);
        for asked in &ASKED {
            let first = left(&folder, &args("snapshot.zip", "out.zip", asked));
            folder.write("first.zip", first.file("out.zip"));
            let again = left_at(&FEW_SPEEDS, &folder, &args("first.zip", "out.zip", asked));
            let report = json(again.text("out.zip.report.json"));
            assert_eq!(report["summary"]["totalUpdated"], 0, "{}", source.name);
            let name = format!("{} {}", source.name, asked.args);
            let (before, after) = (first.file("out.zip"), again.file("out.zip"));
            assert_same(&listing::files(after), &listing::files(before), &name);
            assert!(before == after, "{name}: other bytes around the same content");
        }
    }
}

/// A dry run reports the same and writes no archive.
#[test]
fn a_dry_run_writes_no_archive() {
    for source in sources() {
        let folder = folder(&source);
        let args = "rewrite snapshot.zip --map ids.csv --dry-run --report dry.report.json";
        let left = left_at(&FEW_SPEEDS, &folder, args);
        assert_eq!(left.code(), 1, "{}: {}", source.name, left.ran.stderr);
        assert_eq!(left.files.len(), 1, "{}: the report alone", source.name);
        hold_known_counts(&json(left.text("dry.report.json")));
    }
}
