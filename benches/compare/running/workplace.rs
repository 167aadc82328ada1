//! Where commands run: a temporary folder, on memory rather than on a disk,
//! so that what is measured is the work.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use tempfile::TempDir;

use crate::export::Shape;
use crate::running::contender::bench_itself;

/// The export, outputs of it, and one in another order.
pub const COPIES: f64 = 4.5;
const MEMORY: &str = "/dev/shm";

pub struct Workplace {
    folder: TempDir,
    pub runs: u32,
    pub threads: usize,
    /// Set by Ctrl-C and its like: the folder is removed before the end.
    interrupted: Arc<AtomicBool>,
}

impl Workplace {
    /// A folder for an export of that size and maps of that many rows.
    pub fn new(folder: Option<&Path>, size: (f64, u64), runs: u32) -> io::Result<Self> {
        let interrupted = Arc::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&interrupted))?;
        }
        let memory = Path::new(MEMORY);
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None if is_tmpfs(MEMORY) && room(memory)? > needed(size) => memory.to_owned(),
            None => std::env::temp_dir(),
        };
        let threads = thread::available_parallelism()?.get();
        Ok(Self { folder: tempfile::tempdir_in(folder)?, runs, threads, interrupted })
    }

    /// The same in another folder.
    pub fn at(&self, folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let folder = tempfile::tempdir_in(folder)?;
        let interrupted = Arc::clone(&self.interrupted);
        Ok(Self { folder, runs: self.runs, threads: self.threads, interrupted })
    }

    /// The same with no more than `runs` rounds.
    pub fn with_runs(&self, runs: u32) -> io::Result<Self> {
        Ok(Self { runs, ..self.at(self.path())? })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes `export/` and `ids.csv`, in another process: what this one ever
    /// held would show in the peaks of those it starts.
    pub fn generate(&self, shape: &Shape) -> io::Result<()> {
        eprintln!("writing {} MB and {} users", shape.megabytes, shape.users);
        self.clear()?;
        let mut command = Command::new(bench_itself()?);
        command.arg("generate").arg(self.path()).args(arguments(shape));
        match command.status()?.success() {
            true => Ok(()),
            false => Err(io::Error::other("the export could not be written")),
        }
    }

    /// Removes everything.
    pub fn clear(&self) -> io::Result<()> {
        fs::read_dir(self.path())?.try_for_each(|entry| remove(&entry?.path()))
    }

    /// How many millions of bytes fit in.
    pub fn room(&self) -> io::Result<f64> {
        room(self.path())
    }

    /// The size of the export, in millions of bytes.
    pub fn megabytes(&self) -> io::Result<f64> {
        let files = fs::read_dir(self.join("export"))?;
        let sizes = files.map(|file| Ok(file?.metadata()?.len()));
        Ok(sizes.sum::<io::Result<u64>>()? as f64 / 1e6)
    }

    pub fn check_interrupt(&self) -> io::Result<()> {
        match self.interrupted.load(Ordering::Relaxed) {
            true => Err(io::Error::other("interrupted")),
            false => Ok(()),
        }
    }

    pub fn describe(&self) {
        let (threads, runs) = (self.threads, self.runs);
        let place = if self.path().starts_with(MEMORY) { "tmpfs" } else { "a folder" };
        println!(
            "{threads} threads, {place}; medians of {runs} rounds (at most 3 for other tools and maps, \
             50 for starting), one more to warm up."
        );
    }
}

/// A shape as it is said on the command line.
fn arguments(shape: &Shape) -> Vec<String> {
    let name = |value: Option<PossibleValue>| value.map(|value| value.get_name().to_owned());
    vec![
        format!("--megabytes={}", shape.megabytes),
        format!("--users={}", shape.users),
        format!("--mapped={}", shape.mapped),
        format!("--layout={}", name(shape.layout.to_possible_value()).unwrap_or_default()),
        format!("--text={}", name(shape.text.to_possible_value()).unwrap_or_default()),
        format!("--seed={}", shape.seed),
    ]
}

pub fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    }
}

/// Millions of bytes for one part at a time. A row of a map takes 70 bytes.
fn needed((megabytes, rows): (f64, u64)) -> f64 {
    (megabytes * COPIES).max(rows as f64 * 70e-6 + 1.0)
}

fn is_tmpfs(folder: &str) -> bool {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    mounts.lines().any(|mount| mount.contains(&format!(" {folder} tmpfs ")))
}

fn room(folder: &Path) -> io::Result<f64> {
    let found = rustix::fs::statvfs(folder)?;
    Ok((found.f_bavail * found.f_frsize) as f64 / 1e6)
}
