//! `idswap report check`.

use std::ffi::OsStr;
use std::path::Path;

use super::reports::Reports;
use crate::cli::terminal::{EXIT_CODES, Exit, Progress, Terminal, count_as, print};
use crate::error::{Result, printable, printable_path, reason};
use crate::pipeline;
use crate::report::{Change, Check, CheckedFile, FileReport, FileStatus, Report, count, counted};

const EXAMPLES: &str = "\
Examples:
  Import only what a run has left, and only if nothing is undecided:
    idswap report check new.report.json && npx convex import --replace new.zip

Reads all files that the report names again: those of the map, the tables read and the tables
written, by their paths as the run was given them, from the current folder. Exits with 0 only if
each holds the same bytes, the run wrote data and nothing needs attention; else with 1.

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    #[command(flatten)]
    reports: Reports,
}

pub(crate) fn run(args: &Args, threads: Option<usize>, terminal: &Terminal) -> Result<Exit> {
    let reports = args.reports.read()?;
    let pool = pipeline::pool(threads)?;
    let mut clear = true;
    for (path, report) in &reports {
        let check = Progress::during(terminal, |progress| pool.install(|| report.check(progress)));
        if !terminal.quiet {
            print(lines(report, &check))?;
        }
        print_verdict(path, report, &check, terminal);
        clear &= check.is_clear();
    }
    Ok(Exit::with(!clear))
}

/// One line for each file.
fn lines(report: &Report, check: &Check<'_>) -> String {
    let files = check.files.iter().map(|checked| {
        let details = details(checked).map(|details| format!(": {details}"));
        let path = &checked.named.file.path;
        line(checked.state.word(), path, &checked.named.role.to_string(), details)
    });
    let unknown = |path, role| line("not checked", path, role, Some(": no digest".to_owned()));
    let rules = (!report.rules.is_built_in() && report.rules.digest.is_none())
        .then(|| unknown(&report.rules.source, "rules"));
    let copied = report.copied.iter().map(|table| unknown(table, "passed through unread"));
    files.chain(rules).chain(copied).chain(snapshot_files(report)).collect()
}

/// The line for the other files of a snapshot, if tables have folders of their
/// own. A ZIP is checked as a whole.
fn snapshot_files(report: &Report) -> Option<String> {
    let has_folder = |file: &FileReport| {
        let name = Path::new(&file.path).file_name().and_then(OsStr::to_str);
        name.is_some_and(|name| name.starts_with("documents.jsonl"))
    };
    let details = || Some(": the report does not name them".to_owned());
    let files = "_tables, generated_schema.jsonl, README.md";
    let is_snapshot = || report.outputs().any(|file| has_folder(&file));
    (report.archive.is_none() && is_snapshot())
        .then(|| line("not checked", files, "of a snapshot", details()))
}

fn line(word: &str, path: &str, role: &str, details: Option<String>) -> String {
    let rest = printable(&format!("{path} ({role}){}", details.unwrap_or_default()));
    format!("{word:<13}{rest}\n")
}

/// How a file differs from the one in the report, or why that is unknown.
fn details(checked: &CheckedFile<'_>) -> Option<String> {
    let file = &checked.named.file;
    match &checked.state {
        FileStatus::Same | FileStatus::Missing => None,
        FileStatus::Changed(Change::Size(found)) => Some(format!(
            "{}, and {} then",
            counted(*found, "byte"),
            count(file.file_bytes.unwrap_or(file.bytes))
        )),
        FileStatus::Changed(Change::Digest) => Some("the same size, and other bytes".to_owned()),
        FileStatus::Changed(Change::Folder) => Some("a folder is there now".to_owned()),
        FileStatus::Unreadable(error) => Some(reason(error)),
        FileStatus::Unknown(why) => Some(why.to_string()),
    }
}

/// Prints the verdict, with all that prevents an import.
fn print_verdict(path: &Path, report: &Report, check: &Check<'_>, terminal: &Terminal) {
    let path = printable_path(path);
    if check.is_clear() {
        let files = counted(check.files.len() as u64, "file");
        let warnings = match report.warnings.len() as u64 {
            0 => String::new(),
            some => format!("; read its {} first", counted(some, "warning")),
        };
        terminal.headline(format_args!(
            "{path}: clear for import: {files} checked, none changed, nothing needs attention{warnings}"
        ));
        return;
    }
    terminal.headline(format_args!("{path}: not clear for import"));
    terminal.rows(&obstacles(check));
}

/// What prevents an import.
fn obstacles(check: &Check<'_>) -> Vec<String> {
    let report = check.reasons.iter().map(|reason| printable(&reason.to_string()));
    let files = Group::ALL.into_iter().filter_map(|group| group.count(&check.files));
    report.chain(files).collect()
}

/// Files that prevent an import, by cause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Changed,
    Missing,
    Unreadable,
    Unknown,
}

impl Group {
    const ALL: [Self; 4] = [Self::Changed, Self::Missing, Self::Unreadable, Self::Unknown];

    fn of(checked: &CheckedFile<'_>) -> Option<Self> {
        match &checked.state {
            _ if checked.is_clear() => None,
            FileStatus::Same => None,
            FileStatus::Changed(_) => Some(Self::Changed),
            FileStatus::Missing => Some(Self::Missing),
            FileStatus::Unreadable(_) => Some(Self::Unreadable),
            FileStatus::Unknown(_) => Some(Self::Unknown),
        }
    }

    /// How many of the files are in this group, in words.
    fn count(self, files: &[CheckedFile<'_>]) -> Option<String> {
        let number = files.iter().filter(|checked| Self::of(checked) == Some(self)).count() as u64;
        let (one, many) = match self {
            Self::Changed => ("file has changed", "files have changed"),
            Self::Missing => ("file is missing", "files are missing"),
            Self::Unreadable => ("file cannot be read", "files cannot be read"),
            Self::Unknown => ("file could not be checked", "files could not be checked"),
        };
        (number > 0).then(|| count_as(number, one, many))
    }
}
