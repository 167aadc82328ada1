//! The summary at the end of a run.

use crate::cli::account;
use crate::cli::terminal::{Terminal, written_to};
use crate::error::{printable, printable_path};
use crate::jobs::rewrite::Request;
use crate::report::{Report, Warning, count, counted};
use crate::storage::Target;

/// Prints the summary: a headline, a table, the warnings.
pub(crate) fn print(report: &Report, request: &Request, terminal: &Terminal) {
    explain(report, terminal);
    terminal.headline(headline(report, request));
    for row in account::fields(report) {
        terminal.say(format_args!("  {row}"));
    }
    if let Some(target) = request.report_target().filter(|target| **target != Target::Stdout) {
        terminal.say(format_args!("report: {}", printable_path(target.given())));
    }
    if let Some(folder) = &request.options().patches {
        let folder = printable_path(folder);
        terminal.say(format_args!("patches: {}, in {folder}", patches(report, request)));
    }
    let left_out = request.left_out();
    if !left_out.is_empty() {
        let shown = left_out.iter().take(10).copied().collect::<Vec<_>>().join(", ");
        let more = if left_out.len() > 10 { ", …" } else { "" };
        terminal.say(format_args!(
            "not included, for lack of rules: {}{more} (--all-tables passes them through)",
            printable(&shown)
        ));
    }
    account::say_warnings(report, terminal);
}

fn headline(report: &Report, request: &Request) -> String {
    let done = match (report.dry_run, &request.options().out) {
        (false, Some(out)) => written_to(out),
        _ => "dry run, no data written".to_owned(),
    };
    account::headline(report, &done)
}

/// The number of entries in patches and of batches. Each updated record is an
/// entry, or left out with a warning.
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
    let ending = |number| if number == 1 { "" } else { "es" };
    format!("{} in {} batch{}", counted(entries, "record"), count(batches), ending(batches))
}

fn explain(report: &Report, terminal: &Terminal) {
    let map = &report.map;
    terminal.explain(format_args!(
        "map: {} entries, {} undecided{}",
        map.entries,
        map.undecided,
        map.unused.map(|unused| format!(", {unused} unused")).unwrap_or_default()
    ));
    terminal.explain(account::ids(&report.ids));
    account::rules(report).into_iter().for_each(|line| terminal.explain(line));
    account::copied(report).for_each(|line| terminal.explain(line));
}
