//! A command to measure, and what one run of it took.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

/// The program that is measured.
pub const IDSWAP: &str = env!("CARGO_BIN_EXE_idswap");

/// A command that works on `export` and `ids.csv` in the current folder, and
/// leaves its output, if any, in `out`.
pub struct Contender {
    pub name: String,
    program: PathBuf,
    arguments: Vec<OsString>,
    /// Whether its output is to be idswap's.
    pub judged: bool,
    /// Whether it exits with 1 for what it finds.
    finds: bool,
}

/// What a run took.
pub struct Usage {
    pub seconds: f64,
    /// Of all threads, the system's part included.
    pub cpu_seconds: f64,
    /// Peak resident memory, in bytes; of several processes that of the largest.
    pub peak: u64,
    /// Bytes read, by all processes and from whatever, where the system counts them.
    pub read: Option<u64>,
}

impl Contender {
    pub fn new(name: &str, program: impl Into<PathBuf>) -> Self {
        let (name, program) = (name.to_owned(), program.into());
        Self { name, program, arguments: Vec::new(), judged: false, finds: false }
    }

    /// The plain copy that everything is measured by.
    pub fn cp() -> Self {
        Self::new("`cp -r`", "cp").words("-r export out")
    }

    /// The main job, with some options.
    pub fn idswap(options: &str) -> Self {
        let name = format!("idswap {options}");
        let command = Self::rewrite("out", options).named(&format!("`{}`", name.trim_end()));
        Self { judged: !options.contains("--dry-run"), ..command }
    }

    /// The same with another output.
    pub fn rewrite(out: &str, options: &str) -> Self {
        Self::rewriter()
            .words(&format!("rewrite export --map ids.csv --out {out} --quiet --exit-zero"))
            .words(options)
    }

    /// The main job, with all its words to come.
    pub fn rewriter() -> Self {
        Self::new("idswap", IDSWAP)
    }

    /// A comparison of the export with another one.
    pub fn audit(command: &str, after: &str, options: &str) -> Self {
        let words = format!("{command} export {after} --map ids.csv --quiet {options}");
        let command = Self::new(&format!("`{command} {options}`, {after}"), IDSWAP).words(&words);
        Self { finds: true, ..command }
    }

    /// A step of this program itself.
    pub fn step(name: &str, words: &str) -> io::Result<Self> {
        Ok(Self::new(name, bench_itself()?).words(words))
    }

    /// Adds arguments that hold no blanks.
    pub fn words(mut self, words: &str) -> Self {
        self.arguments.extend(words.split_whitespace().map(OsString::from));
        self
    }

    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    pub fn judged(mut self) -> Self {
        self.judged = true;
        self
    }

    /// For output that is not to be that of the main job.
    pub fn unjudged(mut self) -> Self {
        self.judged = false;
        self
    }

    /// Runs it once.
    pub fn run(&self, folder: &Path) -> io::Result<Usage> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let read_before = bytes_read();
        let start = Instant::now();
        let mut child = command.spawn()?;
        let ended = child.wait4()?;
        let seconds = start.elapsed().as_secs_f64();
        let found = self.finds && ended.status.code() == Some(1);
        if !ended.status.success() && !found {
            return Err(io::Error::other(format!("{}: {}", self.name, ended.status)));
        }
        let used = ended.rusage;
        let cpu_seconds = (used.utime + used.stime).as_secs_f64();
        let read = bytes_read().zip(read_before).map(|(all, before)| all - before);
        Ok(Usage { seconds, cpu_seconds, peak: used.maxrss, read })
    }
}

/// What this process has read so far, and those that it waited for, in bytes.
fn bytes_read() -> Option<u64> {
    let counts = fs::read_to_string("/proc/self/io").ok()?;
    counts.lines().find_map(|line| line.strip_prefix("rchar: "))?.parse().ok()
}

pub fn bench_itself() -> io::Result<PathBuf> {
    std::env::current_exe()
}
