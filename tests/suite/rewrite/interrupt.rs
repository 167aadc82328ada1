//! Runs that are interrupted, killed, or lose their reader: the output is
//! complete or not there.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::folder::{Folder, Ran};
use crate::support::standard::entries;

const MAP: &str = "source_id,target_id\n\
    a11ce000-0000-4000-8000-000000000001,user_2AliceAliceAliceAliceAlice0\n";
const OLD: &str = "{\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\",\"n\":1.0}\n";
const NEW: &str = "{\"requester_id\":\"user_2AliceAliceAliceAliceAlice0\",\"n\":1.0}\n";

/// Signals, their numbers, and the exit codes that they are turned into.
const SIGNALS: [(&str, u32, i32); 3] = [("INT", 2, 130), ("TERM", 15, 143), ("HUP", 1, 129)];

/// The signals that these tests were not started to ignore, as `nohup` and
/// background jobs of scripts are: programs inherit that, and rightly so.
fn signals() -> impl Iterator<Item = (&'static str, i32)> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let minded = move |number: u32| ignored >> (number - 1) & 1 == 0;
    SIGNALS
        .into_iter()
        .filter(move |(_, number, _)| minded(*number))
        .map(|(name, _, code)| (name, code))
}

/// Everything that a run can leave.
const WRITES: &[&str] = &[
    "--map",
    "ids.csv",
    "--out",
    "out",
    "--changes",
    "changes.jsonl",
    "--unmapped",
    "unmapped.csv",
    "--on-invalid",
    "reject",
    "--block-size",
    "64",
];

/// Where a run gets data that does not end yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Standard input.
    Stdin,
    /// A FIFO in the place of a table.
    Fifo,
}

/// A run in the middle of its data.
struct Running {
    folder: Folder,
    child: Child,
    input: Box<dyn Write>,
    /// What stood in the folder before.
    before: Vec<String>,
}

impl Running {
    /// Starts a run with `command`, given the arguments, and waits until it
    /// has staged its output. Some records are there, and the beginning of
    /// another one.
    fn start(from: Source, stands: &[&str], command: fn(&Folder, &[&str]) -> Command) -> Self {
        let folder = Folder::with(&[("ids.csv", MAP)]);
        stands.iter().for_each(|path| folder.write(path, "old"));
        let fifo = folder.path("export/tickets.jsonl");
        let export: &[&str] = match from {
            Source::Stdin => &["-", "--table", "tickets"],
            Source::Fifo => {
                folder.write("export/ticketComments.jsonl", "[]\n");
                folder.fifo("export/tickets.jsonl");
                &["export"]
            }
        };
        let before = entries(&folder.path(""));
        let force: &[&str] = if stands.is_empty() { &[] } else { &["--force"] };
        let mut child = command(&folder, &[&["rewrite"], export, WRITES, force].concat());
        let mut child = child.spawn().expect("started");
        let mut input: Box<dyn Write> = match from {
            Source::Stdin => Box::new(child.stdin.take().expect("a pipe")),
            // Opened for both, it waits for nobody, and never ends early.
            Source::Fifo => {
                let fifo = OpenOptions::new().read(true).write(true).open(fifo);
                Box::new(fifo.expect("opened"))
            }
        };
        let data = [&OLD.repeat(20), "[]\n", &OLD[..30]].concat();
        input.write_all(data.as_bytes()).expect("written");
        let running = Self { folder, child, input, before };
        running.wait_for_stage()
    }

    fn wait_for_stage(mut self) -> Self {
        while !entries(&self.folder.path("")).iter().any(|path| path.contains(".idswap-")) {
            assert_eq!(self.child.try_wait().expect("a child"), None, "it ended early");
            sleep(Duration::from_millis(1));
        }
        self
    }

    /// Lets the data end.
    fn finish(mut self) -> (Folder, Ran) {
        // It may have ended already.
        drop(self.input.write_all(&OLD.as_bytes()[30..]));
        self.end()
    }

    /// Waits for the end of a run whose data does not end: it must not wait
    /// for that.
    fn stop(mut self) -> (Folder, Ran) {
        self.child.wait().expect("ended");
        self.end()
    }

    /// Waits for the end of the run.
    fn end(self) -> (Folder, Ran) {
        drop(self.input);
        (self.folder, Ran::from(self.child.wait_with_output().expect("ended")))
    }
}

fn plain(folder: &Folder, args: &[&str]) -> Command {
    folder.command(args)
}

/// As `nohup` starts programs.
fn without_hangup(folder: &Folder, args: &[&str]) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' HUP; exec \"$@\"", "sh"])
        .arg(folder.command(&[]).get_program())
        .args(args)
        .current_dir(folder.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    shell
}

fn send(signal: &str, child: &Child) {
    let args = [format!("-{signal}"), child.id().to_string()];
    assert!(Command::new("kill").args(args).status().expect("kill").success());
}

