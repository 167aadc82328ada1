//! A table, and what runs over all of it and over its shards leave.

use std::collections::BTreeMap;
use std::fs;

use idswap::Shard;
use idswap::Stage;
use idswap::error::Class;
use idswap::rewrite::{OnUnmapped, Options, Request};
use serde_json::Value;

use crate::support::folder::{Folder, tree};
use crate::support::standard::json;

/// The table's file, and the folder in which a run leaves everything.
const FILE: &str = "t.jsonl";
const LEFT: &str = "left";
pub const OUT: &str = "out";

/// A file of a table and a map, and what is asked of all runs over it.
pub struct Trial {
    folder: Folder,
    pub content: Vec<u8>,
    options: Options,
}

/// What a run left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub exit: i32,
    /// The message of what ended it.
    pub error: Option<String>,
    /// Its files, by relative path.
    pub files: BTreeMap<String, Vec<u8>>,
    pub report: Value,
}

impl Trial {
    /// Trials of `content` as table `tickets`, with `options` of a map and rules.
    pub fn new(folder: Folder, content: &[u8], options: Options) -> Self {
        folder.write(FILE, content);
        let left = folder.path(LEFT);
        let options = Options {
            export: folder.path(FILE),
            table: Some(options.table.unwrap_or_else(|| "tickets".to_owned())),
            out: Some(left.join(OUT)),
            report: Some(left.join("report.json")),
            unmapped: Some(left.join("open.csv")),
            changes: Some(left.join("changes.jsonl")),
            patches: Some(left.join("patches")),
            ..options
        };
        Self { folder, content: content.to_vec(), options }
    }

    /// The same of runs that write no patches.
    pub fn without_patches(mut self) -> Self {
        self.options.patches = None;
        self
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        self.options.table.as_deref().unwrap_or_default()
    }

    /// The path of the table's file.
    pub fn path(&self) -> String {
        self.options.export.display().to_string()
    }

    pub fn is_strict(&self) -> bool {
        self.options.strict
    }

    pub fn refuses_unmapped(&self) -> bool {
        self.options.on_unmapped == OnUnmapped::Fail
    }

    pub fn is_dry(&self) -> bool {
        self.options.dry_run
    }

    /// Runs over all of it.
    pub fn whole(&self) -> Left {
        self.run(None, 1, 1 << 18)
    }

    /// Runs over each of so many shards.
    pub fn shards(&self, of: usize, threads: usize, block_size: usize) -> Vec<Left> {
        let shard = |number| format!("{number}/{of}").parse().expect("a shard");
        (1..=of).map(|number| self.run(Some(shard(number)), threads, block_size)).collect()
    }

    fn run(&self, shard: Option<Shard>, threads: usize, block_size: usize) -> Left {
        let folder = self.folder.path(LEFT);
        fs::create_dir(&folder).expect("made");
        let options = Options { shard, threads: Some(threads), block_size, ..self.options.clone() };
        let done = Request::new(options).and_then(|request| request.run(&Stage::default(), &()));
        let files = tree(&folder);
        fs::remove_dir_all(&folder).expect("removed");
        let (exit, error) = match done {
            Ok(report) => (i32::from(report.attention), None),
            Err(error) => (code(error.class()), Some(error.to_string())),
        };
        let report = files.get("report.json");
        let report = report.unwrap_or_else(|| panic!("no report: {error:?}"));
        let report = json(str::from_utf8(report).expect("UTF-8"));
        Left { exit, error, files, report }
    }
}

fn code(class: Class) -> i32 {
    match class {
        Class::Usage => 2,
        Class::Data => 3,
        Class::Io => 4,
    }
}

impl Left {
    /// What a file holds; nothing where it is not there.
    pub fn bytes(&self, name: &str) -> &[u8] {
        self.files.get(name).map_or(b"", |bytes| bytes)
    }

    /// The lines of a file.
    pub fn lines(&self, name: &str) -> Vec<&str> {
        str::from_utf8(self.bytes(name)).expect("UTF-8").lines().collect()
    }
}
