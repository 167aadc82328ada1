//! What this program does when it starts itself: exports are written, and
//! plain work is measured, in processes of their own.

use std::collections::HashMap;
use std::fs::{self, File};
use std::hint::black_box;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use clap::Subcommand;

use crate::export::{Shape, Table};
use crate::running::{pack, tasks};

/// The blocks of a plain copy, as large as idswap's.
const BLOCK: usize = 256 << 10;
/// Some processors copy four times slower to a place a few bytes further on in
/// its page than the source is in its own, and that is where large buffers
/// happen to begin.
const APART: usize = 64;

#[derive(Debug, Subcommand)]
pub enum Step {
    /// Write an export and its map: DIR/export/*.jsonl, DIR/ids.csv
    #[command(hide = true)]
    Generate {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        shape: Shape,
    },
    /// Copy the files of a folder, each thread an equal part of the bytes
    #[command(hide = true)]
    Copy { from: PathBuf, to: PathBuf, threads: u64 },
    /// Rewrite a file in shards, a process each
    #[command(hide = true)]
    Shards { from: PathBuf, to: PathBuf, shards: u64, at_once: u64 },
    /// Write the files of a folder with their lines in another order
    #[command(hide = true)]
    Shuffle { from: PathBuf, to: PathBuf },
    /// Pack the tables of a folder as a snapshot
    #[command(hide = true)]
    Pack { from: PathBuf, to: PathBuf },
    /// Pack each table of a folder on its own
    #[command(hide = true)]
    PackTables { from: PathBuf, to: PathBuf, ending: String },
    /// Unpack a snapshot and pack its bytes anew
    #[command(hide = true)]
    Repack { from: PathBuf, to: PathBuf, threads: u64 },
    /// Copy a folder with cp -r and flush the copy to its disk
    #[command(hide = true)]
    CopyAndFlush { from: PathBuf, to: PathBuf },
    /// Read a map into a HashMap
    #[command(hide = true)]
    LoadMap { map: PathBuf },
}

impl Step {
    pub fn run(&self) -> io::Result<()> {
        match self {
            Self::Generate { folder, shape } => generate(folder, *shape),
            Self::Copy { from, to, threads } => copy(from, to, *threads),
            Self::Shards { from, to, shards, at_once } => tasks::run(from, to, *shards, *at_once),
            Self::Shuffle { from, to } => shuffle(from, to),
            Self::Pack { from, to } => pack::pack(from, to),
            Self::PackTables { from, to, ending } => pack::pack_tables(from, to, ending),
            Self::Repack { from, to, threads } => pack::repack(from, to, *threads),
            Self::CopyAndFlush { from, to } => {
                let copied = Command::new("cp").arg("-r").args([from, to]).status()?;
                if !copied.success() {
                    return Err(io::Error::other("cp failed"));
                }
                flush(to)
            }
            Self::LoadMap { map } => load_map(map),
        }
    }
}

/// Writes a map, and an export with a thread for each table.
fn generate(folder: &Path, shape: Shape) -> io::Result<()> {
    let export = &folder.join("export");
    fs::create_dir_all(export)?;
    shape.write_map(&folder.join("ids.csv"))?;
    thread::scope(|scope| {
        let tables = Table::ALL.map(|table| {
            scope.spawn(move || {
                let file = File::create(export.join(table.name()).with_extension("jsonl"))?;
                shape.write_table(table, file)
            })
        });
        tables.into_iter().try_for_each(|table| table.join().expect("no panic"))
    })
}

fn copy(from: &Path, to: &Path, threads: u64) -> io::Result<()> {
    fs::create_dir(to)?;
    let mut files = Vec::new();
    for file in fs::read_dir(from)? {
        let file = file?;
        files.push((File::open(file.path())?, File::create_new(to.join(file.file_name()))?));
    }
    let sizes = files.iter().map(|(from, _)| Ok(from.metadata()?.len()));
    let total = sizes.sum::<io::Result<u64>>()?;
    let files = &files;
    let part = |number| (total * number / threads, total * (number + 1) / threads);
    thread::scope(|scope| {
        let parts = (0..threads).map(|number| scope.spawn(move || copy_part(files, part(number))));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().try_for_each(|part| part.join().expect("no panic"))
    })
}

/// Copies a range of the bytes of all files, in the order of the files: no
/// two threads then write to one file for long.
fn copy_part(files: &[(File, File)], (start, end): (u64, u64)) -> io::Result<()> {
    let mut buffer = vec![0; BLOCK + APART];
    let buffer = &mut buffer[APART..];
    let mut before = 0;
    for (from, to) in files {
        let size = from.metadata()?.len();
        let mut at = start.clamp(before, before + size) - before;
        let end = end.clamp(before, before + size) - before;
        while at < end {
            let length = BLOCK.min((end - at) as usize);
            from.read_exact_at(&mut buffer[..length], at)?;
            to.write_all_at(&buffer[..length], at)?;
            at += length as u64;
        }
        before += size;
    }
    Ok(())
}

/// The same order on every machine.
fn shuffle(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        let bytes = fs::read(file.path())?;
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        fastrand::Rng::with_seed(1).shuffle(&mut lines);
        fs::write(to.join(file.file_name()), lines.concat())?;
    }
    Ok(())
}

/// Makes a folder durable, and all that is in it.
pub fn flush(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { flush(&path)? } else { File::open(path)?.sync_all()? }
    }
    File::open(folder)?.sync_all()
}

fn load_map(path: &Path) -> io::Result<()> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut map: HashMap<String, String> = HashMap::new();
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row)? {
        map.insert(row[0].to_owned(), row[1].to_owned());
    }
    // The process ends here: giving the memory back is no part of loading.
    std::mem::forget(black_box(map));
    Ok(())
}
