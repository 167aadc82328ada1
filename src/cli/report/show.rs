//! `idswap report show`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::reports::Reports;
use crate::cli::report_text;
use crate::cli::terminal::{
    EXIT_CODES, Exit, align, count_as, creation_time, more_lines, print, written_to,
};
use crate::error::{Error, Result, csv_error, printable, printable_path};
use crate::report::{FieldReport, NamedFile, Reason, Report, TableReport, Verdict, count, counted};

const EXAMPLES: &str = "\
Examples:
  Print the report of a run:
    idswap report show new.report.json
  The counts of several runs for a spreadsheet:
    idswap report show --format csv monday.report.json friday.report.json > counts.csv

";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES.to_owned() + EXIT_CODES)]
pub(crate) struct Args {
    #[command(flatten)]
    reports: Reports,
    /// Print for people, or a row for each field
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Csv,
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    let reports = args.reports.read()?;
    match args.format {
        Format::Text => {
            let texts: Vec<_> = reports.iter().map(|(path, report)| text(path, report)).collect();
            print(texts.join("\n"))
        }
        Format::Csv => print(csv(&reports)?),
    }
}

/// How many unmapped IDs of a table are shown.
const SHOWN: usize = 10;

/// A report for people.
fn text(path: &Path, report: &Report) -> String {
    let mut lines = Vec::new();
    if report.tables.is_some() {
        lines.push(report_text::headline(report, &done(report)));
        lines.extend(report_text::fields(report).into_iter().map(|row| format!("  {row}")));
    } else {
        lines.push(done(report));
    }
    if let Some(error) = &report.error {
        lines.push(format!("error: {}", printable(&error.to_string())));
    }
    lines.push(format!("report: {}", printable_path(path)));
    lines.extend(run_lines(report));
    for (name, table) in report.tables.iter().flatten() {
        lines.extend(unmapped(name, table));
    }
    for warning in &report.warnings {
        lines.push(format!("warning: {}", report_text::warning(warning)));
    }
    lines.extend(report.reasons().iter().filter_map(obstacle));
    lines.into_iter().map(|line| line + "\n").collect()
}

/// What prevents an import, unless the lines above say so.
fn obstacle(reason: &Reason<'_>) -> Option<String> {
    match reason {
        Reason::Refused(_) | Reason::DryRun | Reason::Shard(_) => None,
        Reason::Inconsistency(inconsistency) => {
            Some(printable(&format!("no run writes such a report: {inconsistency}")))
        }
        Reason::Open => Some(report_text::ATTENTION.to_owned()),
    }
}

/// What became of the output.
fn done(report: &Report) -> String {
    let outputs: Vec<_> = report.outputs().collect();
    match (report.verdict(), &outputs[..]) {
        (Verdict::Refused, _) => "refused, no data written".to_owned(),
        (Verdict::DryRun, _) => "dry run, no data written".to_owned(),
        (_, [file]) => written_to(Path::new(&file.path)),
        (_, files) => format!("written to {}", counted(files.len() as u64, "file")),
    }
}

/// The run: its time, version, map, rules and files.
fn run_lines(report: &Report) -> Vec<String> {
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    let shard = report.shard.as_ref().map(|shard| format!(", shard {shard}")).unwrap_or_default();
    let mut lines =
        vec![printable(&format!("run: {}, {tool} {}{shard}", report.timestamp, report.command))];
    lines.push(map(report));
    lines.push(report_text::ids(&report.ids));
    lines.extend(report_text::rules(report));
    lines.extend(report_text::copied(report));
    lines.extend(
        report.newest_creation_time.map(|time| format!("newest record: {}", creation_time(time))),
    );
    lines.push("files:".to_owned());
    lines.extend(files(report));
    lines
}

/// All files that the report names, one line each.
fn files(report: &Report) -> Vec<String> {
    let row = |NamedFile { role, file }: NamedFile<'_>| {
        let path = printable(&format!("  {}", file.path));
        let digest = file.digest.as_deref().unwrap_or("no digest");
        [path, counted(file.bytes, "byte"), printable(digest), printable(&role.to_string())]
    };
    align(&report.files().into_iter().map(row).collect::<Vec<_>>())
}

/// The map's counts.
fn map(report: &Report) -> String {
    let map = &report.map;
    let unused = map.unused.map(|unused| format!(", {} unused", count(unused)));
    format!(
        "map: {}, {} undecided, {}, {}{}",
        count_as(map.entries, "entry", "entries"),
        count(map.undecided),
        counted(map.duplicates, "repeated row"),
        counted(map.many_to_one, "shared target"),
        unused.unwrap_or_default()
    )
}

/// The unmapped IDs of a table, or the first of them.
fn unmapped(name: &str, table: &TableReport) -> Vec<String> {
    if table.unmapped_total == 0 {
        return Vec::new();
    }
    let ids = counted(table.unmapped_total, "distinct ID");
    let mut lines = vec![format!("unmapped in {}: {ids}", printable(name))];
    let shown = table.unmapped.iter().take(SHOWN);
    lines.extend(shown.map(|id| format!("  {}", printable(id))));
    lines.extend(more_lines(table.unmapped_total, SHOWN));
    lines
}

/// The counts of all fields of all reports, one row each.
fn csv(reports: &[(&PathBuf, Report)]) -> Result<Vec<u8>> {
    let several = reports.len() > 1;
    let counts = FieldReport::default().counts().map(|(name, _)| name);
    let head = several.then_some("report").into_iter().chain(["table", "field"]).chain(counts);
    let mut rows = csv::Writer::from_writer(Vec::new());
    let mut write = |row: Vec<String>| {
        rows.write_record(row).map_err(|error| Error::io("cannot write", "-", csv_error(error)))
    };
    write(head.map(str::to_owned).collect())?;
    for (path, report) in reports {
        for field in report.fields() {
            let name = several.then(|| path.to_string_lossy().into_owned());
            let place = [field.table, field.path].map(str::to_owned);
            let counts = field.field.counts().map(|(_, count)| count.to_string());
            write(name.into_iter().chain(place).chain(counts).collect())?;
        }
    }
    rows.into_inner().map_err(|error| Error::io("cannot write", "-", error.into_error()))
}