#[test]
fn an_interrupted_run_leaves_no_trace() {
    for from in [Source::Stdin, Source::Fifo] {
        for (signal, code) in signals() {
            let running = Running::start(from, &[], plain);
            let before = running.before.clone();
            send(signal, &running.child);
            let case = format!("{signal} {from:?}");
            let (folder, ran) = running.stop();
            assert_eq!(ran.code, Some(code), "{case}: {}", ran.stderr);
            assert!(ran.stderr.contains("interrupted"), "{case}: {}", ran.stderr);
            assert!(!ran.stderr.contains("panicked"), "{case}: {}", ran.stderr);
            assert_eq!(ran.stdout, b"", "{case}");
            assert_eq!(entries(&folder.path("")), before, "{case}");
        }
    }
}

/// What an earlier run left.
const STANDING: [&str; 5] =
    ["out", "changes.jsonl", "unmapped.csv", "out.rejects/old", "out.report.json"];

#[test]
fn an_interrupted_run_leaves_older_output_alone() {
    for (signal, code) in signals() {
        let running = Running::start(Source::Stdin, &STANDING, plain);
        send(signal, &running.child);
        let before = running.before.clone();
        let (folder, ran) = running.stop();
        assert_eq!(ran.code, Some(code), "{signal}: {}", ran.stderr);
        assert_eq!(entries(&folder.path("")), before, "{signal}");
        for path in STANDING {
            assert_eq!(folder.text(path), "old", "{signal}: {path}");
        }
    }
}

#[test]
fn a_run_that_ignores_hangups_survives_them() {
    let running = Running::start(Source::Stdin, &[], without_hangup);
    send("HUP", &running.child);
    send("HUP", &running.child);
    let (folder, ran) = running.finish();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(folder.text("out"), NEW.repeat(21));
    assert_eq!(folder.text("out.rejects/tickets.jsonl"), "[]\n");
}

/// The other signals still end it.
#[test]
fn a_run_that_ignores_hangups_minds_other_signals() {
    let running = Running::start(Source::Stdin, &[], without_hangup);
    let before = running.before.clone();
    send("TERM", &running.child);
    let (folder, ran) = running.stop();
    assert_eq!(ran.code, Some(143), "{}", ran.stderr);
    assert_eq!(entries(&folder.path("")), before);
}

/// Whatever a killed run leaves is hidden, and in nobody's way.
#[test]
fn a_killed_run_can_be_repeated() {
    for from in [Source::Stdin, Source::Fifo] {
        let running = Running::start(from, &[], plain);
        send("KILL", &running.child);
        let before = running.before.clone();
        let (folder, ran) = running.stop();
        assert_eq!(ran.code, None, "{from:?}: {}", ran.stderr);
        let left = entries(&folder.path("")).into_iter().filter(|path| !before.contains(path));
        let left: Vec<_> = left.collect();
        assert!(left.iter().all(|path| path.starts_with('.')), "{from:?}: {left:?}");
        let args = [&["rewrite", "-", "--table", "tickets"], WRITES].concat();
        let ran = folder.idswap_fed(&args, OLD.as_bytes());
        assert_eq!(ran.code, Some(0), "{from:?}: {}", ran.stderr);
        assert_eq!(folder.text("out"), NEW, "{from:?}");
    }
}

/// The run is about to finish when the signal comes: one of the two is first.
#[test]
fn a_signal_as_the_data_ends_leaves_all_or_nothing() {
    for (repetition, (signal, code)) in (0..80).flat_map(|n| signals().map(move |s| (n, s))) {
        let case = format!("{signal}, {repetition}");
        let running = Running::start(Source::Stdin, &STANDING, plain);
        let before = running.before.clone();
        send(signal, &running.child);
        let (folder, ran) = running.finish();
        let standing = STANDING.map(|path| folder.path(path).exists().then(|| folder.text(path)));
        let old = standing.iter().filter(|text| text.as_deref() == Some("old")).count();
        match ran.code {
            Some(1) => assert_eq!((old, folder.text("out")), (0, NEW.repeat(21)), "{case}"),
            other => {
                assert_eq!(other, Some(code), "{case}: {}", ran.stderr);
                assert_eq!(ran.stderr.lines().count(), 1, "{case}: {}", ran.stderr);
                assert_eq!((old, entries(&folder.path(""))), (5, before), "{case}");
            }
        }
    }
}

/// A signal at any moment: the run is complete, or it never was.
#[test]
fn a_signal_at_any_moment_leaves_all_or_nothing() {
    for out in ["out", "out.zip"] {
        let whole = {
            let folder = exported();
            assert_eq!(folder.idswap(&whole_run(out)).code, Some(0));
            entries(&folder.path(""))
        };
        for delay in 0..40 {
            let folder = exported();
            let nothing = entries(&folder.path(""));
            let mut child = folder.command(&whole_run(out)).spawn().expect("started");
            sleep(Duration::from_micros(delay * 700));
            send("TERM", &child);
            let status = child.wait().expect("ended");
            let left = entries(&folder.path(""));
            match (status.code(), status.signal()) {
                (Some(0), _) => assert_eq!(left, whole, "{out} {delay}"),
                // It had not begun to listen.
                (Some(143), _) | (None, Some(15)) => assert_eq!(left, nothing, "{out} {delay}"),
                other => panic!("{out} {delay}: {other:?}"),
            }
        }
    }
}

