//! A folder to run in, and what runs leave there.

use std::collections::BTreeMap;
use std::fs;

use crate::support::folder::{Folder, Ran, tree};

/// Threads and block sizes over which nothing may differ.
pub const SPEEDS: [(&str, &str); 6] =
    [("1", "7"), ("5", "7"), ("2", "4096"), ("5", "4096"), ("1", "262144"), ("2", "262144")];

/// The same for those who run often.
pub const FEW_SPEEDS: [(&str, &str); 3] = [("1", "7"), ("5", "4096"), ("2", "262144")];

/// What a run left: its words, its code, and its files by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub ran: Ran,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Left {
    pub fn code(&self) -> i32 {
        self.ran.code.expect("an exit code")
    }

    pub fn file(&self, path: &str) -> &[u8] {
        let file = self.files.get(path);
        file.unwrap_or_else(|| panic!("{path}: {:?} {}", self.files.keys(), self.ran.stderr))
    }

    pub fn text(&self, path: &str) -> &str {
        str::from_utf8(self.file(path)).expect("UTF-8")
    }

    /// The files of the output folder `out`, by path within it.
    pub fn below(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let out = format!("{out}/");
        let files = self.files.iter();
        let below = |(path, content): (&String, &Vec<u8>)| {
            Some((path.strip_prefix(&out)?.to_owned(), content.clone()))
        };
        files.filter_map(below).collect()
    }

    /// The same with one name for another in every text, as if the run had
    /// been on that.
    pub fn with(&self, name: &str, other: &str) -> Self {
        let replaced = |text: &str| text.replace(name, other);
        let mut left = self.clone();
        left.ran.stderr = replaced(&left.ran.stderr);
        left.ran.stdout = str::from_utf8(&left.ran.stdout).map(replaced).expect("UTF-8").into();
        for (path, content) in &mut left.files {
            if path.ends_with("report.json") {
                *content = str::from_utf8(content).map(replaced).expect("UTF-8").into();
            }
        }
        left
    }
}

/// Runs the program, takes away what it left, and makes sure that nothing else
/// has changed.
pub fn left(folder: &Folder, args: &str) -> Left {
    left_by(folder, &args.split_whitespace().collect::<Vec<_>>())
}

pub fn left_by(folder: &Folder, args: &[&str]) -> Left {
    let before = folder.tree();
    let ran = folder.idswap(args);
    let mut files = folder.tree();
    for (path, content) in &before {
        assert!(files.remove(path).as_ref() == Some(content), "{args:?}: {path} was modified");
    }
    clear(folder, &files);
    // A folder of patches may hold none.
    let entries = fs::read_dir(folder.path("")).expect("the folder").flatten();
    entries.for_each(|entry| drop(fs::remove_dir(entry.path())));
    Left { ran, files }
}

/// Removes files and the folders that they were in.
fn clear(folder: &Folder, files: &BTreeMap<String, Vec<u8>>) {
    for path in files.keys() {
        let top = folder.path(path.split('/').next().expect("a name"));
        match top.is_dir() && tree(&top).len() == below(files, path) {
            true => drop(fs::remove_dir_all(top)),
            false => drop(fs::remove_file(folder.path(path))),
        }
    }
}

/// How many files stand in the same top folder.
fn below(files: &BTreeMap<String, Vec<u8>>, path: &str) -> usize {
    let top = path.split('/').next();
    files.keys().filter(|other| other.split('/').next() == top).count()
}

/// Runs at several speeds, which leaves the same; returns that.
pub fn left_at(speeds: &[(&str, &str)], folder: &Folder, args: &str) -> Left {
    let at = |(threads, block): &(&str, &str)| {
        left(folder, &format!("{args} --threads {threads} --block-size {block}"))
    };
    let first = at(&speeds[0]);
    for speed in &speeds[1..] {
        let other = at(speed);
        assert_eq!(other.ran, first.ran, "{args} {speed:?}");
        for (path, content) in &first.files {
            assert!(other.files.get(path) == Some(content), "{args} {speed:?}: {path}");
        }
        assert_eq!(other.files.len(), first.files.len(), "{args} {speed:?}");
    }
    first
}

/// Writes files below a folder.
pub fn unpack(folder: &Folder, below: &str, files: &BTreeMap<String, Vec<u8>>) {
    files.iter().for_each(|(name, content)| folder.write(&format!("{below}{name}"), content));
}
