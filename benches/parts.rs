//! The parts of idswap, each alone on one thread: `cargo bench --bench parts`.
//!
//! These figures say where the time of a run goes. What a run costs beside
//! other tools is measured by `compare`.

#[path = "export/mod.rs"]
mod export;

use std::fs::File;
use std::hint::black_box;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use idswap::Digest;
use idswap::Result;
use idswap::idmap::{self, IdMap, IdRole, Probe, Reading};
use idswap::internal::Hasher;
use idswap::internal::{Block, Feed, FileFeed, Ticket, Work};
use idswap::internal::{Checks, Outcome, Rewriter};
use idswap::internal::{Found, Level, Names, Scanner, Walker};
use idswap::internal::{TableTally, Tally};
use idswap::rules::Plan;
use tempfile::TempDir;

use export::{Layout, Shape, Table, Text};

const SHAPES: [&str; 4] = ["flat", "unicode", "nested", "spaced"];
/// What a worker takes at a time.
const BLOCK: usize = 256 << 10;
/// IDs that are looked up together.
const GROUP: usize = 128;

fn main() {
    divan::main();
}

/// The three tables of a small export, a megabyte in all.
fn tables(shape: &str) -> Vec<(Table, String)> {
    let (layout, text) = match shape {
        "unicode" => (Layout::Flat, Text::Unicode),
        "nested" => (Layout::Nested, Text::Ascii),
        "spaced" => (Layout::Spaced, Text::Ascii),
        _ => (Layout::Flat, Text::Ascii),
    };
    let shape = Shape { layout, text, ..Shape::of(1.0) };
    let table = |table| {
        let mut records = Vec::new();
        shape.write_table(table, &mut records).expect("memory takes it");
        (table, String::from_utf8(records).expect("UTF-8"))
    };
    Table::ALL.map(table).into()
}

fn bytes(tables: &[(Table, String)]) -> BytesCount {
    BytesCount::new(tables.iter().map(|(_, records)| records.len()).sum::<usize>())
}

/// From bytes to the spans of IDs. Another scanner is another function.
mod scanner {
    use super::*;

    /// With the widest comparisons that the processor has.
    #[divan::bench(args = SHAPES)]
    fn widest(bencher: Bencher, shape: &str) {
        masks(bencher, shape, Level::default());
    }

    /// With what every processor of its kind has.
    #[divan::bench(args = SHAPES)]
    fn narrowest(bencher: Bencher, shape: &str) {
        masks(bencher, shape, Level::available()[1]);
    }

    fn masks(bencher: Bencher, shape: &str, level: Level) {
        let (tables, plan) = (tables(shape), Plan::tickets());
        let (mut scanner, mut found) = (Scanner::at(level), Found::default());
        bencher.counter(bytes(&tables)).bench_local(|| {
            for (table, records) in &tables {
                let names = &plan.table(table.name()).expect("a ruled table").names;
                for block in blocks(records) {
                    scanner.scan(block, 0, names, true, &mut found);
                    black_box(&found);
                }
            }
        });
    }

    #[divan::bench(args = SHAPES)]
    fn walker(bencher: Bencher, shape: &str) {
        let mut walker = Walker::default();
        scan(bencher, shape, |record, names| walker.walk(record, names).expect("valid"));
    }

    /// What a general parser takes to pass over the same.
    #[divan::bench(args = SHAPES)]
    fn serde_json_ignored(bencher: Bencher, shape: &str) {
        scan(bencher, shape, |record, _| {
            serde_json::from_str::<serde::de::IgnoredAny>(record).expect("valid");
        });
    }

    fn scan(bencher: Bencher, shape: &str, mut scan: impl FnMut(&str, &Names)) {
        let (tables, plan) = (tables(shape), Plan::tickets());
        bencher.counter(bytes(&tables)).bench_local(|| {
            for (table, records) in &tables {
                let names = &plan.table(table.name()).expect("a ruled table").names;
                records.lines().for_each(|record| scan(black_box(record), names));
            }
        });
    }
}

mod map {
    use super::*;

    #[divan::bench(args = [10_000, 100_000], sample_count = 20)]
    fn load(bencher: Bencher, users: u64) {
        let (_folder, file) = write_map(Shape { users, ..Shape::USUAL });
        bencher.counter(ItemsCount::new(users)).bench(|| read(&file));
    }

    #[divan::bench(args = [10_000, 1_000_000])]
    fn hits(bencher: Bencher, users: u64) {
        look_up(bencher, users, Shape::USUAL.seed);
    }

    #[divan::bench(args = [10_000, 1_000_000])]
    fn misses(bencher: Bencher, users: u64) {
        look_up(bencher, users, Shape::USUAL.seed + 1);
    }

