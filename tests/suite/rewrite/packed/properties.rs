//! Over random hostile exports, packed in random ways, every run leaves what
//! the one on plain files does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use async_zip::Compression;
use idswap::Stage;
use idswap::rewrite::{Options, Request};
use proptest::prelude::*;
use proptest::sample::Index;

use super::tools::encodings::{self, decode};
use super::tools::listing::{self, Files};
use super::tools::streamed::{read, streamed, whole};
use crate::models::worlds::{Case, EXPORT, Table, World, cases};
use crate::rewrite::properties::{holds_for, options, quick_folder};
use crate::support::folder::tree;
use crate::support::standard::json;

/// How an export is packed.
#[derive(Debug, Clone, Copy)]
enum Packing {
    /// A ZIP, streamed or with sizes before the data, deflated or stored,
    /// with a folder around everything or without.
    Zip { streamed: bool, deflated: bool, deeper: bool },
    /// A folder, each table compressed in one of the ways there are.
    Tables(Index),
}

/// A packed export, and how it is run.
#[derive(Debug, Clone)]
struct Packed {
    case: Case,
    packing: Packing,
    /// How often each table is repeated, so that it grows beyond blocks and
    /// pages.
    times: usize,
    threads: usize,
    block: usize,
    to_zip: bool,
}

fn packing() -> impl Strategy<Value = Packing> {
    let zip = (any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(|(streamed, deflated, deeper)| Packing::Zip { streamed, deflated, deeper });
    prop_oneof![2 => zip, 1 => any::<Index>().prop_map(Packing::Tables)]
}

fn packed(world: World) -> impl Strategy<Value = Packed> {
    let times = prop_oneof![6 => Just(1), 2 => 2..40_usize, 1 => 500..3000_usize];
    let threads = prop_oneof![Just(1), Just(2), Just(5)];
    let block = prop_oneof![Just(7), Just(64), Just(4096), Just(1 << 18)];
    (cases(world), packing(), times, threads, block, any::<bool>()).prop_map(
        |(case, packing, times, threads, block, to_zip)| Packed {
            case,
            packing,
            times,
            threads,
            block,
            to_zip,
        },
    )
}

/// The tables of a case, in folders of their own, each so many times.
fn repeated(case: &Case, times: usize) -> BTreeMap<&'static str, Table> {
    let mut tables = case.tables.clone();
    for table in tables.values_mut() {
        table.own_folder = true;
        if !table.content.is_empty() && !table.content.ends_with(b"\n") && times > 1 {
            table.content.push(b'\n');
        }
        let most = (1 << 21) / table.content.len().max(1) + 1;
        table.content = table.content.repeat(times.min(most));
    }
    tables
}

/// What a run left, with one name for the export and one for the output.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    error: Option<String>,
    files: BTreeMap<String, Vec<u8>>,
}

/// Runs on an export; what was packed is unpacked again.
fn run(case: &Case, root: &Path, export: &str, out: &str, speed: (usize, usize)) -> Left {
    let before = tree(root);
    let given = options(case, root, export, out);
    let options = Options { threads: Some(speed.0), block_size: speed.1, ..given };
    let done = Request::new(options).and_then(|request| request.run(&Stage::default(), &()));
    let mut files = tree(root);
    files.retain(|path, _| !before.contains_key(path));
    for path in files.keys() {
        fs::remove_file(root.join(path)).expect("removed");
    }
    drop(fs::remove_dir_all(root.join(out)));
    drop(fs::remove_dir_all(root.join(format!("{out}.rejects"))));
    let plain = |text: &str| plain_names(text, root, export, out);
    let error = done.err().map(|error| plain(&error.to_string()));
    let files = files.into_iter().flat_map(|(path, content)| unpacked(&path, content, out));
    let files = files.map(|(path, content)| {
        let path = plain(&path);
        let content = match path.ends_with("report.json") {
            true => without_archive(&plain(str::from_utf8(&content).expect("UTF-8"))),
            false => content,
        };
        (path, content)
    });
    Left { error, files: files.collect() }
}

/// A report without the size and the digest of a ZIP as a whole: other programs
/// have packed what went along.
fn without_archive(report: &str) -> Vec<u8> {
    let mut report = json(report);
    report.as_object_mut().expect("an object").remove("archive");
    report.to_string().into_bytes()
}

