//! Peak memory and rate of the main job at 100 MB and at 1 GB.
//!
//! `cargo bench --bench memory` writes the exports into a temporary folder
//! (TMPDIR; 2.2 GB at its fullest) and prints one line a size. Each run is
//! paired with a plain copy of the same files, so that the ratio means
//! something on a noisy machine.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const USERS: u64 = 50_000;
const RUNS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    write_map(&at("ids.csv"));
    println!("{:>9}  {:>10}  {:>10}  {:>12}", "export", "peak", "seconds", "ratio to cp");
    for megabytes in [100, 1000] {
        let export = at("export");
        fs::create_dir(&export).expect("a folder");
        for table in ["tickets", "ticketComments", "ticketStatusHistory"] {
            write_table(&export.join(format!("{table}.jsonl")), table, megabytes * 1_000_000 / 3);
        }
        let mut runs: Vec<_> = (0..RUNS).map(|_| measure(folder.path())).collect();
        runs.sort_by(|a, b| a.ratio.total_cmp(&b.ratio));
        let median = &runs[RUNS / 2];
        println!(
            "{megabytes:>6} MB  {:>6.1} MiB  {:>10.2}  {:>12.2}",
            median.peak as f64 / 1024.0,
            median.seconds,
            median.ratio
        );
        fs::remove_dir_all(export).expect("removed");
    }
}

struct Measured {
    /// Peak resident memory, in KiB.
    peak: u64,
    seconds: f64,
    ratio: f64,
}

fn measure(folder: &Path) -> Measured {
    let copy = time(Command::new("cp").args(["-r", "export", "copy"]).current_dir(folder)).0;
    let arguments = ["rewrite", "export", "--map", "ids.csv", "--out", "out", "-q", "--exit-zero"];
    let mut job = Command::new(env!("CARGO_BIN_EXE_idswap"));
    let (seconds, peak) = time(job.args(arguments).current_dir(folder));
    for output in ["copy", "out"] {
        fs::remove_dir_all(folder.join(output)).expect("removed");
    }
    fs::remove_file(folder.join("out.report.json")).expect("removed");
    Measured { peak, seconds, ratio: seconds / copy }
}

/// Runs a command; its peak memory is read from the system while it runs.
fn time(command: &mut Command) -> (f64, u64) {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn().expect("started");
    let mut peak = 0;
    loop {
        peak = peak_of(child.id()).unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait().expect("running") {
            assert!(status.success(), "{status}");
            return (start.elapsed().as_secs_f64(), peak);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn write_map(path: &Path) {
    let mut map = BufWriter::new(File::create(path).expect("created"));
    writeln!(map, "source_id,target_id").expect("written");
    for user in 0..USERS {
        writeln!(map, "{},user_2{user:026}", uuid(user)).expect("written");
    }
    map.flush().expect("written");
}

fn write_table(path: &Path, table: &str, bytes: u64) {
    let mut out = BufWriter::new(File::create(path).expect("created"));
    let mut written = 0;
    let mut record = String::new();
    for number in 0.. {
        if written >= bytes {
            break;
        }
        record.clear();
        push_record(&mut record, table, number);
        out.write_all(record.as_bytes()).expect("written");
        written += record.len() as u64;
    }
    out.flush().expect("written");
}

/// A record in the manner of an export: most users are in the map.
fn push_record(record: &mut String, table: &str, number: u64) {
    use std::fmt::Write as _;
    let user = uuid(scatter(number) % (USERS + USERS / 100));
    let other = uuid(scatter(number ^ 0x5555) % USERS);
    let time = 1_700_000_000_000 + number;
    let text = "The printer on the third floor is on fire again. ".repeat(1 + number as usize % 6);
    let fields = match table {
        "tickets" => {
            format!("\"requester_id\":\"{user}\",\"assigned_to\":\"{other}\",\"title\":\"{text}\"")
        }
        "ticketComments" => format!("\"author_id\":\"{user}\",\"content\":\"{text}\\n— é\""),
        _ => {
            format!("\"changed_by\":\"{user}\",\"from_stage\":\"report\",\"to_stage\":\"discuss\"")
        }
    };
    writeln!(
        record,
        "{{\"_creationTime\":{time}.25,\"_id\":\"j{number:031}\",{fields},\"updated_at\":{time}.0}}"
    )
    .expect("written");
}

fn uuid(user: u64) -> String {
    let bits = scatter(user);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{user:012x}",
        bits as u32,
        bits >> 48,
        bits >> 36 & 0xfff,
        bits >> 24 & 0xfff
    )
}

/// Spreads numbers (the finaliser of SplitMix64).
fn scatter(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}