fn exported() -> Folder {
    Folder::with(&[("ids.csv", MAP), ("export/tickets.jsonl", &OLD.repeat(20_000))])
}

fn whole_run(out: &str) -> Vec<&str> {
    let args = ["rewrite", "export", "--map", "ids.csv", "--out", out];
    [&args[..], &["--changes", "changes.jsonl", "--block-size", "4096"]].concat()
}

/// Standard output goes to nobody, or to a full device.
#[derive(Debug, Clone, Copy)]
enum Lost {
    Reader,
    Space,
}

/// Commands that print, and whether they read a table from standard input.
#[rustfmt::skip]
const PRINTING: [(&[&str], bool); 5] = [
    (&["rewrite", "-", "--table", "tickets", "--map", "ids.csv", "--out", "-"], true),
    (&["rewrite", "-", "--table", "tickets", "--map", "ids.csv", "--out", "out", "--changes", "-"], true),
    (&["rewrite", "-", "--table", "tickets", "--map", "ids.csv", "--dry-run", "--report", "-"], true),
    (&["completions", "bash"], false),
    (&["man"], false),
];

#[test]
fn lost_output_is_an_error() {
    for (args, reads) in PRINTING {
        for lost in [Lost::Reader, Lost::Space] {
            // A command that does not wait for input may print before its
            // reader is gone.
            if reads || matches!(lost, Lost::Space) {
                check_lost(args, lost);
            }
        }
    }
}

fn check_lost(args: &[&str], lost: Lost) {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    let before = entries(&folder.path(""));
    let mut command = folder.command(args);
    if let Lost::Space = lost {
        let full = OpenOptions::new().write(true).open("/dev/full").expect("the full device");
        command.stdout(full);
    }
    let mut child = command.spawn().expect("started");
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("a pipe");
    // It stops reading once it cannot write.
    drop(input.write_all(OLD.repeat(10_000).as_bytes()));
    drop(input);
    let ran = Ran::from(child.wait_with_output().expect("ended"));
    let case = format!("{args:?} {lost:?}");
    assert_eq!(ran.code, Some(4), "{case}: {}", ran.stderr);
    assert!(ran.stderr.starts_with("idswap: -: cannot write"), "{case}: {}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 2, "{case}: {}", ran.stderr);
    assert_eq!(entries(&folder.path("")), before, "{case}");
}

/// A reader that has seen enough.
#[test]
fn a_reader_may_close_early() {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", &OLD.repeat(50_000))]);
    let args = ["rewrite", "tickets.jsonl", "--map", "ids.csv", "--out", "-", "--report", "r.json"];
    let mut child = folder.command(&args).spawn().expect("started");
    let mut first = vec![0; NEW.len()];
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut first).expect("a record");
    assert_eq!(first, NEW.as_bytes());
    drop(stdout);
    let ran = Ran::from(child.wait_with_output().expect("ended"));
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("idswap: -: cannot write"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert_eq!(entries(&folder.path("")), ["ids.csv", "tickets.jsonl"]);
}

#[test]
fn an_interrupted_stream_says_so() {
    for (signal, code) in signals() {
        let folder = Folder::with(&[("ids.csv", MAP)]);
        let args = [
            "rewrite",
            "-",
            "--table",
            "tickets",
            "--map",
            "ids.csv",
            "--out",
            "-",
            "--block-size",
            "1",
        ];
        let mut child = folder.command(&args).spawn().expect("started");
        let mut input = child.stdin.take().expect("a pipe");
        input.write_all(OLD.repeat(2).as_bytes()).expect("written");
        let mut first = vec![0; NEW.len()];
        child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("a record");
        send(signal, &child);
        assert_eq!(child.wait().expect("ended").code(), Some(code), "{signal}");
        assert_eq!(entries(&folder.path("")), ["ids.csv"], "{signal}");
    }
}

/// Nobody has to read what a run says.
#[test]
fn closed_standard_error_is_no_error() {
    let folder = Folder::with(&[("ids.csv", MAP), ("tickets.jsonl", OLD)]);
    let args = ["rewrite", "tickets.jsonl", "--map", "ids.csv", "--out", "out"];
    let full = File::options().write(true).open("/dev/full").expect("the full device");
    let status = folder.command(&args).stderr(full).status().expect("ended");
    assert_eq!(status.code(), Some(0));
    assert_eq!(folder.text("out"), NEW);
}