/// The file itself or, of a packed output, what is in it.
fn unpacked(path: &str, content: Vec<u8>, out: &str) -> Files {
    let inside = path.strip_prefix(&format!("{out}/"));
    match (path == out, inside.and_then(|path| path.rsplit_once('.'))) {
        (true, _) => {
            readers_of_own(&content);
            let files = listing::files(&content).into_iter();
            files.map(|(name, content)| (format!("{out}/{name}"), content)).collect()
        }
        (_, Some((stem, ending @ ("gz" | "zst")))) => {
            vec![(format!("{out}/{stem}"), decode(ending, &content))]
        }
        _ => vec![(path.to_owned(), content)],
    }
}

/// The crate that Convex uses reads it as well.
fn readers_of_own(zip: &[u8]) {
    let entries = listing::entries(zip).into_iter();
    let files: Files = entries.map(|entry| (entry.name, entry.content)).collect();
    assert!(read(zip) == files);
}

fn plain_names(text: &str, root: &Path, export: &str, out: &str) -> String {
    let at = |name: &str| root.join(name).display().to_string();
    text.replace(&format!("{}/deeper", at(export)), &at(export))
        .replace(&at(export), "EXPORT")
        .replace(&at(out), "OUT")
        .replace(out, "OUT")
        .replace(".jsonl.gz", ".jsonl")
        .replace(".jsonl.zst", ".jsonl")
}

/// Writes the packed export; returns its name.
fn pack(case: &Case, packing: Packing, root: &Path) -> &'static str {
    let tables = case.tables.iter();
    let files =
        tables.map(|(name, table)| (format!("{name}/documents.jsonl"), table.content.clone()));
    let mut files: Files = files.collect();
    match packing {
        Packing::Zip { streamed: is_streamed, deflated, deeper } => {
            files.push((LIST.to_owned(), list(case)));
            if deeper {
                files.iter_mut().for_each(|(name, _)| name.insert_str(0, "deeper/"));
            }
            let compression = if deflated { Compression::Deflate } else { Compression::Stored };
            let zip = if is_streamed {
                streamed(&files, compression)
            } else {
                whole(&files, compression)
            };
            fs::write(root.join("packed.zip"), zip).expect("written");
            "packed.zip"
        }
        Packing::Tables(which) => {
            let all = encodings::all();
            let encoding = which.get(&all);
            for (name, content) in files {
                let path = root.join(format!("packed/{name}.{}", encoding.ending));
                fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
                fs::write(path, (encoding.encode)(&content)).expect("written");
            }
            "packed"
        }
    }
}

const LIST: &str = "_tables/documents.jsonl";

fn list(case: &Case) -> Vec<u8> {
    let line = |name: &&str| format!("{{\"name\":\"{name}\",\"id\":1}}\n");
    case.tables.keys().map(line).collect::<String>().into_bytes()
}

fn agrees(packed: &Packed) {
    let folder = quick_folder();
    let root = folder.path();
    let case = Case { tables: repeated(&packed.case, packed.times), ..packed.case.clone() };
    case.write(root);
    if matches!(packed.packing, Packing::Zip { .. }) {
        fs::create_dir_all(root.join(EXPORT).join("_tables")).expect("a folder");
        fs::write(root.join(EXPORT).join(LIST), list(&case)).expect("written");
    }
    let export = pack(&case, packed.packing, root);
    let out = if packed.to_zip { "new.zip" } else { "new" };
    let plain = run(&case, root, EXPORT, out, (2, 1 << 18));
    let other = run(&case, root, export, out, (packed.threads, packed.block));
    assert_eq!(other.error, plain.error, "{packed:?}");
    assert_eq!(other.files.keys().collect::<Vec<_>>(), plain.files.keys().collect::<Vec<_>>());
    for (path, content) in &plain.files {
        let found = &other.files[path];
        assert!(
            found == content,
            "{path}, {packed:?}: {}\nplain: {}",
            found[..found.len().min(2000)].escape_ascii(),
            content[..content.len().min(2000)].escape_ascii()
        );
    }
}

fn holds(world: World) {
    holds_for(world, &packed(world), 40, agrees);
}

#[test]
fn packed_exports_give_what_plain_ones_do() {
    holds(World::UuidToClerk);
}

#[test]
fn packed_exports_of_other_worlds_do_too() {
    holds(World::Auth0ToUuid);
}
