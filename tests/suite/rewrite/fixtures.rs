//! Walks `fixtures/`: each folder is a run, its input and all that it leaves.
//!
//! `args` holds the arguments, one a line; `expected/` holds every file that
//! the run writes, `stderr` what it says and `code` its exit code. With
//! `UPDATE_FIXTURES=1` the expectations are written anew, to be reviewed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::folder::{Folder, Ran, tree};

pub const THREADS: [&str; 3] = ["1", "2", "5"];
const BLOCK_SIZES: [&str; 7] = ["1", "2", "3", "7", "64", "4096", "1048576"];

pub fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(root).expect("fixtures").map(|entry| entry.expect("entry").path());
    let mut folders: Vec<_> = entries.filter(|path| path.join("args").is_file()).collect();
    folders.sort();
    folders
}

/// What a run left: its files, words and exit code.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    files: BTreeMap<String, Vec<u8>>,
    ran: Ran,
}

/// Runs a fixture in a copy of its inputs.
fn run(fixture: &Path, more: &[&str]) -> Left {
    let folder = Folder::new();
    let inputs: BTreeMap<_, _> = tree(fixture)
        .into_iter()
        .filter(|(path, _)| !path.starts_with("expected/") && path != "args")
        .collect();
    inputs.iter().for_each(|(path, content)| folder.write(path, content));
    let args = fs::read_to_string(fixture.join("args")).expect("args");
    let args: Vec<&str> = args.lines().chain(more.iter().copied()).collect();
    let ran = folder.idswap(&args);
    let mut files = folder.tree();
    for (path, content) in &inputs {
        assert_eq!(files.remove(path).as_ref(), Some(content), "{path} was modified");
    }
    Left { files, ran }
}

fn expected(fixture: &Path) -> Left {
    let mut files = tree(&fixture.join("expected"));
    let mut text =
        |name: &str| String::from_utf8(files.remove(name).unwrap_or_default()).expect("UTF-8");
    let code = text("code").trim().parse().ok();
    let (stdout, stderr) = (text("stdout").into_bytes(), text("stderr"));
    Left { files, ran: Ran { code, stdout, stderr } }
}

fn update(fixture: &Path, left: &Left) {
    let folder = fixture.join("expected");
    drop(fs::remove_dir_all(&folder));
    let code = format!("{}\n", left.ran.code.expect("an exit code")).into_bytes();
    let mut files = left.files.clone();
    files.insert("code".to_owned(), code);
    files.insert("stderr".to_owned(), left.ran.stderr.clone().into_bytes());
    files.insert("stdout".to_owned(), left.ran.stdout.clone());
    for (path, content) in files.into_iter().filter(|(_, content)| !content.is_empty()) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("written");
    }
}

/// Empty files are not kept in `expected/`; whether a table is there shows in
/// the report.
fn without_empty(mut left: Left) -> Left {
    left.files.retain(|_, content| !content.is_empty());
    left
}

#[test]
fn every_fixture_leaves_what_is_expected() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 10, "the fixtures are there");
    for fixture in fixtures {
        let name = fixture.file_name().expect("a name").display().to_string();
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            update(&fixture, &run(&fixture, &[]));
        }
        let expected = expected(&fixture);
        for threads in THREADS {
            for block_size in BLOCK_SIZES {
                let more = ["--threads", threads, "--block-size", block_size];
                let left = without_empty(run(&fixture, &more));
                assert_eq!(left.ran, expected.ran, "{name} {more:?}");
                assert!(
                    left.files == expected.files,
                    "{name} {more:?}: {}",
                    differing(&left, &expected)
                );
            }
        }
    }
}

fn differing(left: &Left, expected: &Left) -> String {
    let names = left.files.keys().chain(expected.files.keys());
    let differs = |name: &&String| left.files.get(*name) != expected.files.get(*name);
    names.filter(differs).cloned().collect::<Vec<_>>().join(", ")
}
