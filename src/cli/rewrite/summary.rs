//! The summary of `idswap rewrite`.

use crate::cli::report_text;
use crate::cli::terminal::{Terminal, count_as, first_names, written_to};
use crate::error::printable_path;
use crate::jobs::rewrite::Request;
use crate::report::{Report, Warning, counted};
use crate::storage::Target;

/// Prints the summary: one line, the counts by field, files and warnings.
pub(crate) fn print(report: &Report, request: &Request, terminal: &Terminal) {
    explain(report, terminal);
    terminal.headline(headline(report, request));
    terminal.rows(&report_text::fields(report));
    if let Some(target) = request.report_target().filter(|target| **target != Target::Stdout) {
        terminal.say(format_args!("report: {}", printable_path(target.given())));
    }
    if let Some(folder) = &request.options().patches {
        let folder = printable_path(folder);
        terminal.say(format_args!("patches: {}, in {folder}", patches(report, request)));
    }
    let left_out = request.left_out();
    if !left_out.is_empty() {
        terminal.say(format_args!(
            "not included, for lack of rules: {} (--all-tables passes them through)",
            first_names(&left_out)
        ));
    }
    report_text::print_warnings(report, terminal);
}

fn headline(report: &Report, request: &Request) -> String {
    let done = match (report.dry_run, &request.options().out) {
        (false, Some(out)) => written_to(out),
        _ => "dry run, no data written".to_owned(),
    };
    report_text::headline(report, &done)
}

/// The number of records in the patches, and of their batches. An updated
/// record is in a patch unless a warning says that it was left out.
fn patches(report: &Report, request: &Request) -> String {
    let room = request.options().patch_batch.max(1) as u64;
    let left_out = |table: &String| {
        let of_it = |warning: &&Warning| {
            warning.code == "patchLeftOut" && warning.table.as_ref() == Some(table)
        };
        report.warnings.iter().find(of_it).map_or(0, |warning| warning.count)
    };
    let (mut entries, mut batches) = (0, 0);
    for (name, table) in report.tables.iter().flatten() {
        let of_table = table.updated - left_out(name);
        entries += of_table;
        batches += of_table.div_ceil(room);
    }
    format!("{} in {}", counted(entries, "record"), count_as(batches, "batch", "batches"))
}

fn explain(report: &Report, terminal: &Terminal) {
    let map = &report.map;
    terminal.explain(format_args!(
        "map: {} entries, {} undecided{}",
        map.entries,
        map.undecided,
        map.unused.map(|unused| format!(", {unused} unused")).unwrap_or_default()
    ));
    terminal.explain(report_text::ids(&report.ids));
    report_text::rules(report).into_iter().for_each(|line| terminal.explain(line));
    report_text::copied(report).for_each(|line| terminal.explain(line));
}
