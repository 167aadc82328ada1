//! A small export and a map that many tests begin with, and what they ask of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;

use crate::support::folder::{Folder, Ran};

pub const A: &str = "a11ce000-0000-4000-8000-000000000001";
pub const B: &str = "b0b00000-0000-4000-8000-000000000002";
pub const C: &str = "ca401000-0000-4000-8000-000000000003";
pub const MAP: &str = "source_id,target_id\n\
    a11ce000-0000-4000-8000-000000000001,user_2AliceAliceAliceAliceAlice0\n\
    b0b00000-0000-4000-8000-000000000002,user_2BobBobBobBobBobBobBobBobB0\n";
pub const ALICE: &str = "user_2AliceAliceAliceAliceAlice0";
pub const BOB: &str = "user_2BobBobBobBobBobBobBobBobB0";

/// A ticket requested by `id`.
pub fn ticket(id: &str) -> String {
    format!("{{\"requester_id\":\"{id}\"}}\n")
}

/// Every file and folder below, by path; a folder's ends with a slash. No
/// file is opened: a FIFO would wait.
pub fn entries(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            match path.symlink_metadata().expect("metadata").is_dir() {
                true => {
                    found.push(name + "/");
                    folders.push(path);
                }
                false => found.push(name),
            }
        }
    }
    found.sort();
    found
}

/// Something that stands in the folder before a run.
#[derive(Clone, Copy)]
pub enum Put {
    File(&'static str),
    /// An empty folder.
    Folder,
    /// A symbolic link.
    Link(&'static str),
    /// Another name of a file.
    Twin(&'static str),
}
pub use Put::{File, Link, Twin};

pub fn put(folder: &Folder, path: &str, what: Put) {
    let at = folder.path(path);
    fs::create_dir_all(at.parent().expect("a parent")).expect("folders");
    match what {
        File(content) => fs::write(at, content).expect("written"),
        Put::Folder => fs::create_dir(at).expect("made"),
        Link(to) => symlink(to, at).expect("linked"),
        Twin(of) => fs::hard_link(folder.path(of), at).expect("linked"),
    }
}

/// A folder with an export of one table and a map.
pub fn standard(more: &[(&str, Put)]) -> Folder {
    let folder = Folder::with(&[("ids.csv", MAP), ("export/tickets.jsonl", &ticket(A))]);
    more.iter().for_each(|(path, what)| put(&folder, path, *what));
    folder
}

/// Everything below, with what the files hold.
pub fn everything(folder: &Folder) -> (Vec<String>, BTreeMap<String, Vec<u8>>) {
    (entries(&folder.path("")), folder.tree())
}

pub fn run(folder: &Folder, args: &str) -> Ran {
    folder.idswap(&args.split_whitespace().collect::<Vec<_>>())
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

pub fn report(folder: &Folder) -> Value {
    json(&folder.text("out.report.json"))
}

/// A run with all of its side files.
pub const FULL: &str = "rewrite export --map ids.csv --out out --changes changes.jsonl \
    --unmapped unmapped.csv --on-invalid reject";

/// A folder with everything that an earlier run left.
pub fn with_earlier_run() -> Folder {
    let folder = standard(&[]);
    folder.write("export/tickets.jsonl", [ticket(A), ticket(C), "[]\n".to_owned()].concat());
    folder.write("export/ticketComments.jsonl", "{\"author_id\":null}\n");
    let ran = run(&folder, FULL);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for path in ["out/tickets.jsonl", "out.rejects/reasons.jsonl", "changes.jsonl", "unmapped.csv"]
    {
        assert!(!folder.read(path).is_empty(), "{path}");
    }
    folder
}
