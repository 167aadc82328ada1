//! Holds the architecture of `src/`: which way imports point, and how full
//! folders may be. `docs/design.md` says why.
//!
//! Imports are read by `syn` and followed through re-exports to the file that
//! defines a name, so that a face (`mod.rs`) hides nothing.

mod graph;
mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use graph::Graph;
use source::{Module, Sources};

/// The rooms of the crate, lowest first. A room imports only rooms before it.
const ROOMS: [&str; 10] =
    ["error", "json", "convex", "pipeline", "storage", "idmap", "rules", "report", "jobs", "cli"];

/// The jobs: none imports another.
const JOBS: [&str; 4] = ["audit", "rewrite", "scan", "undo"];

/// The rooms that the audit may import. It must not share the mistakes of
/// what it judges, so `json` is not among them, and no job is.
const AUDIT_IMPORTS: [&str; 6] = ["error", "pipeline", "storage", "idmap", "rules", "report"];

/// The most entries that a folder may have.
const MOST_ENTRIES: usize = 12;

fn src() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The graph of this crate.
fn graph() -> Graph {
    let mut files = BTreeMap::new();
    read_folder(&src(), &mut files);
    assert!(files.len() > 100, "found {} files only", files.len());
    Graph::of(&Sources::parse(&files))
}

fn read_folder(folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_folder(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let relative = path.strip_prefix(src()).expect("below src");
            let text = fs::read_to_string(&path).expect("UTF-8");
            files.insert(relative.to_string_lossy().into_owned(), text);
        }
    }
}

#[test]
fn rooms_import_only_lower_rooms() {
    let mut wrong = Vec::new();
    for (from, to) in graph().arrows() {
        let level = |module: &Module| {
            let room = module.first()?;
            Some(
                ROOMS
                    .iter()
                    .position(|known| known == room)
                    .unwrap_or_else(|| panic!("{room} is no room")),
            )
        };
        // The root has no level: it re-exports, and `main` starts it.
        if let (Some(own), Some(other)) = (level(from), level(to))
            && own < other
        {
            wrong.push(format!("{} -> {}", from.join("/"), to.join("/")));
        }
    }
    assert!(wrong.is_empty(), "imports that point up:\n{}", wrong.join("\n"));
}

#[test]
fn jobs_import_no_other_job() {
    let job = |module: &Module| match module.as_slice() {
        [jobs, job, ..] if jobs == "jobs" && JOBS.contains(&job.as_str()) => Some(job.clone()),
        _ => None,
    };
    for (from, to) in graph().arrows() {
        if let (Some(own), Some(other)) = (job(from), job(to)) {
            assert_eq!(own, other, "{} -> {}", from.join("/"), to.join("/"));
        }
    }
}

#[test]
fn the_audit_imports_only_what_it_does_not_judge() {
    let is_audit = |module: &Module| module.starts_with(&["jobs".to_owned(), "audit".to_owned()]);
    let mut found = 0;
    for (from, to) in graph().arrows().filter(|(from, to)| is_audit(from) && !is_audit(to)) {
        found += 1;
        let room = to.first().map_or("", String::as_str);
        assert!(AUDIT_IMPORTS.contains(&room), "{} -> {}", from.join("/"), to.join("/"));
    }
    assert!(found > 10, "{found} imports of the audit");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let circles = graph().circles();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn no_folders_import_each_other_in_a_circle() {
    let circles = graph().folder_circles();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn faces_hold_no_code() {
    let mut files = BTreeMap::new();
    read_folder(&src(), &mut files);
    let found: Vec<_> = Sources::parse(&files).code_in_faces().collect();
    assert!(found.is_empty(), "a mod.rs only declares and re-exports: {found:?}");
}

#[test]
fn folders_are_small_enough_to_take_in() {
    let mut folders = vec![src()];
    while let Some(folder) = folders.pop() {
        let entries: Vec<_> =
            fs::read_dir(&folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        assert!(
            entries.len() <= MOST_ENTRIES,
            "{} has {} entries",
            folder.display(),
            entries.len()
        );
        folders.extend(entries.into_iter().filter(|path| path.is_dir()));
    }
}

/// The checks can fail: small crates that break a rule each.
mod checks {
    use super::*;

    fn graph_of(files: &[(&str, &str)]) -> Graph {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Graph::of(&Sources::parse(&files.collect()))
    }

    fn arrows(graph: &Graph) -> Vec<String> {
        graph.arrows().map(|(from, to)| format!("{} -> {}", from.join("/"), to.join("/"))).collect()
    }

    #[test]
    fn imports_are_followed_through_faces() {
        let graph = graph_of(&[
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod x; mod y; pub use x::{Thing, other as renamed}; pub use y::*;"),
            ("a/x.rs", "pub struct Thing; pub fn other() {}"),
            ("a/y.rs", "pub const GLOB: u8 = 1;"),
            ("b.rs", "use crate::a::{self, GLOB, renamed}; fn f() { a::Thing; }"),
        ]);
        assert_eq!(arrows(&graph), ["b -> a/x", "b -> a/y"]);
    }

    #[test]
    fn paths_in_code_and_macros_count_and_tests_do_not() {
        let graph = graph_of(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "pub fn f() -> u8 { 1 }"),
            ("b.rs", "fn g() -> String { format!(\"{}\", crate::a::f()) }"),
            ("c.rs", "#[cfg(test)] mod tests { use crate::b; use super::super::a::f; }"),
        ]);
        assert_eq!(arrows(&graph), ["b -> a"]);
    }

    #[test]
    fn circles_of_files_and_of_folders_are_found() {
        let graph = graph_of(&[
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod low; mod high; pub use high::High; pub use low::Low;"),
            ("a/low.rs", "pub struct Low;"),
            ("a/high.rs", "use crate::b::B; pub struct High(B);"),
            ("b.rs", "use crate::a::Low; pub struct B(Low);"),
        ]);
        assert!(graph.circles().is_empty());
        assert_eq!(graph.folder_circles().len(), 1);
        let graph = graph_of(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use super::b::B; pub struct A(Option<Box<B>>);"),
            ("b.rs", "use crate::a::A; pub struct B(A);"),
        ]);
        assert_eq!(graph.circles(), [["a", "b"]]);
    }

    #[test]
    fn code_in_a_face_is_found() {
        let files = [("lib.rs", "mod a;"), ("a/mod.rs", "pub fn f() {}")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        let found: Vec<_> = Sources::parse(&files).code_in_faces().collect();
        assert_eq!(found, [("a/mod.rs".to_owned(), "f".to_owned())]);
    }
}
