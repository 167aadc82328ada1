//! A folder to work in, and the program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::rewrite::properties::quick_folder;

/// A temporary folder.
pub struct Folder(TempDir);

/// What a run of the program left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder in memory where there is one, for those that run often.
    pub fn in_memory() -> Self {
        Self(quick_folder())
    }

    /// A folder with files, given as path and content.
    pub fn with<B: AsRef<[u8]>>(files: &[(&str, B)]) -> Self {
        let folder = Self::new();
        for (path, content) in files {
            folder.write(path, content);
        }
        folder
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    /// Makes a FIFO; returns its path.
    pub fn fifo(&self, relative: &str) -> PathBuf {
        let path = self.path(relative);
        let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo");
        assert!(made.success(), "{relative}");
        path
    }

    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("written");
    }

    pub fn read(&self, relative: &str) -> Vec<u8> {
        fs::read(self.path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    pub fn text(&self, relative: &str) -> String {
        String::from_utf8(self.read(relative)).expect("UTF-8")
    }

    /// Every file below, by relative path.
    pub fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        tree(self.0.path())
    }

    /// Runs the program here.
    pub fn idswap(&self, args: &[&str]) -> Ran {
        self.idswap_fed(args, b"")
    }

    /// Runs the program here, with `input` on its standard input.
    pub fn idswap_fed(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child = self.command(args).spawn().expect("started");
        let mut stdin = child.stdin.take().expect("a pipe");
        std::thread::scope(|scope| {
            // A program that refuses its arguments does not read.
            scope.spawn(move || drop(stdin.write_all(input)));
            Ran::from(child.wait_with_output().expect("ended"))
        })
    }

    /// The program, ready to run here with pipes all around.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_idswap"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// Every file below a folder, by relative path.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("an entry").path();
            match path.symlink_metadata().expect("metadata").is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(root).expect("below").to_string_lossy();
                    files.insert(name.into_owned(), fs::read(&path).unwrap_or_default());
                }
            }
        }
    }
    files
}