    /// Looks up the users of `seed`, in no order that the map knows.
    fn look_up(bencher: Bencher, users: u64, seed: u64) {
        let map = read(&write_map(Shape { users, ..Shape::USUAL }).1);
        let (_folder, file) = write_map(Shape { users, seed, ..Shape::USUAL });
        let rows = std::fs::read_to_string(file).expect("read");
        let mut ids: Vec<_> = rows.lines().skip(1).map(|row| &row[..36]).collect();
        fastrand::Rng::with_seed(1).shuffle(&mut ids);
        ids.truncate(10_000);
        let mut probes = Vec::new();
        bencher.counter(ItemsCount::new(ids.len())).bench_local(|| {
            let groups = ids.chunks(GROUP);
            groups.map(|ids| count_sources(&map, ids, &mut probes)).sum::<usize>()
        });
    }

    /// A group is looked up as the rewriter does it.
    fn count_sources(map: &IdMap, ids: &[&str], probes: &mut Vec<Probe>) -> usize {
        probes.clear();
        probes.extend(ids.iter().map(|id| map.probe(id.as_bytes())));
        map.fetch(probes);
        let standings = probes.iter().zip(ids).map(|(probe, id)| map.settle(probe, id.as_bytes()));
        standings.filter(|standing| matches!(standing, IdRole::Source(_))).count()
    }
}

fn write_map(shape: Shape) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ids.csv");
    shape.write_map(&file).expect("written");
    (folder, file)
}

fn read(map: &Path) -> IdMap {
    let pool = idswap::internal::pool(Some(1)).expect("threads");
    let reading =
        Reading { paths: vec![map.to_owned()], digest: Digest::None, ..Reading::default() };
    idmap::read(&reading, &pool).expect("a sound map").map
}

#[divan::bench(args = [Digest::Blake3, Digest::Sha256])]
fn digest(bencher: Bencher, digest: Digest) {
    let block = tables("flat").remove(0).1.into_bytes();
    bencher.counter(BytesCount::of_slice(&block)).bench(|| {
        let mut hasher = Hasher::new(digest);
        block.chunks(BLOCK).for_each(|piece| hasher.update(piece));
        hasher.finish()
    });
}

/// Blocks to output and counts, with the map: all but files and threads.
#[divan::bench(args = SHAPES)]
fn rewrite(bencher: Bencher, shape: &str) {
    let (tables, plan) = (tables(shape), Plan::tickets());
    let map = &read(&write_map(Shape::USUAL).1);
    let classes = &plan.ids.classes(map.forms);
    let mut outcome = Outcome::default();
    bencher.counter(bytes(&tables)).bench_local(|| {
        for (table, records) in &tables {
            let plan = plan.table(table.name()).expect("a ruled table");
            let checks = &Checks::None;
            let rewriter =
                Rewriter { plan, map, classes, reject: false, log: false, patches: false, checks };
            let mut tally = Tally::default();
            tally.tables.push(TableTally::new(plan.fields.len()));
            for block in blocks(records) {
                rewriter.block(block, 0, 0, &mut tally, &mut outcome);
                black_box(&outcome.output);
            }
        }
    });
}

/// Blocks from a file through all lanes of a job, with nothing done to them:
/// what reading and turns cost.
#[divan::bench(args = [1, 2])]
fn pipeline(bencher: Bencher, threads: usize) {
    let records = tables("flat").remove(0).1.repeat(64);
    let path = tempfile::NamedTempFile::new().expect("a file").into_temp_path();
    std::fs::write(&path, &records).expect("written");
    let pool = idswap::internal::pool(Some(threads)).expect("threads");
    bencher.counter(BytesCount::of_str(&records)).bench(|| {
        let file = File::open(&path).expect("opened");
        let feed = FileFeed::new(file, &path, records.len() as u64, BLOCK);
        let bytes = AtomicU64::new(0);
        let advance = |more| _ = bytes.fetch_add(more, Ordering::Relaxed);
        idswap::internal::run(&pool, &Nothing, &[Feed::File(feed)], &advance).expect("read");
        assert_eq!(bytes.into_inner(), records.len() as u64);
    });
}

/// Passes through as many lanes as the main job does.
struct Nothing;

impl Work for Nothing {
    type Worker = ();

    fn lanes(&self) -> usize {
        6
    }

    fn worker(&self) {}

    fn block(&self, (): &mut (), block: Block<'_>, ticket: &mut Ticket<'_>) -> Result<()> {
        (0..self.lanes()).for_each(|_| ticket.pass(|| _ = black_box(block.bytes)));
        Ok(())
    }
}

/// Whole records, up to the size of a block.
fn blocks(records: &str) -> impl Iterator<Item = &[u8]> {
    let mut rest = records.as_bytes();
    std::iter::from_fn(move || {
        let piece = &rest[..rest.len().min(BLOCK)];
        let end = memchr::memrchr(b'\n', piece)? + 1;
        let (block, after) = rest.split_at(end);
        rest = after;
        Some(block)
    })
}
