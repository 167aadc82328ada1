//! Snapshots in ZIP files, as Convex and as others pack them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use async_zip::Compression;

use super::listing::{self, Files};
use super::streamed::{streamed, whole};

/// A packed snapshot.
pub struct Source {
    pub name: &'static str,
    pub zip: Vec<u8>,
    /// The folder around everything, and a slash.
    pub leading: &'static str,
}

/// A file of `fixtures/convex`.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/convex");
    fs::read(folder.join(name)).expect("a fixture")
}

/// The map of the snapshots in `fixtures/convex`.
pub fn map() -> Vec<u8> {
    fixture("ids.csv")
}

impl Source {
    /// Its files, without the folder around them and without what a Mac adds.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let files = listing::files(&self.zip).into_iter();
        let own = |(name, content): (String, Vec<u8>)| {
            let name = name.strip_prefix(self.leading)?;
            let is_own = !name.ends_with('/') && !name.is_empty() && !is_junk(name);
            is_own.then(|| (name.to_owned(), content))
        };
        files.filter_map(own).collect()
    }
}

/// Whether it is what a Mac adds to a folder.
pub fn is_junk(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with(".DS_Store")
}

fn below(folder: &str, files: &Files) -> Files {
    files.iter().map(|(name, content)| (format!("{folder}{name}"), content.clone())).collect()
}

/// As the Finder packs a folder: each folder is an entry, and what it keeps
/// for itself goes along.
fn by_finder(folder: &str, files: &Files) -> Files {
    let mut packed = vec![(folder.to_owned(), Vec::new())];
    packed.push((format!("{folder}.DS_Store"), b"\0\0\0\x01Bud1".to_vec()));
    packed.push((format!("__MACOSX/{folder}._.DS_Store"), b"\0\x05\x16\x07".to_vec()));
    for (name, content) in below(folder, files) {
        for (at, _) in name.match_indices('/') {
            let entry = (name[..=at].to_owned(), Vec::new());
            if !packed.contains(&entry) {
                packed.push(entry);
            }
        }
        packed.push((name.clone(), content));
        let (parent, file) = name.rsplit_once('/').expect("a folder");
        packed.push((format!("__MACOSX/{parent}/._{file}"), b"\0\x05\x16\x07".to_vec()));
    }
    packed.push((format!("{folder}tickets/.DS_Store"), b"\0\0\0\x01Bud1".to_vec()));
    packed
}

/// The two real ones, and the uniform one packed in other ways.
pub fn sources() -> Vec<Source> {
    let uniform = fixture("snapshot_uniform.zip");
    let files: Files = listing::files(&uniform).into_iter().collect();
    let deeper = below("snapshot_1/", &files);
    let finder = by_finder("snapshot 2/", &files);
    let source = |name, leading, zip| Source { name, zip, leading };
    vec![
        source("uniform", "", uniform),
        source("legacy", "", fixture("snapshot_legacy.zip")),
        source("streamed and stored", "", streamed(&files, Compression::Stored)),
        source("with sizes before the data", "", whole(&files, Compression::Deflate)),
        source("one folder deeper", "snapshot_1/", streamed(&deeper, Compression::Deflate)),
        source("packed by the Finder", "snapshot 2/", whole(&finder, Compression::Deflate)),
    ]
}

/// What the other tests build upon: the archives written here are sound, and
/// as Convex writes them.
#[test]
fn the_archives_of_these_tests_are_sound() {
    let sources = sources();
    let zips: Vec<_> = sources.iter().map(|source| source.zip.clone()).collect();
    super::python::readers_agree(&zips);
    for source in &sources[2..] {
        assert!(source.files() == sources[0].files(), "{}", source.name);
    }
    let files: Files =
        listing::entries(&zips[0]).into_iter().map(|entry| (entry.name, entry.content)).collect();
    let alike = |zip: &[u8]| {
        let entries = listing::entries(zip).into_iter();
        let told = entries.map(|entry| (entry.name, entry.flags, entry.method, entry.content));
        (told.collect::<Vec<_>>(), zip[..30].to_vec())
    };
    assert!(alike(&streamed(&files, Compression::Deflate)) == alike(&zips[0]));
}
