//! Archives and compressed tables that were cut or changed anywhere: either
//! nothing shows, or the data is refused. Never is the output another one.

use std::fs;
use std::path::PathBuf;

use async_zip::Compression;
use idswap::Stage;
use idswap::error::Class;
use idswap::rewrite::{Options, Request};
use tempfile::TempDir;

use super::hostile::tickets;
use super::tools::encodings::{self, Encoding};
use super::tools::listing::{self, Files};
use super::tools::snapshots::fixture;
use super::tools::streamed::{streamed, whole};
use crate::rewrite::properties::quick_folder;
use crate::support::standard::{A, ALICE, B, BOB, MAP, ticket};

/// A folder to run in, within this process: these tests run thousands of
/// times.
struct Bench {
    folder: TempDir,
    /// The export's file below the folder, the output, and what is rewritten
    /// in that.
    export: &'static str,
    out: &'static str,
    content: fn(&[u8]) -> Vec<u8>,
}

/// What a run came to: what it wrote, or that the data was refused.
type Outcome = Result<Vec<u8>, String>;

impl Bench {
    fn new(export: &'static str, out: &'static str, content: fn(&[u8]) -> Vec<u8>) -> Self {
        let folder = quick_folder();
        fs::write(folder.path().join("ids.csv"), MAP).expect("written");
        Self { folder, export, out, content }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs on these bytes. A refusal of anything but the data, or one that
    /// leaves something, is a panic.
    fn run(&self, export: &[u8]) -> Outcome {
        fs::write(self.at(self.export), export).expect("written");
        let mut options = Options::new(self.at(self.export), self.at("ids.csv"));
        options.out = Some(self.at(self.out));
        options.block_size = 64;
        options.threads = Some(2);
        let done = Request::new(options).and_then(|request| request.run(&Stage::default(), &()));
        let left = self.take();
        match done {
            Ok(_) => Ok((self.content)(&left.expect("an output"))),
            Err(error) => {
                assert!(left.is_none(), "{error}: something is written");
                match error.class() {
                    Class::Data => Err(error.to_string()),
                    class => panic!("{class:?}: {error}"),
                }
            }
        }
    }

    /// The output, which makes room for the next one. Besides it, there may
    /// be a report.
    fn take(&self) -> Option<Vec<u8>> {
        let out = fs::read(self.at(self.out)).ok();
        for entry in fs::read_dir(self.folder.path()).expect("readable") {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            let report = format!("{}.report.json", self.out);
            match name.as_str() {
                name if name == self.out || name == report => {
                    fs::remove_file(self.at(name)).expect("removed");
                }
                name => assert!(["ids.csv", self.export].contains(&name), "{name} is left"),
            }
        }
        out
    }

    /// Cut anywhere, it is refused.
    fn refuses_cuts(&self, name: &str, export: &[u8], step: usize) {
        for length in (0..export.len()).step_by(step) {
            let outcome = self.run(&export[..length]);
            assert!(outcome.is_err(), "{name}, {length} of {} bytes", export.len());
        }
    }

    /// With a byte changed anywhere it is refused, or the byte does not
    /// matter.
    fn bears_flips(&self, name: &str, export: &[u8]) {
        let sound = self.run(export).expect("a sound export");
        let (mut passed, mut others) = (0, Vec::new());
        for at in 0..export.len() {
            let mut flipped = export.to_vec();
            flipped[at] ^= [1, 0x80, 0xff, 8, 0x20][at % 5];
            match self.run(&flipped) {
                Ok(written) if written == sound => passed += 1,
                Ok(_) => others.push(at),
                Err(_) => {}
            }
        }
        assert!(others.is_empty(), "{name}: another output with a flip at one of {others:?}");
        assert!(passed * 2 < export.len(), "{name}: {passed} of {} flips pass", export.len());
    }
}

/// Every entry of an archive, in one.
fn all_entries(zip: &[u8]) -> Vec<u8> {
    let files = listing::files(zip).into_iter();
    files.flat_map(|(name, content)| [name.into_bytes(), content].concat()).collect()
}

fn small() -> Files {
    let list = "{\"name\":\"tickets\",\"id\":1}\n";
    let tickets = [A, B, A].map(ticket).concat();
    let files = [
        ("_tables/documents.jsonl", list),
        ("tickets/documents.jsonl", &tickets),
        ("tickets/generated_schema.jsonl", "\"uniform\"\n"),
    ];
    files.map(|(name, content)| (name.to_owned(), content.as_bytes().to_vec())).into()
}

fn archives() -> [(&'static str, Vec<u8>); 3] {
    [
        ("streamed", streamed(&small(), Compression::Deflate)),
        ("stored", whole(&small(), Compression::Stored)),
        ("deflated", whole(&small(), Compression::Deflate)),
    ]
}

#[test]
fn archives_cut_anywhere_are_refused() {
    for (name, zip) in archives() {
        let bench = Bench::new("snapshot.zip", "out.zip", all_entries);
        assert!(bench.run(&zip).is_ok(), "{name}");
        bench.refuses_cuts(name, &zip, 1);
    }
    let bench = Bench::new("snapshot.zip", "out.zip", all_entries);
    bench.refuses_cuts("uniform", &fixture("snapshot_uniform.zip"), 101);
}

#[test]
fn archives_with_any_byte_changed_never_give_another_output() {
    for (name, zip) in archives() {
        let bench = Bench::new("snapshot.zip", "out.zip", all_entries);
        bench.bears_flips(name, &zip);
    }
}

/// All that goes along is held against its checksum as well.
#[test]
fn whole_snapshots_with_any_byte_changed_never_give_another_output() {
    let zip = fixture("snapshot_legacy.zip");
    let folder = quick_folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("ids.csv"), fixture("ids.csv")).expect("written");
    let run = |zip: &[u8]| {
        fs::write(at("snapshot.zip"), zip).expect("written");
        let mut options = Options::new(at("snapshot.zip"), at("ids.csv"));
        options.out = Some(at("out.zip"));
        options.force = true;
        options.all_tables = true;
        let done = Request::new(options).and_then(|request| request.run(&Stage::default(), &()));
        done.map(|_| all_entries(&fs::read(at("out.zip")).expect("an output")))
    };
    let sound = run(&zip).expect("a sound export");
    for place in (0..zip.len()).step_by(103) {
        let mut flipped = zip.clone();
        flipped[place] ^= 1 << (place % 8);
        if let Ok(written) = run(&flipped) {
            assert!(written == sound, "byte {place}");
        }
    }
}

/// Encodings that notice every change.
fn sealed() -> Vec<Encoding> {
    let all = encodings::all().into_iter();
    let sealed: Vec<_> = all.filter(|encoding| encoding.sealed).collect();
    assert!(sealed.len() >= 6);
    sealed
}

fn bench_of(encoding: &Encoding) -> Bench {
    match encoding.ending {
        "gz" => Bench::new("tickets.jsonl.gz", "out.jsonl", <[u8]>::to_vec),
        _ => Bench::new("tickets.jsonl.zst", "out.jsonl", <[u8]>::to_vec),
    }
}

fn some_tickets() -> String {
    tickets().split_inclusive('\n').take(5).collect()
}

#[test]
fn compressed_tables_cut_anywhere_are_refused() {
    let new_tickets = some_tickets().replace(A, ALICE).replace(B, BOB);
    for encoding in sealed() {
        let packed = (encoding.encode)(some_tickets().as_bytes());
        let bench = bench_of(&encoding);
        assert_eq!(bench.run(&packed), Ok(new_tickets.clone().into_bytes()), "{}", encoding.name);
        // Between members or frames, a cut file is a whole one.
        for length in 0..packed.len() {
            match bench.run(&packed[..length]) {
                Ok(written) => {
                    assert!(encoding.parts > 1 && length > 0, "{} {length}", encoding.name);
                    assert!(new_tickets.as_bytes().starts_with(&written), "{}", encoding.name);
                }
                Err(message) => {
                    let is_named = message.contains(bench.export);
                    assert!(is_named, "{} {length}: {message}", encoding.name);
                }
            }
        }
    }
}

#[test]
fn compressed_tables_with_any_byte_changed_never_give_another_output() {
    for encoding in sealed() {
        let packed = (encoding.encode)(some_tickets().as_bytes());
        bench_of(&encoding).bears_flips(encoding.name, &packed);
    }
}

/// What the tests above rely upon: the map changes the small tables.
#[test]
fn the_map_changes_what_is_damaged() {
    let bench = Bench::new("snapshot.zip", "out.zip", all_entries);
    let written = bench.run(&archives()[0].1).expect("a sound export");
    let text = String::from_utf8(written).expect("UTF-8");
    assert!(text.contains(ALICE) && text.contains(BOB) && !text.contains(A), "{text}");
}
